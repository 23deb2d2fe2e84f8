import { choicesOf, type Known } from './assign-fit.js';
import { give, type Leg, type Slot } from './assign-legs.js';

const mostExits = 200;
const mostSteps = 20_000;

interface Placed {
  leg: Leg;
  slot: Slot;
  isCertain: boolean;
}

const canHave = (slot: Slot, { deal, units }: Leg): boolean =>
  slot.units >= units && slot.openedMs <= deal.timeMs && deal.timeMs <= (slot.closedMs ?? Infinity);

/** Tries the likeliest position of each exit first, and goes back where the volumes then do not come out. */
class Plan {
  readonly placed: Placed[] = [];
  readonly #exact: Slot[];
  /** the volume of an exit and all after it */
  readonly #rest: number[];
  #steps = mostSteps;

  constructor(
    readonly slots: readonly Slot[],
    readonly legs: readonly Leg[],
    readonly known: Known,
  ) {
    this.#exact = slots.filter(({ isExact }) => isExact);
    this.#rest = new Array<number>(legs.length + 1).fill(0);
    for (let at = legs.length - 1; at >= 0; at--)
      this.#rest[at] = (this.#rest[at + 1] ?? 0) + (legs[at]?.units ?? 0);
  }

  #wanted(): number {
    return this.#exact.reduce((sum, { units }) => sum + units, 0);
  }

  from(at: number): boolean {
    const leg = this.legs[at];
    const wanted = this.#wanted();
    if (leg === undefined || wanted > (this.#rest[at] ?? 0)) return wanted === 0;
    if (--this.#steps < 0) return false;
    const slots = this.slots.filter((slot) => canHave(slot, leg));
    const choices = choicesOf(leg, slots, this.known);
    if (choices.length === 0) return this.from(at + 1);
    return choices.some((choice) => this.#try(at, leg, choice));
  }

  #try(at: number, leg: Leg, { slot, isCertain }: { slot: Slot; isCertain: boolean }): boolean {
    slot.units -= leg.units;
    this.placed.push({ leg, slot, isCertain });
    const isDone = this.from(at + 1);
    slot.units += leg.units;
    if (!isDone) this.placed.pop();
    return isDone;
  }
}

/**
 * Gives exits to positions so that those which must be complete are. Returns the exits that fitted others as well;
 * null, and gives nothing, where no position must be complete or no way was found in 20,000 steps.
 */
export const planOf = (slots: readonly Slot[], legs: readonly Leg[], known: Known): Leg[] | null => {
  if (legs.length > mostExits || !slots.some(({ isExact }) => isExact)) return null;
  const plan = new Plan(slots, legs, known);
  if (!plan.from(0)) return null;
  for (const { leg, slot } of plan.placed) give(slot, leg);
  return plan.placed.filter(({ isCertain }) => !isCertain).map(({ leg }) => leg);
};
