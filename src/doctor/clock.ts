import { clockOf } from '../data/brokers.js';
import { nobody, type Database } from '../data/database.js';
import type { ClockState } from '../data/schema-trading.js';
import { isMarketOpen, plainName } from '../domain/instrument.js';
import { measuredOffset, offsetAt, parseRule } from '../domain/server-clock.js';
import { dayMs, type Clock } from '../lib/clock.js';
import { TerminalError } from '../terminals/call.js';
import type { Slot } from '../terminals/supervisor.js';

/** A server's clock by a running price, beside what is known of it. */
export interface ClockFacts {
  /** null: no price moved */
  symbol: string | null;
  /** seconds ahead of UTC; null: no price moved */
  offsetS: number | null;
  rule: string;
  state: ClockState;
  /** the rule gives this offset; near a change of clocks, on the day before or after */
  isFitting: boolean;
}

interface Scene {
  db: Database;
  clock: Clock;
  slot: Slot;
  server: string;
  /** that the account is known to have */
  symbols: readonly string[];
}

/** What nearly every broker has, and what trades at weekends; under the broker's own suffix where it has one. */
const common = ['EURUSD', 'BTCUSD'];
/** Each is looked at for some seconds. */
const mostTries = 5;

const suffixOf = (symbol: string | undefined): string =>
  symbol?.startsWith(plainName(symbol)) === true ? symbol.slice(plainName(symbol).length) : '';

async function movingPrice({ slot, clock, symbols }: Scene) {
  const nowMs = clock.now().getTime();
  const others = common.map((name) => name + suffixOf(symbols[0]));
  const open = [...new Set([...symbols, ...others])].filter((symbol) =>
    isMarketOpen(plainName(symbol), nowMs),
  );
  for (const symbol of open.slice(0, mostTries)) {
    try {
      const reading = await slot.call('clock', { symbol });
      if (reading.isMoving) return { symbol, ...reading };
    } catch (error) {
      // A symbol that the terminal does not know says nothing of the clock.
      if (!(error instanceof TerminalError) || error.kind !== 'internal' || !slot.isFree()) throw error;
    }
  }
  return null;
}

/** Asks the account that is logged in. */
export async function readClockOf(scene: Scene): Promise<ClockFacts> {
  const { db, server } = scene;
  const { rule, state } = await db.withTenant('sync', nobody, (tx) => clockOf(tx, server));
  const price = await movingPrice(scene);
  if (price === null) return { symbol: null, offsetS: null, rule, state, isFitting: false };
  const offsetS = measuredOffset(price.tickServerMs, price.utcMs);
  const isFitting = [-dayMs, 0, dayMs].some((ms) => offsetAt(parseRule(rule), price.utcMs + ms) === offsetS);
  return { symbol: price.symbol, offsetS, rule, state, isFitting };
}
