/**
 * Closed trades in the order of their closing, then of their first deals' tickets, a column a field. Times are UTC in
 * ms, money is in minor units and signed as given, unknown is NaN.
 */
export interface TradeColumns {
  openedMs: Float64Array;
  closedMs: Float64Array;
  nets: Float64Array;
  grosses: Float64Array;
  commissions: Float64Array;
  swaps: Float64Array;
  fees: Float64Array;
  /** results over what was risked */
  rs: Float64Array;
}

export const noColumns = (count: number): TradeColumns => ({
  openedMs: new Float64Array(count),
  closedMs: new Float64Array(count),
  nets: new Float64Array(count),
  grosses: new Float64Array(count),
  commissions: new Float64Array(count),
  swaps: new Float64Array(count),
  fees: new Float64Array(count),
  rs: new Float64Array(count).fill(Number.NaN),
});
