import { dayMs } from '../../lib/clock.js';
import type { ErrorKind, HistoryDeal, HistoryOrder, Method, Params, Part } from '../protocol.js';
import { maxLineBytes } from '../protocol.js';
import type { Account, History } from './account.js';
import { replayed, unloaded } from './distortion.js';
import { pieces } from './link.js';
import type { Mischief } from './mischief.js';

/** A call that failed as MetaTrader's would; `code` as its last_error() has it. */
export class Refusal extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly code: number | null,
    text: string,
  ) {
    super(text);
  }
}

/** What calls work with. */
export interface Terminal {
  /** the account that is logged in; throws a Refusal where there is none */
  account: () => Account;
  login: (params: Params<'login'>) => Promise<Part<'login'>>;
  /** simulated UTC ms */
  now: () => number;
  /** waits, less where time is scaled */
  pause: (ms: number) => Promise<void>;
  progress: (done: number, total: number | null) => Promise<void>;
  mischief: Mischief;
  /** counts a mischief of n times down; whether this is one of them */
  takes: (name: 'halfHistory' | 'emptyHistory') => boolean;
}

type Handlers = { [M in Method]: (terminal: Terminal, params: Params<M>) => AsyncIterable<Part<M>> };

/** What else a line holds fits into the difference. */
const pieceBytes = maxLineBytes - 8_192;

const timing = { snapshotMs: [50, 300], readMs: 30, partMs: 15, historyMs: 300 } as const;
/** rates are asked for half a year at most */
const longestRatesMs = 190 * dayMs;

async function* login(terminal: Terminal, params: Params<'login'>): AsyncGenerator<Part<'login'>> {
  yield await terminal.login(params);
}

async function* snapshot(terminal: Terminal): AsyncGenerator<Part<'snapshot'>> {
  const account = terminal.account();
  const [least, most] = timing.snapshotMs;
  await terminal.pause(least + (most - least) * Math.random() ** 2);
  yield account.snapshotAt(terminal.now());
}

const within = ({ fromServerMs, toServerMs }: Params<'history'>, serverMs: number): boolean =>
  serverMs >= fromServerMs && serverMs <= toServerMs;

interface Loaded {
  history: History;
  isComplete: boolean;
}

function loadHistory(terminal: Terminal, whole: History, range: Params<'history'>): Loaded {
  const history = {
    deals: whole.deals.filter((deal) => within(range, deal.time_msc)),
    orders: whole.orders.filter((order) => within(range, order.time_done_msc)),
  };
  if (terminal.takes('halfHistory')) return { history: unloaded(history, 'half'), isComplete: false };
  if (terminal.takes('emptyHistory')) return { history: unloaded(history, 'empty'), isComplete: true };
  if (terminal.mischief.replay) return { history: replayed(history, whole), isComplete: true };
  return { history, isComplete: true };
}

type Row = { deal: HistoryDeal } | { order: HistoryOrder };

async function* history(terminal: Terminal, range: Params<'history'>): AsyncGenerator<Part<'history'>> {
  const source = terminal.account();
  for (let step = 0; step < 5; step++) {
    await terminal.pause((timing.historyMs * source.slowness ** 2) / 5);
    await terminal.progress(0, null);
  }
  const nowMs = terminal.now();
  const { history: found, isComplete } = loadHistory(terminal, source.historyAt(nowMs), range);
  // of the same instant: what closes while the pages travel belongs to the next reading
  const { account } = source.snapshotAt(nowMs);
  const total = found.deals.length + found.orders.length;
  const rows: Row[] = [...found.deals.map((deal) => ({ deal })), ...found.orders.map((order) => ({ order }))];
  let done = 0;
  for (const piece of pieces(rows, pieceBytes)) {
    done += piece.length;
    await terminal.pause(timing.partMs * source.slowness);
    await terminal.progress(done, total);
    yield {
      deals: piece.flatMap((row) => ('deal' in row ? [row.deal] : [])),
      orders: piece.flatMap((row) => ('order' in row ? [row.order] : [])),
      dealsTotal: found.deals.length,
      ordersTotal: found.orders.length,
      complete: isComplete,
      account,
    };
  }
}

async function* rates(terminal: Terminal, params: Params<'rates'>): AsyncGenerator<Part<'rates'>> {
  const account = terminal.account();
  if (params.toServerMs - params.fromServerMs > longestRatesMs)
    throw new Refusal('internal', -2, 'Invalid params: more than half a year of bars');
  const bars = account.barsAt(terminal.now(), params);
  if (!bars) throw new Refusal('internal', -4, `Not found: ${params.symbol}`);
  await terminal.pause(timing.readMs);
  for (const piece of pieces(bars, pieceBytes)) {
    await terminal.pause(1);
    yield { bars: piece };
  }
}

async function* symbols(terminal: Terminal, { names }: Params<'symbols'>): AsyncGenerator<Part<'symbols'>> {
  const account = terminal.account();
  await terminal.pause(timing.readMs);
  for (const piece of pieces(account.symbolsAt(terminal.now(), names), pieceBytes)) yield { symbols: piece };
}

async function* clock(terminal: Terminal, { symbol }: Params<'clock'>): AsyncGenerator<Part<'clock'>> {
  const account = terminal.account();
  await terminal.pause(timing.readMs);
  const reading = account.clockAt(terminal.now(), symbol);
  if (!reading) throw new Refusal('internal', -4, `Not found: ${symbol}`);
  yield reading;
}

async function* shutdown(terminal: Terminal): AsyncGenerator<Part<'shutdown'>> {
  await terminal.pause(0);
  yield {};
}

export const handlers: Handlers = { login, snapshot, history, rates, symbols, clock, shutdown };
