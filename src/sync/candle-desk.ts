import {
  isUnknownSymbol,
  noteUnknownSymbol,
  readCandles,
  symbolsNamed,
  type CandleWish,
} from '../data/candles.js';
import { nobody, type Database, type Tx } from '../data/database.js';
import { frameMs } from '../domain/candles.js';
import { toServer } from '../domain/server-clock.js';
import { dayMs, minuteMs, secondMs, type Clock } from '../lib/clock.js';
import { TerminalError } from '../terminals/call.js';
import type { SymbolInfo } from '../terminals/protocol.js';
import type { Slot } from '../terminals/supervisor.js';
import type { After } from '../terminals/timers.js';
import { meantBy, piecesOf, readBars } from './bars.js';
import type { BrokerClocks } from './clocks.js';
import type { MarketAccount } from './market.js';

/**
 * How bars stand that were asked of the broker: they are coming · its server has no such symbol · its terminal did not
 * answer · no prices are read here
 */
export type CandleStanding = 'coming' | 'unknown' | 'silent' | 'off';

export interface CandleDesk {
  /** Says how the bars stand, and asks the terminal of prices for them where nobody has. */
  ask(wish: CandleWish): CandleStanding;
}

interface Deps {
  db: Database;
  clock: Clock;
  after: After;
  clocks: BrokerClocks;
  isUsable: () => boolean;
  /** The account of prices, once it is let in; null: it is not. */
  enter: (slot: Slot) => Promise<MarketAccount | null>;
  /** Works with the terminal of prices while nobody else does. */
  borrow: <T>(work: (slot: Slot) => Promise<T>) => Promise<T>;
  onError: (error: unknown) => void;
}

/** A terminal that did not answer is left alone for so long; a symbol that it did not know may be listed one day. */
const silenceMs = minuteMs;
const unknownMs = 7 * dayMs;
/** Answers are remembered for so many questions. */
const mostRemembered = 500;
/** History that the terminal has yet to load looks like none: an empty answer counts after so many. */
const emptyAnswers = 3;
const loadMs = 2 * secondMs;
/** A terminal that starts is waited for so long. */
const startMs = 30 * secondMs;

interface Remembered {
  standing: CandleStanding;
  /** by the monotonic clock */
  untilMs: number;
}

/** Asks the broker for bars that the cache lacks: each stretch once, however many pages want it. */
export function createCandleDesk(deps: Deps): CandleDesk {
  const remembered = new Map<string, Remembered>();
  const remember = (key: string, standing: CandleStanding, forMs: number): void => {
    remembered.delete(key);
    remembered.set(key, { standing, untilMs: deps.clock.monotonicMs() + forMs });
    const [oldest] = remembered.keys();
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
  };
  const settle = (key: string, standing: CandleStanding | null): void => {
    if (standing === null) remembered.delete(key);
    else remember(key, standing, standing === 'unknown' ? unknownMs : silenceMs);
  };
  const failed = (key: string, error: unknown): void => {
    settle(key, 'silent');
    if (!(error instanceof TerminalError)) deps.onError(error);
  };
  return {
    ask: (wish) => {
      if (!deps.isUsable()) return 'off';
      const key = `${wish.name} ${wish.frame} ${wish.fromMs} ${wish.toMs}`;
      const known = remembered.get(key);
      if (known !== undefined && known.untilMs > deps.clock.monotonicMs()) return known.standing;
      remember(key, 'coming', Infinity);
      void deps
        .borrow((slot) => fetchMissing(deps, slot, wish))
        .then(
          (standing) => settle(key, standing),
          (error: unknown) => failed(key, error),
        );
      return 'coming';
    },
  };
}

/** Null: whatever the broker has of it is kept now. Throws a TerminalError. */
async function fetchMissing(deps: Deps, slot: Slot, wish: CandleWish): Promise<CandleStanding | null> {
  const inSync = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => deps.db.withTenant('sync', nobody, work);
  // Whoever asked before may have been answered meanwhile.
  const { gaps } = await inSync((tx) => readCandles(tx, wish));
  if (gaps.length === 0) return null;
  await whenFree(deps, slot);
  const account = await deps.enter(slot);
  if (account === null) return 'off';
  const { server } = account;
  const { name, frame } = wish;
  const now = deps.clock.now();
  const since = new Date(now.getTime() - unknownMs);
  if (await inSync((tx) => isUnknownSymbol(tx, { server, name, since }))) return 'unknown';
  const symbol = await symbolOf(deps, slot, { server, name });
  if (symbol === undefined) {
    await inSync((tx) => noteUnknownSymbol(tx, { server, name, at: now }));
    return 'unknown';
  }
  const rule = await deps.clocks.ruleOf(server);
  const nowServerMs = toServer(rule, now.getTime());
  for (const gap of gaps) {
    // The bar before may have been forming when it was read.
    const [fromMs, toMs] = [toServer(rule, gap.fromMs) - frameMs[frame], toServer(rule, gap.toMs)];
    for (const piece of piecesOf(fromMs, toMs, frame)) {
      const errand = { server, rule, name, frame, symbol: symbol.name, nowServerMs };
      await readPatiently(deps, slot, { ...errand, fromServerMs: piece.fromMs, toServerMs: piece.toMs });
    }
  }
  return null;
}

const pause = ({ after }: Deps, ms: number): Promise<void> =>
  new Promise((resolve) => void after(ms, resolve));

async function whenFree(deps: Deps, slot: Slot): Promise<void> {
  for (let waitedMs = 0; !slot.isFree() && waitedMs < startMs; waitedMs += secondMs)
    await pause(deps, secondMs);
}

async function readPatiently(deps: Deps, slot: Slot, errand: Parameters<typeof readBars>[2]): Promise<void> {
  for (let answers = 1; ; answers += 1) {
    const bars = await readBars(deps.db, slot, errand);
    if (bars.length > 0 || answers >= emptyAnswers) return;
    await pause(deps, loadMs);
  }
}

async function symbolOf(
  { db }: Deps,
  slot: Slot,
  { server, name }: { server: string; name: string },
): Promise<SymbolInfo | undefined> {
  const listed = await db.withTenant('sync', nobody, (tx) => symbolsNamed(tx, server, [name]));
  const { symbols } = await slot.call('symbols', { names: [...new Set([name, ...listed])] });
  return meantBy(name, symbols);
}
