import { recordDeals, removeMadeUp, type DealToStore } from '../data/deals.js';
import { recordOrders, type OrderToStore } from '../data/orders.js';
import type { Tx } from '../data/database.js';
import { highestTicket } from '../data/listing.js';
import { orderTypeCloseBy, type Deal } from '../domain/deal.js';
import { toUtc } from '../domain/server-clock.js';
import { toMinor } from '../lib/money.js';
import type { HistoryDeal, HistoryOrder } from '../terminals/protocol.js';
import type { Owned } from './ingest.js';
import type { Ground, Whole } from './rebuild.js';

/** Deals and orders as the terminal lists them; they are gone through once for each writing. */
export interface Listed {
  deals: Iterable<HistoryDeal>;
  orders: Iterable<HistoryOrder>;
}

export interface Stored {
  /** the positions of which something is new or changed */
  positions: Set<string>;
  /** deals that were new or changed */
  changed: number;
  /** those of all deals that were read */
  tickets: Set<string>;
  lastMs: number;
  /** all there is of an account of which nothing had been stored; else null */
  whole: Whole | null;
}

/** MetaTrader says 0 where no level is set. */
export const levelOf = (price: number): number | null => (price === 0 ? null : price);

/** A deal as the ledger reckons with it; money in minor units. */
export const dealOf = (deal: HistoryDeal, digits: number): Deal => ({
  ticket: deal.ticket,
  order: deal.order,
  positionId: deal.position_id,
  serverMs: deal.time_msc,
  type: deal.type,
  entry: deal.entry,
  reason: deal.reason,
  magic: deal.magic,
  symbol: deal.symbol,
  volume: deal.volume,
  price: deal.price,
  profit: toMinor(deal.profit, digits),
  swap: toMinor(deal.swap, digits),
  commission: toMinor(deal.commission, digits),
  fee: toMinor(deal.fee, digits),
  comment: deal.comment,
});

const dealToStore = (deal: HistoryDeal, { digits, rule }: Ground): DealToStore => ({
  ...dealOf(deal, digits),
  externalId: deal.external_id,
  doneMs: toUtc(rule, deal.time_msc),
});

const orderToStore = (order: HistoryOrder): OrderToStore => ({
  ticket: order.ticket,
  positionId: order.position_id,
  positionById: order.position_by_id,
  serverMs: order.time_setup_msc,
  type: order.type,
  state: order.state,
  reason: order.reason,
  magic: order.magic,
  symbol: order.symbol,
  volumeInitial: order.volume_initial,
  volumeCurrent: order.volume_current,
  priceOpen: order.price_open,
  stopLoss: levelOf(order.sl),
  takeProfit: levelOf(order.tp),
  comment: order.comment,
});

/** What was gone through is noted on the way. */
function* noted<T, R>(rows: Iterable<T>, convert: (row: T) => R, note: (row: R) => void): Generator<R> {
  for (const row of rows) {
    const converted = convert(row);
    note(converted);
    yield converted;
  }
}

export async function storeRows(
  tx: Tx,
  owner: Owned,
  history: Listed,
  { ground, at }: { ground: Ground; at: Date },
): Promise<Stored> {
  const isFirst = (await highestTicket(tx, owner, 'deals')) === null;
  const whole: Whole = { deals: new Map(), orders: new Map() };
  const tickets = new Set<string>();
  let [count, lastMs] = [0, 0];
  const noteOrder = ({
    ticket,
    positionId,
    positionById,
    type,
    stopLoss,
    takeProfit,
  }: OrderToStore): void => {
    // One without levels and without a partner tells a trade nothing.
    if (!isFirst || (stopLoss === null && takeProfit === null && type !== orderTypeCloseBy)) return;
    whole.orders.set(ticket, { ticket, positionId, positionById, type, stopLoss, takeProfit });
  };
  const noteDeal = (deal: DealToStore): void => {
    tickets.add(deal.ticket);
    count += 1;
    lastMs = Math.max(lastMs, deal.serverMs);
    if (!isFirst) return;
    const others = whole.deals.get(deal.positionId);
    if (others === undefined) whole.deals.set(deal.positionId, [deal]);
    else others.push(deal);
  };
  const orders = noted(history.orders, orderToStore, noteOrder);
  const deals = noted(history.deals, (deal) => dealToStore(deal, ground), noteDeal);
  const positions = await recordOrders(tx, owner, orders);
  const news = await recordDeals(tx, owner, deals, { at, digits: ground.digits });
  for (const position of news.positions) positions.add(position);
  if (!isFirst) await removeMadeUp(tx, owner, positions);
  // Of deals that came twice the table knows which one counts.
  return {
    positions,
    changed: news.changed,
    tickets,
    lastMs,
    whole: isFirst && tickets.size === count ? whole : null,
  };
}
