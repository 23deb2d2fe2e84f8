import { dealReason } from '../domain/deal.js';
import type { Leg, Slot } from './assign-legs.js';
import { mayFit, type Rates } from './assign-rates.js';
import type { ReportOrder } from './report.js';

/** How well an exit fits a position; less is better, and the first difference decides. */
interface Fit {
  slot: Slot;
  ranks: [level: number, grade: number, row: number, whole: number];
}

type Orders = ReadonlyMap<string, ReportOrder>;

/** A stop or target that was hit is the one of the position's order, where that still is its level. */
const hasLevel = ({ deal }: Leg, slot: Slot, orders: Orders): boolean => {
  const order = orders.get(slot.id);
  const [, level] = /^\[?(?:sl|tp)\s+([\d.]+)/i.exec(deal.comment.trim()) ?? [];
  const set = deal.reason === dealReason.stopLoss ? order?.stopLoss : order?.takeProfit;
  return level !== undefined && set != null && Number(set) === Number(level);
};

const fitOf = (leg: Leg, slot: Slot, { rates, orders }: Known): Fit => ({
  slot,
  ranks: [
    hasLevel(leg, slot, orders) ? 0 : 1,
    rates.grade(slot, leg),
    slot.row === null ? 1 : 0,
    slot.units === leg.units ? 0 : 1,
  ],
});

const compare = (a: Fit, b: Fit): number => {
  for (const [at, rank] of a.ranks.entries()) if (rank !== b.ranks[at]) return rank - (b.ranks[at] ?? 0);
  return 0;
};

/** Whether it makes no difference which of two positions an exit closed. */
const isEqual = (a: Slot, b: Slot): boolean =>
  a.openedMs === b.openedMs &&
  a.openPrice === b.openPrice &&
  a.units === b.units &&
  a.fullUnits === b.fullUnits &&
  a.closedMs === b.closedMs;

export interface Choice {
  slot: Slot;
  isCertain: boolean;
}

export interface Known {
  rates: Rates;
  orders: Orders;
}

/** The positions that an exit may have closed, the likeliest first. */
export const choicesOf = (leg: Leg, slots: readonly Slot[], known: Known): Choice[] => {
  const fits = slots
    .map((slot) => fitOf(leg, slot, known))
    .filter(({ ranks: [level, grade] }) => level === 0 || grade <= mayFit + 1)
    .sort(compare);
  return fits.map((fit) => ({
    slot: fit.slot,
    isCertain: fits.every(
      (other) => compare(fit, other) !== 0 || other === fit || isEqual(fit.slot, other.slot),
    ),
  }));
};
