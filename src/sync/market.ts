import { saveCandles, saveInstruments } from '../data/brokers.js';
import type { Database } from '../data/database.js';
import { hotNames } from '../data/hot-names.js';
import { toServer, toUtc, type ClockRule } from '../domain/server-clock.js';
import { dayMs, hourMs, minuteMs, secondMs, type Clock } from '../lib/clock.js';
import { TerminalError } from '../terminals/call.js';
import type { Bar, SymbolInfo, Timeframe } from '../terminals/protocol.js';
import type { Slot } from '../terminals/supervisor.js';
import type { After } from '../terminals/timers.js';
import type { BrokerClocks } from './clocks.js';
import type { Feed } from './feed.js';
import { instrumentOf } from './symbols.js';

/** The account by which prices are read: a demo account, whose password opens nothing of anybody's. */
export interface MarketAccount {
  server: string;
  login: string;
  password: string;
}

interface MarketDeps {
  db: Database;
  clock: Clock;
  after: After;
  clocks: BrokerClocks;
  feed: Feed;
  slots: readonly Slot[];
  account: MarketAccount;
  /** who is online: their symbols are hot */
  users: () => string[];
  /** currencies trade; while they do not, candles rest */
  isOpen: () => boolean;
  onError: (error: unknown) => void;
}

const everyMs = 30 * secondMs;
/** How far back candles are kept, and how long one lasts. */
const backMs = 183 * dayMs;
const kept: readonly { timeframe: Timeframe; lengthMs: number }[] = [
  { timeframe: 'H1', lengthMs: hourMs },
  { timeframe: 'D1', lengthMs: dayMs },
  { timeframe: 'M30', lengthMs: 30 * minuteMs },
  { timeframe: 'H4', lengthMs: 4 * hourMs },
  { timeframe: 'W1', lengthMs: 7 * dayMs },
];

/** Reads candles of the symbols that somebody online holds or traded lately, into the cache that all share. */
export function watchMarket(deps: MarketDeps): { stop: () => Promise<void> } {
  const slot = deps.slots.find(({ role }) => role === 'market');
  // Until when each symbol and timeframe has been read, in server time.
  const readTo = new Map<string, number>();
  let callOff = (): void => undefined;
  let round = Promise.resolve();
  let isStopped = false;

  const next = (): void => {
    if (isStopped || slot === undefined) return;
    round = refresh(deps, slot, { readTo, isStopped: () => isStopped }).catch((error: unknown) => {
      // A terminal that is away comes back by itself; the next round finds it.
      if (!(error instanceof TerminalError)) deps.onError(error);
    });
    void round.then(() => {
      if (!isStopped) callOff = deps.after(everyMs, next);
    });
  };
  callOff = deps.after(2 * secondMs, next);
  return {
    stop: async () => {
      isStopped = true;
      callOff();
      await round;
    },
  };
}

interface Round {
  readTo: Map<string, number>;
  isStopped: () => boolean;
}

const nobody = '00000000-0000-0000-0000-000000000000';

async function refresh(deps: MarketDeps, slot: Slot, round: Round): Promise<void> {
  const { db, clock, account } = deps;
  if (!slot.isFree()) return;
  const names = await hotOf(deps);
  if (names.length === 0) return;
  await present(slot, account);
  const { symbols } = await slot.call('symbols', { names });
  const rows = symbols.map((info) => instrumentOf(account.server, info, clock.now()));
  await db.withTenant('sync', nobody, (tx) => saveInstruments(tx, rows));
  const moved: string[] = [];
  for (const symbol of symbols) {
    if (round.isStopped()) return;
    if (!deps.isOpen() && round.readTo.has(symbol.name) && !isMoving(symbol, deps)) continue;
    await readSymbol(deps, slot, { symbol: symbol.name, readTo: round.readTo });
    moved.push(symbol.name);
  }
  if (moved.length > 0) deps.feed.publishToAll([{ type: 'CANDLE_UPDATE', accountId: null, names: moved }]);
}

/** Crypto has no weekend: a quote of the last minutes says so. */
const isMoving = (symbol: SymbolInfo, { clock }: MarketDeps): boolean =>
  Math.abs(symbol.time_msc - clock.now().getTime()) < dayMs / 2;

async function hotOf({ db, clock, users }: MarketDeps): Promise<string[]> {
  const since = new Date(clock.now().getTime() - 7 * dayMs);
  const names = new Set<string>();
  for (const userId of users())
    for (const name of await db.withTenant('sync', userId, (tx) => hotNames(tx, userId, since)))
      names.add(name);
  return [...names].sort();
}

/** Logs in where the terminal holds nothing: after its start, and after each of its restarts. */
async function present(slot: Slot, { server, login, password }: MarketAccount): Promise<void> {
  if (slot.view().account !== null) return;
  await slot.call('login', { server, login, password });
}

async function readSymbol(
  deps: MarketDeps,
  slot: Slot,
  { symbol, readTo }: { symbol: string; readTo: Map<string, number> },
): Promise<void> {
  const rule = await deps.clocks.ruleOf(deps.account.server);
  const nowMs = toServer(rule, deps.clock.now().getTime());
  for (const { timeframe, lengthMs } of kept) {
    const key = `${symbol} ${timeframe}`;
    const fromServerMs = readTo.get(key) ?? nowMs - backMs;
    const range = { fromServerMs, toServerMs: nowMs + dayMs };
    const { bars } = await slot.call('rates', { symbol, timeframe, ...range });
    await store(deps, { symbol, timeframe, rule }, bars);
    // The bar that is forming now is read again until it is finished.
    readTo.set(key, Math.max(fromServerMs, (bars.at(-1)?.[0] ?? fromServerMs) - lengthMs));
  }
  readTo.set(symbol, nowMs);
}

async function store(
  { db }: MarketDeps,
  { symbol, timeframe, rule }: { symbol: string; timeframe: Timeframe; rule: ClockRule },
  bars: readonly Bar[],
): Promise<void> {
  const rows = bars.map(([serverMs, open, high, low, close, volume]) => ({
    openedAt: new Date(toUtc(rule, serverMs)),
    open,
    high,
    low,
    close,
    volume,
  }));
  await db.withTenant('sync', nobody, (tx) => saveCandles(tx, { name: symbol, timeframe }, rows));
}
