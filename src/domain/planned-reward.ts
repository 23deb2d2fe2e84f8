interface Planned {
  openPrice: number | null;
  /** those of the opening order */
  stopLoss: number | null;
  takeProfit: number | null;
}

/**
 * What an order set out to gain for one that it risked: |take profit − entry| / |entry − stop|, in distances of the
 * price. Null where one of the three is not known, or nothing was risked.
 */
export const plannedReward = ({ openPrice, stopLoss, takeProfit }: Planned): number | null => {
  if (openPrice === null || stopLoss === null || takeProfit === null || openPrice === stopLoss) return null;
  return Math.abs(takeProfit - openPrice) / Math.abs(openPrice - stopLoss);
};
