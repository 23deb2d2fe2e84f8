import { saveInstruments } from '../data/brokers.js';
import { symbolsNamed } from '../data/candles.js';
import { nobody, type Database } from '../data/database.js';
import { hotNames } from '../data/hot-names.js';
import { chartFrames, frameMs } from '../domain/candles.js';
import { toServer } from '../domain/server-clock.js';
import { Fault } from '../lib/fault.js';
import { dayMs, secondMs, type Clock } from '../lib/clock.js';
import { TerminalError } from '../terminals/call.js';
import type { SymbolInfo } from '../terminals/protocol.js';
import type { Slot } from '../terminals/supervisor.js';
import type { After } from '../terminals/timers.js';
import { longestMs, meantBy, readBars } from './bars.js';
import { createCandleDesk, type CandleDesk } from './candle-desk.js';
import type { BrokerClocks } from './clocks.js';
import type { Feed } from './feed.js';
import { instrumentOf } from './symbols.js';

/** The account by which prices are read: a demo account, whose password opens nothing of anybody's. */
export interface MarketAccount {
  server: string;
  login: string;
  password: string;
}

/** Why a market account cannot be used: its broker said no, its password could trade, or nobody knows whether. */
export type MarketRefusal = 'rejected' | 'master' | 'unproved';

/** Why a login was neither accepted nor refused. */
export type MarketSilence = 'no-server' | 'offline';

export interface MarketSource {
  /** whether there is one that can be used, as far as is known without asking */
  isUsable(): boolean;
  /** null: none was given, or the one given cannot be used */
  account(): Promise<MarketAccount | null>;
  refused(account: MarketAccount, why: MarketRefusal): Promise<void>;
  unanswered(account: MarketAccount, why: MarketSilence): Promise<void>;
  accepted(account: MarketAccount): Promise<void>;
}

/** An account that is always there. */
export const givenAccount = (account: MarketAccount): MarketSource => ({
  isUsable: () => true,
  account: () => Promise.resolve(account),
  refused: () => Promise.resolve(),
  unanswered: () => Promise.resolve(),
  accepted: () => Promise.resolve(),
});

interface MarketDeps {
  db: Database;
  clock: Clock;
  after: After;
  clocks: BrokerClocks;
  feed: Feed;
  slots: readonly Slot[];
  /** starts a slot's terminal anew, with nobody logged in */
  restart: (slot: number) => void;
  source: MarketSource;
  /** who is online: their symbols are hot */
  users: () => string[];
  /** currencies trade; while they do not, candles rest */
  isOpen: () => boolean;
  onError: (error: unknown) => void;
}

const everyMs = 30 * secondMs;
/** What moves the board goes first. */
const readOrder = ['H1', 'D1', ...chartFrames.filter((frame) => frame !== 'H1' && frame !== 'D1')] as const;

export interface MarketWatch {
  /** Works with the terminal of prices while nobody else does. Throws a Fault where there is none. */
  borrow<T>(work: (slot: Slot) => Promise<T>): Promise<T>;
  /** where bars are asked for that are not kept */
  candles: CandleDesk;
  stop(): Promise<void>;
}

/** Reads candles of the symbols that somebody online holds or traded lately, into the cache that all share. */
export function watchMarket(deps: MarketDeps): MarketWatch {
  const slot = deps.slots.find(({ role }) => role === 'market');
  // Until when each symbol and timeframe has been read, in server time.
  const readTo = new Map<string, number>();
  let callOff = (): void => undefined;
  let round = Promise.resolve();
  let isStopped = false;

  const plan = (): void => {
    callOff();
    if (!isStopped) callOff = deps.after(everyMs, next);
  };
  const settled = (work: Promise<unknown>, failed: (error: unknown) => void): void => {
    round = work.then(() => undefined, failed);
    void round.then(plan);
  };
  const next = (): void => {
    if (isStopped || slot === undefined) return;
    const work = round.then(() => refresh(deps, slot, { readTo, isStopped: () => isStopped }));
    settled(work, (error) => {
      // A terminal that is away comes back by itself; the next round finds it.
      if (!(error instanceof TerminalError)) deps.onError(error);
    });
  };
  callOff = deps.after(2 * secondMs, next);
  const borrow: MarketWatch['borrow'] = async (work) => {
    if (slot === undefined || isStopped)
      throw new Fault(409, 'no_terminals', 'There is no terminal for prices.');
    callOff();
    const done = round.then(() => work(slot));
    settled(done, () => undefined);
    return done;
  };
  const isUsable = (): boolean => slot !== undefined && !isStopped && deps.source.isUsable();
  return {
    borrow,
    candles: createCandleDesk({ ...deps, isUsable, borrow, enter: (to) => enter(deps, to) }),
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

async function refresh(deps: MarketDeps, slot: Slot, round: Round): Promise<void> {
  const { db, clock } = deps;
  if (!slot.isFree()) return;
  // Before anybody needs a price: whoever set the account waits to hear whether it is let in.
  const account = await enter(deps, slot);
  if (account === null) return;
  const names = await hotOf(deps);
  if (names.length === 0) return;
  const listed = await db.withTenant('sync', nobody, (tx) => symbolsNamed(tx, account.server, names));
  const { symbols } = await slot.call('symbols', { names: [...new Set([...names, ...listed])] });
  const rows = symbols.map((info) => instrumentOf(account.server, info, clock.now()));
  await db.withTenant('sync', nobody, (tx) => saveInstruments(tx, rows));
  const moved: string[] = [];
  for (const name of names) {
    if (round.isStopped()) return;
    const symbol = meantBy(name, symbols);
    if (symbol === undefined) continue;
    if (!deps.isOpen() && round.readTo.has(name) && !isMoving(symbol, deps)) continue;
    await readSymbol(deps, slot, {
      ...{ server: account.server, symbol: symbol.name, name, readTo: round.readTo },
    });
    moved.push(name);
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

/** The account of prices, once the terminal holds it; null: there is none, or it is not let in. */
async function enter(deps: MarketDeps, slot: Slot): Promise<MarketAccount | null> {
  const account = await deps.source.account();
  return account !== null && (await isPresent(deps, slot, account)) ? account : null;
}

/** Logs in where the terminal holds another account or none: after its start, and after each of its restarts. */
async function isPresent(
  { source, restart }: MarketDeps,
  slot: Slot,
  account: MarketAccount,
): Promise<boolean> {
  const { server, login } = account;
  const held = slot.view().account;
  if (held?.server.toLowerCase() === server.toLowerCase() && held.login === login) return true;
  const why = await logIn(slot, account).catch(async (error: unknown) => {
    const silence = error instanceof TerminalError ? silences[error.kind] : undefined;
    if (silence !== undefined) await source.unanswered(account, silence);
    throw error;
  });
  if (why === null) {
    await source.accepted(account);
    return true;
  }
  await source.refused(account, why);
  // Nothing stays logged in that could trade.
  restart(slot.number);
  return false;
}

/** Why the account was not let in; null: it was, and is proved to be read-only. */
async function logIn(slot: Slot, { server, login, password }: MarketAccount): Promise<MarketRefusal | null> {
  try {
    const { tradeAllowed, investor } = await slot.call('login', { server, login, password });
    if (tradeAllowed || investor === 'no') return 'master';
    return investor === 'yes' ? null : 'unproved';
  } catch (error) {
    const why = error instanceof TerminalError ? refusals[error.kind] : undefined;
    if (why === undefined) throw error;
    return why;
  }
}

const refusals: Partial<Record<TerminalError['kind'], MarketRefusal>> = {
  auth: 'rejected',
  investor: 'master',
};

/** MetaTrader has no word for a server that it does not know: nothing happens until time is up. */
const silences: Partial<Record<TerminalError['kind'], MarketSilence>> = {
  'server-unknown': 'no-server',
  timeout: 'no-server',
  'not-connected': 'offline',
};

async function readSymbol(
  { db, clock, clocks }: MarketDeps,
  slot: Slot,
  {
    server,
    symbol,
    name,
    readTo,
  }: { server: string; symbol: string; name: string; readTo: Map<string, number> },
): Promise<void> {
  const rule = await clocks.ruleOf(server);
  const nowServerMs = toServer(rule, clock.now().getTime());
  for (const frame of readOrder) {
    const key = `${name} ${frame}`;
    const fromServerMs = readTo.get(key) ?? nowServerMs - longestMs;
    const range = { fromServerMs, toServerMs: nowServerMs + dayMs, nowServerMs };
    const bars = await readBars(db, slot, { server, rule, symbol, name, frame, ...range });
    // The bar that is forming now is read again until it is finished.
    readTo.set(key, Math.max(fromServerMs, (bars.at(-1)?.[0] ?? fromServerMs) - frameMs[frame]));
  }
  readTo.set(name, nowServerMs);
}
