/** How the figures of trades have moved from trade to trade: each item is one trade further. Money is in minor units. */
export interface Running {
  /** the sum so far */
  net: number[];
  /** won ÷ all so far */
  winRate: number[];
  /** gains ÷ losses so far, from the first loss on */
  profitFactor: number[];
  /** sum ÷ trades so far */
  expectancy: number[];
  /** how far the sum lies below its own peak: 0 or less */
  maxDrawdown: number[];
  /** trades in a row with the same sign: 3 gains, −2 losses */
  currentStreak: number[];
}

/** Of so many trades at most the figures are kept, evenly spread, the last among them. */
export function runningOf(nets: Float64Array, most: number): Running {
  const all: Running = {
    ...{ net: [], winRate: [], profitFactor: [], expectancy: [], maxDrawdown: [], currentStreak: [] },
  };
  let net = 0;
  let gains = 0;
  let losses = 0;
  let wins = 0;
  let peak = 0;
  let streak = 0;
  nets.forEach((one, at) => {
    net += one;
    if (one > 0) gains += one;
    else losses -= one;
    wins += one > 0 ? 1 : 0;
    peak = Math.max(peak, net);
    streak = one === 0 ? 0 : Math.sign(streak) === Math.sign(one) ? streak + Math.sign(one) : Math.sign(one);
    if (!isKept(at, nets.length, most)) return;
    all.net.push(net);
    all.winRate.push(wins / (at + 1));
    if (losses > 0) all.profitFactor.push(gains / losses);
    all.expectancy.push(net / (at + 1));
    all.maxDrawdown.push(net - peak);
    all.currentStreak.push(streak);
  });
  return all;
}

/** Whether a new one of `most` equal shares is full at this item. */
const isKept = (at: number, count: number, most: number): boolean =>
  Math.floor(((at + 1) * most) / count) > Math.floor((at * most) / count);
