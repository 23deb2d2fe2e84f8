/** One side's results, and how they came in a row; money in minor units, signs as given. */
export class Side {
  items = 0;
  money = 0;
  /** the one furthest from zero */
  largest = 0;
  runs = 0;
  /** the run of most items; of two as long, that with more money */
  longest = { items: 0, money: 0 };
  /** the run of most money */
  richest = { items: 0, money: 0 };
  #items = 0;
  #money = 0;

  add(result: number): void {
    this.items += 1;
    this.money += result;
    if (Math.abs(result) > Math.abs(this.largest)) this.largest = result;
    this.#items += 1;
    this.#money += result;
  }

  /** The other side had a result, or there are no more. */
  endRun(): void {
    if (this.#items === 0) return;
    const size = Math.abs(this.#money);
    this.runs += 1;
    const isLonger = this.#items > this.longest.items;
    if (isLonger || (this.#items === this.longest.items && size > Math.abs(this.longest.money)))
      this.longest = { items: this.#items, money: this.#money };
    if (this.richest.items === 0 || size > Math.abs(this.richest.money))
      this.richest = { items: this.#items, money: this.#money };
    this.#items = 0;
    this.#money = 0;
  }
}

/** Results in order, parted as MetaTrader does it: nothing won and nothing lost is a win. */
export const sidesOf = (results: Float64Array): { wins: Side; losses: Side } => {
  const wins = new Side();
  const losses = new Side();
  for (const result of results) {
    const isWin = result >= 0;
    (isWin ? losses : wins).endRun();
    (isWin ? wins : losses).add(result);
  }
  wins.endRun();
  losses.endRun();
  return { wins, losses };
};
