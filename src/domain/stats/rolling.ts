/** Figures of the last so many trades, after each trade; money in minor units, NaN until there are as many, or where there is none. */
export interface Rolling {
  expectancy: Float64Array;
  /** share of trades won, 0 to 1 */
  winRate: Float64Array;
  profitFactor: Float64Array;
}

/** Sums begin anew so often, because each step leaves a little of its rounding behind. */
const renewedAfter = 1_000;

/** Of a window of `size` results (minor units), moved along trade by trade. */
export function rollingOf(nets: Float64Array, size: number): Rolling {
  const unknown = (): Float64Array => new Float64Array(nets.length).fill(Number.NaN);
  const rolling: Rolling = { expectancy: unknown(), winRate: unknown(), profitFactor: unknown() };
  let wins = 0;
  let won = 0;
  let lost = 0;
  const count = (net: number, sign: 1 | -1): void => {
    if (net > 0) {
      wins += sign;
      won += sign * net;
    } else lost -= sign * net;
  };
  for (let at = 0; at < nets.length; at += 1) {
    count(nets[at] ?? 0, 1);
    if (at >= size) count(nets[at - size] ?? 0, -1);
    if (at % renewedAfter === 0 && at >= size) {
      [wins, won, lost] = [0, 0, 0];
      for (const net of nets.subarray(at - size + 1, at + 1)) count(net, 1);
    }
    if (at < size - 1) continue;
    rolling.expectancy[at] = (won - lost) / size;
    rolling.winRate[at] = wins / size;
    rolling.profitFactor[at] = lost > 0 ? won / lost : Number.NaN;
  }
  return rolling;
}
