/**
 * The three drawdowns of a curve of balances that is followed step by step: how far it fell below where it started,
 * the largest fall from a peak in money, and the largest as a share of its peak (MetaTrader 5 help, "Testing report").
 * All 0 while nothing was lost.
 */
export class Drawdown {
  readonly #start: number;
  #peak: number;
  #lowest: number;
  /** the largest fall in money, and the peak it fell from */
  maximal = 0;
  maximalPeak: number;
  /** the largest fall as a share of its peak, and its money; peaks that are not above zero have no share */
  relativeShare = 0;
  relative = 0;

  constructor(start: number) {
    this.#start = start;
    this.#peak = start;
    this.#lowest = start;
    this.maximalPeak = start;
  }

  get absolute(): number {
    return this.#start - this.#lowest;
  }

  follow(balance: number): void {
    if (balance >= this.#peak) {
      this.#peak = balance;
      return;
    }
    if (balance < this.#lowest) this.#lowest = balance;
    const fall = this.#peak - balance;
    if (fall > this.maximal) {
      this.maximal = fall;
      this.maximalPeak = this.#peak;
    }
    if (this.#peak > 0 && fall > this.relativeShare * this.#peak) {
      this.relativeShare = fall / this.#peak;
      this.relative = fall;
    }
  }

  /** Money that was taken out is no loss: the next fall is measured from here. */
  restart(balance: number): void {
    this.#peak = balance;
  }
}
