import { type Leg, give, groupOf, groupOfExit, type Slot } from './assign-legs.js';
import { decimalsOf, type Grade, type Rates } from './assign-rates.js';
import { grouped } from './grouped.js';
import { type Budget, setsThatFit } from './assign-search.js';

const mostCandidates = 64;
const grades: readonly Grade[] = [0, 1, 3];
const worst: Grade = 3;

const wholeKey = (leg: Leg, hasCommission: boolean): string =>
  [
    groupOfExit(leg),
    leg.deal.timeMs,
    leg.units,
    leg.price,
    leg.profit,
    leg.swap,
    hasCommission ? leg.commission : '',
  ].join('|');

const missingKey = (slot: Slot, hasCommission: boolean): string =>
  [
    groupOf(slot),
    slot.closedMs,
    slot.units,
    slot.closePrice,
    slot.profit,
    slot.swap,
    hasCommission ? slot.commission : '',
  ].join('|');

const isFree = ({ positionId }: Leg): boolean => positionId === null;
const isWanting = ({ row, units }: Slot): boolean => row !== null && units > 0;

/** Positions that one exit closed whole: all that their row says of the close is the exit's. */
const matchWhole = (slots: readonly Slot[], exits: readonly Leg[], hasCommission: boolean): Leg[][] => {
  const free = grouped(exits.filter(isFree), (leg) => wholeKey(leg, hasCommission));
  const several: Leg[][] = [];
  const wanting = slots.filter(
    (slot) => isWanting(slot) && slot.exits.length === 0 && (slot.hasEntry || !hasCommission),
  );
  for (const [key, list] of grouped(wanting, (slot) => missingKey(slot, hasCommission))) {
    const legs = free.get(key) ?? [];
    if (Math.max(list.length, legs.length) > 1) several.push(legs.slice(0, list.length));
    for (const [at, slot] of list.entries()) {
      const leg = legs[at];
      if (leg !== undefined) give(slot, leg);
    }
  }
  return several;
};

/**
 * Exact closes of a whole position, first those whose commission fits too. Returns the exits that closed several which
 * their rows tell alike, group by group.
 */
export const assignWhole = (slots: readonly Slot[], exits: readonly Leg[], rates: Rates): Leg[][] => {
  const several = [...matchWhole(slots, exits, true), ...matchWhole(slots, exits, false)];
  for (const slot of slots) {
    if (slot.row === null) continue;
    if (slot.exits.length === 0) rates.learnRow(slot);
    else if (slot.units === 0 && slot.exits.length === 1)
      for (const leg of slot.exits) rates.learn(slot, leg);
  }
  return several;
};

/** The first of the exits that is not before that time, of exits in the order of their times. */
const placeOf = (exits: readonly Leg[], ms: number): number => {
  let low = 0;
  let high = exits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((exits[middle]?.deal.timeMs ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
};

const candidatesOf = (slot: Slot, exits: readonly Leg[]): Leg[] => {
  const legs: Leg[] = [];
  for (let at = placeOf(exits, slot.openedMs); at < exits.length; at++) {
    const leg = exits[at];
    if (leg === undefined || leg.deal.timeMs > (slot.closedMs ?? Infinity)) break;
    if (isFree(leg) && leg.units > 0 && leg.units <= slot.units) legs.push(leg);
  }
  return legs;
};

/** How strictly a search looks: at first an exit's profit must fit the prices closely, and all the average. */
interface Sieve {
  /** how well an exit must fit at the least */
  grade: Grade;
  rates: Rates;
}

const sift = (slot: Slot, legs: Leg[], { grade: least, rates }: Sieve): Leg[] => {
  const rated = legs.map((leg) => ({ leg, grade: rates.grade(slot, leg) }));
  const kept = rated.filter(({ grade }) => grade <= least);
  if (kept.length > mostCandidates) kept.sort((a, b) => a.grade - b.grade);
  return kept.slice(0, mostCandidates).map(({ leg }) => leg);
};

const averageOf = (legs: readonly Leg[]): number =>
  legs.reduce((sum, { price, units }) => sum + price * units, 0) /
  legs.reduce((sum, { units }) => sum + units, 0);

/** The row's price of the close is the average of all exits, rounded or cut to a price's decimals. */
const hasAverage = (slot: Slot, legs: readonly Leg[]): boolean => {
  const all = [...slot.exits, ...legs];
  const digits = Math.max(
    ...all.map(({ deal }) => decimalsOf(deal.price)),
    decimalsOf(slot.row?.closePrice ?? ''),
  );
  return slot.closePrice === null || Math.abs(averageOf(all) - slot.closePrice) <= 1.01 * 10 ** -digits;
};

const commissionOf = (legs: readonly Leg[]): number =>
  legs.reduce((sum, { commission }) => sum + commission, 0);

/** The sets of a search, only those that also have what is left of `narrow`, as long as there are any. */
const narrowed = (sets: Leg[][], narrow: (legs: Leg[]) => boolean): Leg[][] => {
  const kept = sets.length > 1 ? sets.filter(narrow) : [];
  return kept.length > 0 ? kept : sets;
};

/** Whether a close-by, which is known already, was the last exit. */
const hasLast = ({ exits, closedMs }: Slot): boolean => exits.some(({ deal }) => deal.timeMs === closedMs);

interface Answer {
  legs: Leg[] | null;
  isCertain: boolean;
}

const answerOf = (slot: Slot, exits: readonly Leg[], sieve: Sieve & { budget: Budget }): Answer => {
  const legs = sift(slot, candidatesOf(slot, exits), sieve);
  const { sets, isWhole } = setsThatFit(slot, legs, !hasLast(slot), sieve.budget);
  const fitting = sieve.grade < worst ? sets.filter((set) => hasAverage(slot, set)) : sets;
  const best = narrowed(
    narrowed(fitting, (set) => hasAverage(slot, set)),
    (set) => slot.hasEntry && commissionOf(set) === slot.commission,
  );
  return { legs: best[0] ?? null, isCertain: best.length === 1 && isWhole };
};

// Each round may make a choice certain that was not before; chains of such choices are short.
const mostRounds = 6;

const assignRound = (
  slots: readonly Slot[],
  exits: Map<string, Leg[]>,
  how: Sieve & { budget: Budget; doubts: Leg[] | null },
): number => {
  let given = 0;
  for (const slot of slots) {
    if (!isWanting(slot)) continue;
    const { legs, isCertain } = answerOf(slot, exits.get(groupOf(slot)) ?? [], how);
    if (legs === null || (!isCertain && how.doubts === null)) continue;
    if (!isCertain) how.doubts?.push(...legs);
    for (const leg of legs) give(slot, leg);
    given += 1;
  }
  return given;
};

/**
 * Positions that several exits closed: sets of exits whose sums are those of the row. What only one set can be is
 * given first, as often as that makes more certain; then what is open, from the earliest close on. Returns the exits
 * of which other sets would have fitted.
 */
export const assignParts = (slots: readonly Slot[], exits: readonly Leg[], rates: Rates): Leg[] => {
  const wanting = slots.filter(isWanting).sort((a, b) => (a.closedMs ?? 0) - (b.closedMs ?? 0));
  const free = grouped(exits.filter(isFree), groupOfExit);
  const budget = { steps: 5_000_000 };
  const doubts: Leg[] = [];
  for (const grade of grades) {
    const how = { grade, rates, budget };
    for (let round = 0; round < mostRounds; round++)
      if (assignRound(wanting, free, { ...how, doubts: null }) === 0) break;
    assignRound(wanting, free, { ...how, doubts });
  }
  return doubts;
};
