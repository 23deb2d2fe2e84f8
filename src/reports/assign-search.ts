import type { Leg, Slot } from './assign-legs.js';

/** What a search may still cost: steps, of all searches together. */
export interface Budget {
  steps: number;
}

const stepsOfOne = 20_000;
const stepsWhenSpent = 200;
// Two tell that the rows do not decide; a few more are kept for finer sieves.
const mostFound = 8;

const isSame = (a: Leg | undefined, b: Leg | undefined): boolean =>
  a?.deal.timeMs === b?.deal.timeMs &&
  a?.units === b?.units &&
  a?.price === b?.price &&
  a?.profit === b?.profit &&
  a?.swap === b?.swap;

/** Latest first, equal ones side by side in the order of their rows. */
const compare = (a: Leg, b: Leg): number =>
  b.deal.timeMs - a.deal.timeMs ||
  a.units - b.units ||
  a.price - b.price ||
  a.profit - b.profit ||
  a.swap - b.swap ||
  a.deal.row - b.deal.row;

class Search {
  readonly found: Leg[][] = [];
  readonly #chosen: Leg[] = [];
  /** the volume of a leg and all after it */
  readonly #rest: number[];
  #steps: number;

  constructor(
    readonly legs: readonly Leg[],
    readonly lastMs: number | null,
    budget: Budget,
  ) {
    this.#steps = Math.min(stepsOfOne, Math.max(stepsWhenSpent, budget.steps));
    const rest: number[] = new Array<number>(legs.length + 1).fill(0);
    for (let at = legs.length - 1; at >= 0; at--) rest[at] = (rest[at + 1] ?? 0) + (legs[at]?.units ?? 0);
    this.#rest = rest;
  }

  get steps(): number {
    return this.#steps;
  }

  from(start: number, units: number, profit: number, swap: number): void {
    if (units === 0) {
      if (profit === 0 && swap === 0) this.found.push([...this.#chosen]);
      return;
    }
    for (let at = start; at < this.legs.length; at++) {
      const leg = this.legs[at];
      if (leg === undefined || (this.#rest[at] ?? 0) < units || this.found.length >= mostFound) return;
      if (this.#chosen.length === 0 && this.lastMs !== null && leg.deal.timeMs < this.lastMs) return;
      if (leg.units > units || (at > start && isSame(leg, this.legs[at - 1]))) continue;
      if (--this.#steps < 0) return;
      this.#chosen.push(leg);
      this.from(at + 1, units - leg.units, profit - leg.profit, swap - leg.swap);
      this.#chosen.pop();
    }
  }
}

export interface Found {
  /** sets of exits, each of which adds up to what the position lacks; equal exits stand for one another */
  sets: Leg[][];
  /** whether all possibilities were looked at */
  isWhole: boolean;
}

/**
 * The sets among `legs` whose volume, profit and swap are exactly what the slot lacks, the last of them at the time of
 * its close where `isLast`. Bounded: 20,000 steps, fewer once the budget is spent, and 8 sets.
 */
export const setsThatFit = (slot: Slot, legs: readonly Leg[], isLast: boolean, budget: Budget): Found => {
  const search = new Search([...legs].sort(compare), isLast ? slot.closedMs : null, budget);
  const before = search.steps;
  search.from(0, slot.units, slot.profit, slot.swap);
  budget.steps -= before - Math.max(0, search.steps);
  return { sets: search.found, isWhole: search.steps >= 0 && search.found.length < mostFound };
};
