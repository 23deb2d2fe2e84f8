/** What the closed trades of a stretch of time came to, in the position view: one item a trade, in order of its close. */
export interface PeriodFigures {
  trades: number;
  /** minor units */
  net: number;
  /** share of trades with a gain, 0 to 1; null without trades */
  winRate: number | null;
  /** gains over losses; null without a loss */
  profitFactor: number | null;
  /** mean net of a trade, minor units; null without trades */
  expectancy: number | null;
  /** the deepest fall of the running sum below its own peak (which starts at 0), minor units */
  maxDrawdown: number;
  /** trades in a row with the same sign at the end: 3 gains, −2 losses; 0 without trades or after a zero */
  streak: number;
}

const streakOf = (nets: readonly number[]): number => {
  const last = Math.sign(nets.at(-1) ?? 0);
  if (last === 0) return 0;
  let count = 0;
  for (let index = nets.length - 1; index >= 0 && Math.sign(nets[index] ?? 0) === last; index -= 1)
    count += 1;
  return count * last;
};

/** `nets` in minor units of one currency. */
export function figuresOf(nets: readonly number[]): PeriodFigures {
  let [net, gains, losses, wins, peak, deepest] = [0, 0, 0, 0, 0, 0];
  for (const one of nets) {
    net += one;
    if (one > 0) {
      gains += one;
      wins += 1;
    } else losses -= one;
    peak = Math.max(peak, net);
    deepest = Math.max(deepest, peak - net);
  }
  return {
    trades: nets.length,
    net,
    winRate: nets.length === 0 ? null : wins / nets.length,
    profitFactor: losses === 0 ? null : gains / losses,
    expectancy: nets.length === 0 ? null : net / nets.length,
    maxDrawdown: deepest,
    streak: streakOf(nets),
  };
}
