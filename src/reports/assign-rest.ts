import { type Leg, give, groupOf, groupOfExit, type Slot } from './assign-legs.js';
import { choicesOf, type Known } from './assign-fit.js';
import { planOf } from './assign-plan.js';
import type { Rates } from './assign-rates.js';
import { grouped } from './grouped.js';

/** Positions that can still be closed, as their exits pass by in the order of time. */
class Open {
  readonly #waiting: Slot[];
  #open: Slot[] = [];
  #next = 0;

  constructor(slots: readonly Slot[]) {
    this.#waiting = [...slots].sort((a, b) => a.openedMs - b.openedMs);
  }

  /** Those that an exit can have closed, the earliest opened first. */
  for(leg: Leg): Slot[] {
    const { timeMs } = leg.deal;
    for (; (this.#waiting[this.#next]?.openedMs ?? Infinity) <= timeMs; this.#next++) {
      const slot = this.#waiting[this.#next];
      if (slot !== undefined) this.#open.push(slot);
    }
    this.#open = this.#open.filter((slot) => slot.units > 0 && (slot.closedMs ?? Infinity) >= timeMs);
    return this.#open.filter((slot) => slot.units >= leg.units);
  }
}

/** Exits that only one open position could have had say what its symbol earns. */
const learn = (rates: Rates, slots: readonly Slot[], legs: readonly Leg[]): void => {
  const open = new Open(slots);
  for (const leg of legs) {
    const [only, second] = open.for(leg);
    if (only !== undefined && second === undefined) rates.learn(only, leg);
  }
};

/** Each exit to what it fits best as it comes, whatever is left for those after it. */
const giveEach = (slots: readonly Slot[], legs: readonly Leg[], known: Known): Leg[] => {
  const doubts: Leg[] = [];
  const open = new Open(slots);
  for (const leg of legs) {
    const [best] = choicesOf(leg, open.for(leg), known);
    if (best === undefined) continue;
    if (!best.isCertain) doubts.push(leg);
    give(best.slot, leg);
  }
  return doubts;
};

/**
 * Exits that no row of a closed position accounts for: of positions still open, of rows that do not add up, or of a
 * file without such rows. Each goes, in the order of time, to the position that it fits best, the earliest opened of
 * several. Returns those that fitted others as well.
 */
export const assignRest = (slots: readonly Slot[], exits: readonly Leg[], known: Known): Leg[] => {
  const doubts: Leg[] = [];
  const positions = grouped(
    slots.filter(({ units }) => units > 0),
    groupOf,
  );
  const free = exits.filter(({ positionId }) => positionId === null);
  for (const [group, legs] of grouped(free, groupOfExit)) {
    const candidates = positions.get(group) ?? [];
    learn(known.rates, candidates, legs);
    doubts.push(...(planOf(candidates, legs, known) ?? giveEach(candidates, legs, known)));
  }
  return doubts;
};
