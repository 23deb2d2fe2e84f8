/** What accounts held together after each of their deals, in the order of time (UTC, ms); money in minor units. */
export interface BalanceCurve {
  atMs: Float64Array;
  balances: Float64Array;
}

/** Money that came in (above zero) or went out beside trading, in the order of time. */
export interface Flows {
  atMs: Float64Array;
  amounts: Float64Array;
}

/** How many of the ascending times are not after this one. */
export const countUntil = (times: Float64Array, atMs: number): number => {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The balance at an instant, what happened then included; 0 before the first deal. */
export const balanceAt = ({ atMs, balances }: BalanceCurve, instantMs: number): number =>
  balances[countUntil(atMs, instantMs) - 1] ?? 0;

/** The balance just before an instant. */
export const balanceBefore = (curve: BalanceCurve, instantMs: number): number =>
  // The number next below it, whatever its size: times have parts of milliseconds at most.
  balanceAt(curve, instantMs - 1e-3);

/** The balance at each of many instants; they may come in any order, and are found quickest in that of time. */
export function balancesAt({ atMs, balances }: BalanceCurve, instants: Float64Array): Float64Array {
  const found = new Float64Array(instants.length);
  let passed = 0;
  for (let at = 0; at < instants.length; at += 1) {
    const instantMs = instants[at] ?? 0;
    while (passed < atMs.length && (atMs[passed] ?? 0) <= instantMs) passed += 1;
    while (passed > 0 && (atMs[passed - 1] ?? 0) > instantMs) passed -= 1;
    found[at] = balances[passed - 1] ?? 0;
  }
  return found;
}
