/** Results of one side in a row. */
interface Run {
  items: number;
  /** minor units, signs as given */
  money: number;
}

/** One side's results, and how they came in a row; money in minor units, signs as given. */
export class Side {
  items = 0;
  money = 0;
  /** the one furthest from zero */
  largest = 0;
  runs = 0;
  /** the run of most items; of two as long, that with more money */
  longest: Run = { items: 0, money: 0 };
  /** the run of most money */
  richest: Run = { items: 0, money: 0 };

  add(items: number, money: number, largest: number): void {
    this.items += items;
    this.money += money;
    this.runs += 1;
    if (Math.abs(largest) > Math.abs(this.largest)) this.largest = largest;
    const size = Math.abs(money);
    const { longest, richest } = this;
    const isLonger = items > longest.items || (items === longest.items && size > Math.abs(longest.money));
    if (isLonger) this.longest = { items, money };
    if (richest.items === 0 || size > Math.abs(richest.money)) this.richest = { items, money };
  }
}

/** Results in order, parted as MetaTrader does it: nothing won and nothing lost is a win. */
export const sidesOf = (results: Float64Array): { wins: Side; losses: Side } => {
  const [wins, losses] = [new Side(), new Side()];
  for (let at = 0; at < results.length;) {
    const isWin = (results[at] ?? 0) >= 0;
    const start = at;
    let money = 0;
    let largest = 0;
    for (; at < results.length; at += 1) {
      const result = results[at] ?? 0;
      if (result >= 0 !== isWin) break;
      money += result;
      if (Math.abs(result) > Math.abs(largest)) largest = result;
    }
    (isWin ? wins : losses).add(at - start, money, largest);
  }
  return { wins, losses };
};
