import { addClockReading, clockOf, clockReadings, setClock, type BrokerClock } from '../data/brokers.js';
import type { Database } from '../data/database.js';
import { judge, measuredOffset, parseRule, type ClockRule } from '../domain/server-clock.js';
import { hourMs } from '../lib/clock.js';
import type { Part } from '../terminals/protocol.js';

/** What is known of each broker's clock, kept in memory and in PostgreSQL. */
export interface BrokerClocks {
  /** The rule by which a server's times become UTC. */
  ruleOf(server: string): Promise<ClockRule>;
  /** Whether a reading would say something new. */
  isDue(server: string, now: Date): boolean;
  /** Takes in a reading of the server's clock. True when the rule of the server has changed by it. */
  measure(server: string, reading: Part<'clock'>): Promise<boolean>;
  /** The server could not be asked; it is not due again for a while. */
  passOver(server: string, now: Date): void;
}

interface Known extends BrokerClock {
  measuredAt: Date | null;
}

export function brokerClocks(db: Database): BrokerClocks {
  const known = new Map<string, Known>();
  // Of the sync role, like all that is read from brokers; no tenant's table is touched.
  const nobody = '00000000-0000-0000-0000-000000000000';
  const load = async (server: string): Promise<Known> => {
    const held = known.get(server);
    if (held !== undefined) return held;
    const row = await db.withTenant('sync', nobody, (tx) => clockOf(tx, server));
    const loaded = { ...row, measuredAt: null };
    known.set(server, loaded);
    return loaded;
  };
  return {
    ruleOf: async (server) => parseRule((await load(server)).rule),
    isDue: (server, now) => {
      const at = known.get(server)?.measuredAt ?? null;
      return at === null || now.getTime() - at.getTime() >= hourMs;
    },
    passOver: (server, now) => {
      const held = known.get(server);
      if (held !== undefined) known.set(server, { ...held, measuredAt: now });
    },
    measure: async (server, reading) => {
      const before = await load(server);
      const at = new Date(reading.utcMs);
      if (!reading.isMoving) {
        known.set(server, { ...before, measuredAt: at });
        return false;
      }
      const offsetS = measuredOffset(reading.tickServerMs, reading.utcMs);
      const judged = await db.withTenant('sync', nobody, async (tx) => {
        await addClockReading(tx, { server, at, offsetS });
        const readings = (await clockReadings(tx, server)).map((row) => ({
          utcMs: row.read_at.getTime(),
          offsetS: row.offset_s,
        }));
        const { rule, state } = judge(readings, parseRule(before.rule));
        const now = { rule, state };
        await setClock(tx, server, now);
        return now;
      });
      known.set(server, { ...judged, measuredAt: at });
      return judged.rule !== before.rule;
    },
  };
}
