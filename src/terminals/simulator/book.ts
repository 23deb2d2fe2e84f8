import { dealType } from '../../domain/deal.js';
import type { HistoryDeal, HistoryOrder } from '../protocol.js';
import { emptyAgenda, type Agenda } from './agenda.js';
import type { Broker, Listing } from './brokers.js';
import { amountOf, chargeOf, lotsOf, priceOf } from './money.js';
import { seedOf } from './noise.js';
import { toWall } from './zones.js';

export type Side = 0 | 1;

/** An open position. Volumes in hundredths of lots, prices in points, money in minor units, times in UTC. */
export interface Holding {
  identifier: string;
  /** on netting accounts a reversal changes it */
  ticket: string;
  listing: Listing;
  side: Side;
  volume: number;
  /** sum of points times hundredths of lots */
  cost: number;
  /** 0: none */
  sl: number;
  tp: number;
  openedMs: number;
  updatedMs: number;
  magic: string;
  reason: number;
  comment: string;
  swap: number;
  /** the server's day up to which swap was charged */
  swapDay: number;
  /** grows with each change, so that what was arranged for an earlier state is recognised */
  version: number;
  /** trades of a watcher's first minutes, which must not disturb the others */
  isScalp: boolean;
}

/** All that has happened on an account so far. Deals and orders are in the order in which they happened. */
export interface Book {
  broker: Broker;
  login: string;
  agenda: Agenda;
  deals: HistoryDeal[];
  orders: HistoryOrder[];
  pending: Map<string, HistoryOrder>;
  holdings: Holding[];
  balance: number;
  credit: number;
  /** A ticket nobody else on the account has; it follows from the time, whatever happened before. */
  issue: (kind: 'deal' | 'order', utcMs: number) => string;
}

const ticketEpochMs = Date.UTC(2020, 0, 1);

function ticketCounter(name: string): (utcMs: number) => string {
  const offset = 10_000_000 + (seedOf(name) % 800) * 1_000_000;
  let last = 0;
  return (utcMs) => {
    last = Math.max(last + 1, offset + Math.floor((utcMs - ticketEpochMs) / 1_000) * 10);
    return String(last);
  };
}

export function emptyBook(broker: Broker, login: string): Book {
  const name = `${broker.name}/${login}`;
  const tickets = { deal: ticketCounter(`${name}/deals`), order: ticketCounter(`${name}/orders`) };
  return {
    broker,
    login,
    agenda: emptyAgenda(),
    deals: [],
    orders: [],
    pending: new Map(),
    holdings: [],
    balance: 0,
    credit: 0,
    issue: (kind, utcMs) => tickets[kind](utcMs),
  };
}

export const holdingOf = (book: Book, listing: Listing): Holding | undefined =>
  book.holdings.find((each) => each.listing.name === listing.name);

export interface Fill {
  ms: number;
  order: string;
  listing: Listing;
  side: Side;
  volume: number;
  price: number;
  entry: number;
  positionId: string;
  magic: string;
  reason: number;
  comment: string;
  profit: number;
  swap: number;
  isCharged: boolean;
}

/** Writes a trade deal down and its money into the balance. */
export function recordFill(book: Book, fill: Fill): void {
  const { broker } = book;
  const isFree = !fill.isCharged || fill.listing.instrument.calcMode === 3; // indices cost their spread only
  const commission = isFree ? 0 : chargeOf(broker, broker.commission, fill.volume);
  const fee = fill.isCharged ? chargeOf(broker, broker.fee, fill.volume) : 0;
  book.balance += fill.profit + fill.swap + commission + fee;
  book.deals.push({
    ticket: book.issue('deal', fill.ms),
    order: fill.order,
    time_msc: toWall(broker.zone, fill.ms),
    type: fill.side,
    entry: fill.entry,
    magic: fill.magic,
    position_id: fill.positionId,
    reason: fill.reason,
    volume: lotsOf(fill.volume),
    price: priceOf(fill.listing, fill.price),
    commission: amountOf(broker, commission),
    swap: amountOf(broker, fill.swap),
    profit: amountOf(broker, fill.profit),
    fee: amountOf(broker, fee),
    symbol: fill.listing.name,
    comment: fill.comment,
    external_id: '',
  });
}

export interface Cash {
  ms: number;
  type: typeof dealType.balance | typeof dealType.credit;
  amount: number;
  comment: string;
}

/** Money that comes or goes without a trade, minor units; credit is kept apart from the balance. */
export function recordCash(book: Book, { ms, type, amount, comment }: Cash): void {
  if (type === dealType.credit) book.credit += amount;
  else book.balance += amount;
  book.deals.push({
    ticket: book.issue('deal', ms),
    order: '0',
    time_msc: toWall(book.broker.zone, ms),
    type,
    entry: 0,
    magic: '0',
    position_id: '0',
    reason: 0,
    volume: 0,
    price: 0,
    commission: 0,
    swap: 0,
    profit: amountOf(book.broker, amount),
    fee: 0,
    symbol: '',
    comment,
    external_id: '',
  });
}

export interface Ticket {
  ms: number;
  listing: Listing;
  type: number;
  volume: number;
  positionId: string | null;
  positionById?: string;
  sl?: number;
  tp?: number;
  /** of a pending order; market orders have none */
  price?: number;
  magic: string;
  reason: number;
  comment: string;
}

/** ENUM_ORDER_STATE of MetaTrader 5. */
export const orderState = { placed: 1, canceled: 2, filled: 4, expired: 6 } as const;

/** An order as it is when it is set up; a market order that opens a position gives it its number. */
export function newOrder(book: Book, ticket: Ticket): HistoryOrder {
  const id = book.issue('order', ticket.ms);
  return {
    ticket: id,
    time_setup_msc: toWall(book.broker.zone, ticket.ms),
    time_done_msc: 0,
    type: ticket.type,
    state: orderState.placed,
    magic: ticket.magic,
    position_id: ticket.positionId ?? id,
    position_by_id: ticket.positionById ?? '0',
    reason: ticket.reason,
    volume_initial: lotsOf(ticket.volume),
    volume_current: lotsOf(ticket.volume),
    price_open: priceOf(ticket.listing, ticket.price ?? 0),
    sl: priceOf(ticket.listing, ticket.sl ?? 0),
    tp: priceOf(ticket.listing, ticket.tp ?? 0),
    symbol: ticket.listing.name,
    comment: ticket.comment,
  };
}

/** Ends an order: it goes to the history. */
export function finishOrder(book: Book, order: HistoryOrder, state: number, ms: number): void {
  const isFilled = state === orderState.filled;
  book.pending.delete(order.ticket);
  book.orders.push({
    ...order,
    state,
    position_id: isFilled ? order.position_id : '0',
    volume_current: isFilled ? 0 : order.volume_current,
    time_done_msc: toWall(book.broker.zone, ms),
  });
}
