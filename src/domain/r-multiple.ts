export interface RiskedTrade {
  openPrice: number | null;
  closePrice: number | null;
  /** that of the opening order */
  stopLoss: number | null;
  /** money before costs, and after */
  gross: number;
  net: number;
  isClosed: boolean;
}

export type RMultiple = { r: number; reason: null } | { r: null; reason: string };

const unknown = (reason: string): RMultiple => ({ r: null, reason });

/**
 * Net result over what the initial stop risked (metrics.md §2). What a unit of price is worth is taken from the trade
 * itself: gross over the distance from entry to exit. Null with the reason where that cannot be known.
 */
export function rMultiple({ openPrice, closePrice, stopLoss, gross, net, isClosed }: RiskedTrade): RMultiple {
  if (!isClosed) return unknown('still open');
  if (openPrice === null || closePrice === null) return unknown('the entry is not known');
  if (stopLoss === null) return unknown('no stop with the order');
  const riskedDistance = Math.abs(openPrice - stopLoss);
  const moved = Math.abs(closePrice - openPrice);
  if (riskedDistance === 0) return unknown('the stop stood at the entry');
  if (moved === 0 || gross === 0) return unknown('closed where it opened');
  return { r: net / ((riskedDistance * Math.abs(gross)) / moved), reason: null };
}
