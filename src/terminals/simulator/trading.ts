import { dealEntry, orderTypeCloseBy } from '../../domain/deal.js';
import { dayMs } from '../../lib/clock.js';
import type { HistoryOrder } from '../protocol.js';
import { finishOrder, newOrder, orderState, recordFill } from './book.js';
import type { Book, Holding, Side } from './book.js';
import type { Listing } from './brokers.js';
import { profitOf, roundHalfAway, swapOf } from './money.js';
import { quoteAt } from './prices.js';
import { toWall } from './zones.js';

export const opposite = (side: Side): Side => (side === 0 ? 1 : 0);

/** What the market gives: buyers pay the ask. Points. */
export function marketPrice(listing: Listing, side: Side, ms: number): number {
  const { bid, ask } = quoteAt(listing.instrument, ms);
  return side === 0 ? ask : bid;
}

export interface Entry {
  ms: number;
  listing: Listing;
  side: Side;
  volume: number;
  sl: number;
  tp: number;
  magic: string;
  reason: number;
  comment: string;
  isScalp?: boolean;
  /** filled in two deals */
  isSplit?: boolean;
  /** the pending order that was hit; else a market order is made */
  order?: HistoryOrder;
}

/** Opens a position, by one order and one or two deals. */
export function enter(book: Book, entry: Entry): Holding {
  const { ms, listing, side, volume, sl, tp, magic, reason, comment } = entry;
  const order = entry.order ?? newOrder(book, { ...entry, type: side, positionId: null });
  finishOrder(book, order, orderState.filled, ms);
  const holding: Holding = {
    identifier: order.ticket,
    ticket: order.ticket,
    listing,
    side,
    volume: 0,
    cost: 0,
    sl,
    tp,
    openedMs: ms,
    updatedMs: ms,
    magic,
    reason,
    comment,
    swap: 0,
    swapDay: Math.floor(toWall(book.broker.zone, ms) / dayMs),
    version: 0,
    isScalp: entry.isScalp ?? false,
  };
  book.holdings.push(holding);
  const first = entry.isSplit ? Math.ceil(volume * 0.6) : volume;
  addFill(book, holding, { order, volume: first, ms });
  if (first < volume) {
    const rest = { order, volume: volume - first, ms: ms + 350 };
    book.agenda.at(rest.ms, () => addFill(book, holding, rest));
  }
  return holding;
}

function addFill(
  book: Book,
  holding: Holding,
  { order, volume, ms }: { order: HistoryOrder; volume: number; ms: number },
): void {
  const { listing, side, identifier, magic } = holding;
  const price = marketPrice(listing, side, ms);
  holding.volume += volume;
  holding.cost += price * volume;
  recordFill(book, {
    ms,
    order: order.ticket,
    listing,
    side,
    volume,
    price,
    entry: dealEntry.in,
    positionId: identifier,
    magic,
    reason: order.reason,
    comment: order.comment,
    profit: 0,
    swap: 0,
    isCharged: true,
  });
}

/** Buys more of a netting position, at an average price. */
export function increase(book: Book, holding: Holding, volume: number, ms: number): void {
  accrueSwap(book, holding, ms);
  const { listing, side, identifier, magic, reason, comment, sl, tp } = holding;
  const terms = { ms, listing, type: side, volume, magic, reason, comment, sl, tp };
  const order = newOrder(book, { ...terms, positionId: identifier });
  finishOrder(book, order, orderState.filled, ms);
  addFill(book, holding, { order, volume, ms });
  touch(holding, ms);
}

function touch(holding: Holding, ms: number): void {
  holding.version++;
  holding.updatedMs = ms;
}

/** Nights a position is charged for at the end of a weekday; Wednesday's count for the weekend too. */
const nightsAfter = (weekday: number, isContinuous: boolean): number =>
  isContinuous ? 1 : ([0, 1, 1, 3, 1, 1, 0][weekday] ?? 0);

/** Charges the server's midnights that have passed. Doing it more often changes nothing. */
export function accrueSwap(book: Book, holding: Holding, ms: number): void {
  const { broker } = book;
  const { listing, side, volume } = holding;
  const today = Math.floor(toWall(broker.zone, ms) / dayMs);
  for (; holding.swapDay < today; holding.swapDay++) {
    const nights = nightsAfter((holding.swapDay + 4) % 7, listing.instrument.isContinuous);
    if (nights === 0) continue;
    const utcMs = (holding.swapDay + 1) * dayMs;
    holding.swap += nights * swapOf(broker, listing, side, { volume, utcMs });
  }
}

interface Slice {
  volume: number;
  cost: number;
  swap: number;
}

/** Takes a part out of a position, and the position out of the book when nothing is left. */
function slice(book: Book, holding: Holding, volume: number, ms: number): Slice {
  accrueSwap(book, holding, ms);
  const share = volume / holding.volume;
  const part = { volume, cost: holding.cost * share, swap: roundHalfAway(holding.swap * share) };
  holding.volume -= part.volume;
  holding.cost -= part.cost;
  holding.swap -= part.swap;
  touch(holding, ms);
  if (holding.volume === 0) book.holdings.splice(book.holdings.indexOf(holding), 1);
  return part;
}

export interface Exit {
  ms: number;
  volume: number;
  reason: number;
  comment: string;
}

/** Closes a position or a part of it at the market. */
export function reduce(book: Book, holding: Holding, { ms, volume, reason, comment }: Exit): void {
  const { listing, side, identifier, magic } = holding;
  const way = opposite(side);
  const price = marketPrice(listing, way, ms);
  const terms = { ms, listing, volume, magic, reason, comment };
  const order = newOrder(book, { ...terms, type: way, positionId: identifier });
  finishOrder(book, order, orderState.filled, ms);
  const { cost, swap } = slice(book, holding, volume, ms);
  const profit = profitOf(book.broker, listing, { side, volume, cost, price, utcMs: ms });
  recordFill(book, {
    ...terms,
    order: order.ticket,
    side: way,
    price,
    entry: dealEntry.out,
    positionId: identifier,
    profit,
    swap,
    isCharged: book.broker.isExitCharged,
  });
}

/** Netting: one deal that closes the position and opens the opposite one under the same identifier. */
export function reverse(book: Book, holding: Holding, entry: Entry): void {
  const { ms, volume, magic, reason, comment } = entry;
  const { listing, side, identifier } = holding;
  const way = opposite(side);
  const price = marketPrice(listing, way, ms);
  const whole = holding.volume + volume;
  const terms = { ms, listing, volume: whole, magic, reason, comment };
  const order = newOrder(book, { ...terms, sl: entry.sl, tp: entry.tp, type: way, positionId: identifier });
  finishOrder(book, order, orderState.filled, ms);
  accrueSwap(book, holding, ms);
  const closed = { side, volume: holding.volume, cost: holding.cost, price, utcMs: ms };
  const profit = profitOf(book.broker, listing, closed);
  const { swap } = holding;
  Object.assign(holding, { ticket: order.ticket, side: way, volume, cost: price * volume, swap: 0 });
  Object.assign(holding, { sl: entry.sl, tp: entry.tp, magic, reason, comment, openedMs: ms });
  touch(holding, ms);
  const deal = { ...terms, order: order.ticket, side: way, price, entry: dealEntry.inOut };
  recordFill(book, { ...deal, positionId: identifier, profit, swap, isCharged: true });
}

/**
 * Hedging: two opposite positions close each other. The first takes all the profit, at the price at which the other one
 * was opened; the other one closes at its own price.
 */
export function closeBy(book: Book, holding: Holding, other: Holding, ms: number): void {
  const { listing, magic, reason } = holding;
  const volume = Math.min(holding.volume, other.volume);
  const price = Math.round(other.cost / other.volume);
  const comment = `#${holding.identifier} by #${other.identifier}`;
  const terms = { ms, listing, volume, magic, reason, comment };
  const pair = { positionId: holding.identifier, positionById: other.identifier };
  const order = newOrder(book, { ...terms, ...pair, type: orderTypeCloseBy });
  finishOrder(book, order, orderState.filled, ms);
  for (const each of [holding, other]) {
    const { cost, swap } = slice(book, each, volume, ms);
    recordFill(book, {
      ...terms,
      order: order.ticket,
      side: opposite(each.side),
      price,
      entry: dealEntry.outBy,
      positionId: each.identifier,
      profit: profitOf(book.broker, listing, { side: each.side, volume, cost, price, utcMs: ms }),
      swap,
      isCharged: false,
    });
  }
}
