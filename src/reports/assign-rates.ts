import { dealType } from '../domain/deal.js';
import type { Leg, Slot } from './assign-legs.js';

/** What a symbol earned for a step of price and volume, at times when it is certain. */
interface Rate {
  ms: number;
  rate: number;
}

// The last figure is rounded: below this many, too much of a profit is rounding.
const leastProfit = 50;
const leastTicks = 500;
// Between two trades, the rate of the symbol's currency to the account's seldom moves by more than the second.
const closely = 0.002;
const tolerably = 0.03;
const rounding = 1.01;

/** How well an exit fits a position: closely, perhaps, hardly, not at all. */
export type Grade = 0 | 1 | 2 | 3;
export const mayFit: Grade = 1;

export const decimalsOf = (price: string): number => (price.split('.')[1] ?? '').length;

const moveOf = (slot: Slot, leg: Leg): number =>
  (slot.exitType === dealType.sell ? leg.price - slot.openPrice : slot.openPrice - leg.price) * leg.units;

/** What certain exits tell of others: an exit's profit must fit the way from its position's price to its own. */
export class Rates {
  readonly #bySymbol = new Map<string, Rate[]>();
  #isSorted = true;

  learn(slot: Slot, leg: Leg): void {
    this.#add(slot.symbol, leg.deal.timeMs, { profit: leg.profit, move: moveOf(slot, leg) });
  }

  /** From the row of a position that several exits closed, whose price is their average, where its rounding is small. */
  learnRow({ row, symbol, openPrice, closePrice, exitType, fullUnits, profit }: Slot): void {
    if (row?.closedMs == null || closePrice === null) return;
    const way = exitType === dealType.sell ? closePrice - openPrice : openPrice - closePrice;
    const digits = Math.max(decimalsOf(row.openPrice), decimalsOf(row.closePrice ?? ''));
    if (Math.abs(way) < leastTicks * 10 ** -digits) return;
    this.#add(symbol, row.closedMs, { profit, move: way * fullUnits });
  }

  #add(symbol: string, ms: number, { profit, move }: { profit: number; move: number }): void {
    const rate = profit / move;
    if (Math.abs(profit) < leastProfit || !Number.isFinite(rate) || rate <= 0) return;
    const rates = this.#bySymbol.get(symbol) ?? [];
    rates.push({ ms, rate });
    this.#bySymbol.set(symbol, rates);
    this.#isSorted = false;
  }

  grade(slot: Slot, leg: Leg): Grade {
    const move = moveOf(slot, leg);
    const rate = this.#near(leg.deal.symbol, leg.deal.timeMs);
    if (rate === null) return Math.abs(leg.profit) > 1 && move * leg.profit < 0 ? 3 : 1;
    const expected = Math.abs(move * rate);
    const difference = Math.abs(leg.profit - move * rate);
    if (difference <= expected * closely + rounding) return 0;
    if (difference <= expected * tolerably + rounding) return 1;
    return difference <= expected * 10 * tolerably + 10 * rounding ? 2 : 3;
  }

  #near(symbol: string, ms: number): number | null {
    if (!this.#isSorted) for (const rates of this.#bySymbol.values()) rates.sort((a, b) => a.ms - b.ms);
    this.#isSorted = true;
    const rates = this.#bySymbol.get(symbol) ?? [];
    let low = 0;
    let high = rates.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((rates[middle]?.ms ?? 0) < ms) low = middle + 1;
      else high = middle;
    }
    const [before, after] = [rates[low - 1], rates[low]];
    if (before === undefined || after === undefined) return (before ?? after)?.rate ?? null;
    return ms - before.ms < after.ms - ms ? before.rate : after.rate;
  }
}
