import { dealEntry } from '../domain/deal.js';
import type { SyntheticDeal } from './synthetic.js';
import type { ReportDeal, ReportOrder, ReportPosition } from './report.js';

type Levels = Pick<ReportOrder, 'stopLoss' | 'takeProfit'>;

/** The order that a deal which opened a trade executed, with the stops that it set; null where it set none or has no number. */
export function openingOrder(deal: ReportDeal, { stopLoss, takeProfit }: Levels): ReportOrder | null {
  if (deal.order === '0' || (stopLoss === null && takeProfit === null)) return null;
  const { row, order: ticket, positionId, timeMs, type, magic, symbol, volume, price } = deal;
  return {
    ...{ row, ticket, positionId, positionById: null, timeMs, type, state: null, magic, symbol, volume },
    ...{ price, stopLoss, takeProfit, comment: '' },
  };
}

/** Orders for entries made of rows that say which stops a trade began with; each entry is numbered as its order. */
export function openingOrders(
  deals: readonly SyntheticDeal[],
  positions: readonly ReportPosition[],
): ReportOrder[] {
  const levels = new Map<number, Levels>(positions.map((position) => [position.row, position]));
  const orders: ReportOrder[] = [];
  for (const deal of deals) {
    const of = deal.entry === dealEntry.in ? levels.get(deal.row) : undefined;
    const order = of === undefined ? null : openingOrder({ ...deal, order: deal.ticket }, of);
    if (order === null) continue;
    deal.order = deal.ticket;
    orders.push(order);
  }
  return orders;
}
