import { dayMs } from '../../lib/clock.js';
import type {
  AccountInfo,
  Bar,
  HistoryDeal,
  HistoryOrder,
  Params,
  Part,
  Position,
  SymbolInfo,
} from '../protocol.js';
import { accountInfoOf, positionsOf } from './account-info.js';
import { barsOf } from './bars.js';
import { emptyBook, type Book } from './book.js';
import { listingOf, type Broker, type Listing } from './brokers.js';
import { gamble } from './gamble.js';
import { isWeekend, weekOf } from './market-hours.js';
import { exchangeRate, priceOf } from './money.js';
import { quoteAt, tickMs } from './prices.js';
import { bank, firstSwing, open, scalp, swing, tradeDaily } from './routines.js';
import { toWall } from './zones.js';

export interface Snapshot {
  account: AccountInfo;
  positions: Position[];
  /** pending */
  orders: HistoryOrder[];
}

/** Since the account was opened, in order of time and ticket. */
export interface History {
  deals: HistoryDeal[];
  /** filled, cancelled and expired ones */
  orders: HistoryOrder[];
}

/** An account as a terminal sees it; instants are true UTC ms. */
export interface Account {
  login: string;
  server: string;
  /** multiplies how long its histories take */
  slowness: number;
  snapshotAt: (utcMs: number) => Snapshot;
  historyAt: (utcMs: number) => History;
  symbolsAt: (utcMs: number, names: readonly string[]) => SymbolInfo[];
  /** null: no such symbol */
  barsAt: (utcMs: number, params: Params<'rates'>) => Iterable<Bar> | null;
  clockAt: (utcMs: number, symbol: string) => Part<'clock'> | null;
}

const historyMs = 730 * dayMs;

/** Two years before, at the start of that month: other beginnings of the world then rarely change what was. */
function openingMs(epochMs: number): number {
  const date = new Date(epochMs - historyMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

function beginBook(broker: Broker, login: string, epochMs: number): Book {
  const book = emptyBook(broker, login);
  const startMs = openingMs(epochMs);
  const start = new Date(startMs);
  open(book, startMs);
  swing(
    book,
    firstSwing(book, startMs),
    isWeekend(startMs) ? weekOf(startMs).closeMs + 3 * dayMs : startMs + 1,
  );
  tradeDaily(book, Math.floor(startMs / dayMs));
  bank(book, start.getUTCFullYear(), start.getUTCMonth() + 1);
  gamble(book, start.getUTCFullYear());
  scalp(book, epochMs);
  return book;
}

/** Server clocks are put back in autumn, and then what happened later may be stamped earlier. */
const inOrderOf = <T extends { ticket: string }>(entries: readonly T[], timeOf: (entry: T) => number): T[] =>
  entries.toSorted((a, b) => timeOf(a) - timeOf(b) || Number(a.ticket) - Number(b.ticket));

function symbolInfoOf(broker: Broker, { name, instrument, contract }: Listing, utcMs: number): SymbolInfo {
  const { bid, ask } = quoteAt(instrument, utcMs);
  const listing = { name, instrument, contract };
  const point = priceOf(listing, 1);
  return {
    name,
    description: instrument.description,
    digits: instrument.digits,
    point,
    trade_contract_size: contract,
    trade_tick_size: point,
    trade_tick_value: point * contract * exchangeRate(instrument.quote, broker.currency, utcMs),
    trade_calc_mode: instrument.calcMode,
    currency_base: instrument.base,
    currency_profit: instrument.quote,
    bid: priceOf(listing, bid),
    ask: priceOf(listing, ask),
    time_msc: toWall(broker.zone, lastTickMs(listing, utcMs)),
  };
}

function lastTickMs({ instrument }: Listing, utcMs: number): number {
  const isFrozen = !instrument.isContinuous && isWeekend(utcMs);
  return isFrozen ? weekOf(utcMs).closeMs - tickMs : Math.floor(utcMs / tickMs) * tickMs;
}

/**
 * An account that has always existed: what it holds and did follows from its name and the time alone. Asking for later
 * instants goes on from the last one; asking for an earlier one begins anew.
 */
export function simulateAccount(broker: Broker, login: string, epochMs: number): Account {
  let book = beginBook(broker, login, epochMs);
  let reachedMs = -Infinity;
  const bookAt = (utcMs: number): Book => {
    if (utcMs < reachedMs) book = beginBook(broker, login, epochMs);
    reachedMs = utcMs;
    book.agenda.runTo(utcMs);
    return book;
  };
  return {
    login,
    server: broker.name,
    slowness: broker.slowness,
    snapshotAt: (utcMs) => {
      const { pending } = bookAt(utcMs);
      const account = accountInfoOf(book, utcMs);
      return { account, positions: positionsOf(book, utcMs), orders: [...pending.values()] };
    },
    historyAt: (utcMs) => {
      const { deals, orders } = bookAt(utcMs);
      return {
        deals: inOrderOf(deals, (deal) => deal.time_msc),
        orders: inOrderOf(orders, (order) => order.time_done_msc),
      };
    },
    symbolsAt: (utcMs, names) =>
      names
        .map((name) => listingOf(broker, name))
        .filter((listing) => listing !== undefined)
        .map((listing) => symbolInfoOf(broker, listing, utcMs)),
    barsAt: (nowMs, { symbol, timeframe, fromServerMs, toServerMs }) => {
      const listing = listingOf(broker, symbol);
      const wanted = { zone: broker.zone, timeframe, fromServerMs, toServerMs, nowMs };
      return listing ? barsOf(listing.instrument, wanted) : null;
    },
    clockAt: (utcMs, symbol) => {
      const listing = listingOf(broker, symbol);
      if (!listing) return null;
      const tickMs = lastTickMs(listing, utcMs);
      const isMoving = listing.instrument.isContinuous || !isWeekend(utcMs);
      return { tickServerMs: toWall(broker.zone, tickMs), utcMs: Math.floor(utcMs), isMoving };
    },
  };
}
