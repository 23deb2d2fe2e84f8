import { addClockReading, clockOf, clockReadings, setClock, type BrokerClock } from '../data/brokers.js';
import { nobody, type Database, type Tx } from '../data/database.js';
import {
  judge,
  measuredOffset,
  parseRule,
  ruleFromWeekStarts,
  type ClockReading,
  type ClockRule,
} from '../domain/server-clock.js';
import { hourMs } from '../lib/clock.js';
import type { Part } from '../terminals/protocol.js';

/** What is known of each broker's clock, kept in memory and in PostgreSQL. */
export interface BrokerClocks {
  /** The rule by which a server's times become UTC. */
  ruleOf(server: string): Promise<ClockRule>;
  /** Whether a reading would say something new. */
  isDue(server: string, now: Date): boolean;
  /** Takes in a reading of the server's clock. A tick that stands still tells nothing. */
  measure(server: string, reading: Part<'clock'>): Promise<void>;
  /** The server has been asked, with or without an answer; it is not due again for a while. */
  passOver(server: string, now: Date): void;
  /** Whether nobody has asked yet, since the process began, when the server's weeks begin. */
  wantsWeeks(server: string): boolean;
  /** Takes in when weeks began (server ms): of rules that fit what was measured, they choose. */
  takeWeeks(server: string, startsMs: readonly number[]): Promise<void>;
}

interface Known extends BrokerClock {
  measuredAt: Date | null;
  hasWeeks: boolean;
}

export function brokerClocks(db: Database): BrokerClocks {
  const known = new Map<string, Known>();
  const load = async (server: string): Promise<Known> => {
    const held = known.get(server);
    if (held !== undefined) return held;
    const row = await db.withTenant('sync', nobody, (tx) => clockOf(tx, server));
    const loaded = { ...row, measuredAt: null, hasWeeks: false };
    known.set(server, loaded);
    return loaded;
  };
  const readingsOf = async (tx: Tx, server: string): Promise<ClockReading[]> =>
    (await clockReadings(tx, server)).map((row) => ({ utcMs: row.read_at.getTime(), offsetS: row.offset_s }));
  const settle = async (tx: Tx, server: string, vote: ClockRule | null): Promise<BrokerClock> => {
    const { rule: before } = await load(server);
    const { rule, state } = judge(await readingsOf(tx, server), parseRule(before), vote);
    await setClock(tx, server, { rule, state });
    return { rule, state };
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
    wantsWeeks: (server) => known.get(server)?.hasWeeks !== true,
    takeWeeks: async (server, startsMs) => {
      const before = await load(server);
      const vote = ruleFromWeekStarts(startsMs);
      const judged =
        vote === null ? before : await db.withTenant('sync', nobody, (tx) => settle(tx, server, vote));
      known.set(server, { ...before, ...judged, hasWeeks: true });
    },
    measure: async (server, reading) => {
      if (!reading.isMoving) return;
      const before = await load(server);
      const at = new Date(reading.utcMs);
      const offsetS = measuredOffset(reading.tickServerMs, reading.utcMs);
      const judged = await db.withTenant('sync', nobody, async (tx) => {
        await addClockReading(tx, { server, at, offsetS });
        return settle(tx, server, null);
      });
      known.set(server, { ...before, ...judged });
    },
  };
}
