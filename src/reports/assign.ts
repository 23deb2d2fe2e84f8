import { compareTickets, dealEntry, dealType } from '../domain/deal.js';
import { assignParts, assignWhole } from './assign-closes.js';
import { assignCloseBys, assignEntries, slotsOf, subtractOpen } from './assign-entries.js';
import { give, type Leg, legOf, moneyDigits } from './assign-legs.js';
import { assignNetting } from './assign-netting.js';
import { Rates } from './assign-rates.js';
import { assignRest } from './assign-rest.js';
import { isHedgingOf } from './assign-mode.js';
import { type Doubts, doubtsOf, oddRowsOf } from './assign-words.js';
import type { Problem, ReportDeal, ReportOrder, ReportPosition } from './report.js';

export interface AssignedDeal extends ReportDeal {
  /** '0' for operations on the balance */
  positionId: string;
}

export interface Assignment {
  /** in the order they came */
  deals: AssignedDeal[];
  /** with the position of their deals; null: they were not filled */
  orders: ReportOrder[];
  problems: Problem[];
  /** how many exits there are of each kind of doubt */
  counts: Record<keyof Doubts, number>;
}

const isTrade = ({ type }: ReportDeal): boolean => type === dealType.buy || type === dealType.sell;
const isExit = ({ deal }: Leg): boolean => deal.entry === dealEntry.out || deal.entry === dealEntry.outBy;

const ordersOf = (orders: readonly ReportOrder[]): Map<string, ReportOrder> => {
  const byTicket = new Map<string, ReportOrder>();
  for (const order of orders) byTicket.set(order.ticket, order);
  return byTicket;
};

/** An exit's own order opened nothing: its number is free, and the same in every file that has it. */
const adopt = (exits: readonly Leg[]): Leg[] => {
  const orphans = exits.filter(({ positionId }) => positionId === null);
  for (const leg of orphans) leg.positionId = leg.deal.order === '0' ? leg.deal.ticket : leg.deal.order;
  return orphans;
};

// Copies are written out, property by property: V8 gives each object a shape of its own, of 500 bytes, where a property
// is set over one that was spread, and a report may have a million deals and orders.

const withPosition = (deal: ReportDeal, positionId: string): AssignedDeal => ({
  row: deal.row,
  ticket: deal.ticket,
  order: deal.order,
  positionId,
  timeMs: deal.timeMs,
  type: deal.type,
  entry: deal.entry,
  reason: deal.reason,
  magic: deal.magic,
  symbol: deal.symbol,
  volume: deal.volume,
  price: deal.price,
  profit: deal.profit,
  swap: deal.swap,
  commission: deal.commission,
  fee: deal.fee,
  comment: deal.comment,
});

const orderWithPosition = (order: ReportOrder, positionId: string): ReportOrder => ({
  row: order.row,
  ticket: order.ticket,
  positionId,
  positionById: order.positionById,
  timeMs: order.timeMs,
  type: order.type,
  state: order.state,
  magic: order.magic,
  symbol: order.symbol,
  volume: order.volume,
  price: order.price,
  stopLoss: order.stopLoss,
  takeProfit: order.takeProfit,
  comment: order.comment,
});

const ordersWithPositions = (orders: readonly ReportOrder[], legs: readonly Leg[]): ReportOrder[] => {
  const byOrder = new Map<string, string | null>();
  for (const { deal, positionId } of legs) byOrder.set(deal.order, positionId);
  return orders.map((order) => {
    const positionId = order.positionId === null ? byOrder.get(order.ticket) : null;
    return positionId == null ? order : orderWithPosition(order, positionId);
  });
};

interface Rows {
  orders: readonly ReportOrder[];
  positions: readonly ReportPosition[];
  digits: number;
}

const assignHedging = (legs: readonly Leg[], { orders: rows, positions, digits }: Rows): Doubts => {
  const orders = ordersOf(rows);
  const slots = slotsOf(positions, digits);
  const exits = legs.filter(isExit);
  assignEntries(
    slots,
    legs.filter((leg) => !isExit(leg)),
  );
  subtractOpen(slots, positions);
  for (const leg of exits) {
    const slot = leg.positionId === null ? undefined : slots.get(leg.positionId);
    if (slot !== undefined) give(slot, leg);
  }
  assignCloseBys(slots, exits, orders);
  const all = [...slots.values()].sort((a, b) => a.openedMs - b.openedMs || compareTickets(a.id, b.id));
  const rates = new Rates();
  const equal = assignWhole(all, exits, rates);
  const open = [...assignParts(all, exits, rates), ...assignRest(all, exits, { rates, orders })];
  return { equal, open, orphans: adopt(exits) };
};

/**
 * Finds out which position each deal of a report belongs to, which reports do not say. On a hedging account an entry's
 * position has the number of its order; an exit's is the one whose row it completes: alone, or with others whose volume,
 * profit and swap are the row's to the last decimal, the last of them at its close. What is left belongs to positions
 * that are still open, or, where there is no entry, to a position of its own. With one position a symbol, deals follow
 * one another; `isHedging` null finds out which it is. The same file always gives the same answer; where it leaves one open, a problem says so.
 */
export const assignPositions = (
  deals: readonly ReportDeal[],
  orders: readonly ReportOrder[],
  positions: readonly ReportPosition[],
  isHedging: boolean | null,
): Assignment => {
  const digits = moneyDigits(deals, positions);
  const legOfDeal = deals.map((deal) => (isTrade(deal) ? legOf(deal, digits) : null));
  const legs = legOfDeal
    .filter((leg) => leg !== null)
    .sort((a, b) => a.deal.timeMs - b.deal.timeMs || compareTickets(a.deal.ticket, b.deal.ticket));
  const hasReversals = legs.some(({ deal }) => deal.entry === dealEntry.inOut);
  const isApart = (isHedging ?? isHedgingOf(legs)) && !hasReversals;
  const doubts = isApart
    ? assignHedging(legs, { orders, positions, digits })
    : { equal: [], open: [], orphans: assignNetting(legs, positions) };
  return {
    deals: deals.map((deal, at) => withPosition(deal, legOfDeal[at]?.positionId ?? '0')),
    orders: ordersWithPositions(orders, legs),
    problems: [...doubtsOf(doubts), ...(isApart ? oddRowsOf(legs, positions, digits) : [])],
    counts: { equal: doubts.equal.flat().length, open: doubts.open.length, orphans: doubts.orphans.length },
  };
};
