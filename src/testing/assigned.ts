import type { Deal, Order } from '../domain/deal.js';
import { tradesOf } from '../domain/trade.js';
import { toMinor } from '../lib/money.js';
import { assignPositions, type AssignedDeal, type Assignment } from '../reports/assign.js';
import type { ReportDeal, ReportOrder } from '../reports/report.js';
import type { Hedged, Step } from './hedging.js';

export const minor = (text: string | null): number => toMinor(text ?? '0', 2);
export const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

export const withoutIds = (deals: readonly ReportDeal[]): ReportDeal[] =>
  deals.map((deal) => ({ ...deal, positionId: null }));

export const assigned = ({ deals, orders, positions }: Hedged): Assignment =>
  assignPositions(withoutIds(deals), orders, positions, true);

const dealOf = (deal: AssignedDeal): Deal => ({
  ticket: deal.ticket,
  order: deal.order,
  positionId: deal.positionId,
  serverMs: deal.timeMs,
  type: deal.type,
  entry: deal.entry,
  reason: 0,
  magic: '0',
  symbol: deal.symbol,
  volume: Number(deal.volume),
  price: Number(deal.price),
  profit: minor(deal.profit),
  swap: minor(deal.swap),
  commission: minor(deal.commission),
  fee: minor(deal.fee),
  comment: deal.comment,
});

const orderOf = (order: ReportOrder): Order => ({
  ticket: order.ticket,
  positionId: order.positionId ?? '0',
  positionById: order.positionById ?? '0',
  type: order.type,
  stopLoss: null,
  takeProfit: null,
});

export const tradesOfDeals = (
  deals: readonly AssignedDeal[],
  orders: readonly ReportOrder[],
): ReturnType<typeof tradesOf> =>
  tradesOf(deals.map(dealOf), new Map(orders.map((order) => [order.ticket, orderOf(order)])));

/** One step of a history, with what it leaves out taken for granted. */
export const step = (kind: Step['kind'], more: Partial<Step> = {}): Step => ({
  kind,
  symbol: 0,
  isBuy: true,
  pick: 0,
  lots: 10,
  gapSeconds: 60,
  points: 37,
  swap: 0,
  ...more,
});
