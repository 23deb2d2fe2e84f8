import { dealEntry } from '../domain/deal.js';
import { type Leg, give, groupOf, type Slot, slotOf, slotOfEntry, unitsOf } from './assign-legs.js';
import { closeByOf } from './metatrader-words.js';
import type { ReportOrder, ReportPosition } from './report.js';

export type Slots = Map<string, Slot>;

/** The positions that the file lists, by their ids; a closed row leads over an open one. */
export const slotsOf = (positions: readonly ReportPosition[], digits: number): Slots => {
  const slots: Slots = new Map();
  for (const row of positions) {
    if (row.positionId === null) continue;
    const known = slots.get(row.positionId);
    if (known?.row === null || known === undefined)
      slots.set(row.positionId, slotOf(row, row.positionId, digits));
  }
  return slots;
};

const shapeOf = (symbol: string, exitType: number, openedMs: number, openPrice: number): string =>
  `${exitType} ${openedMs} ${openPrice} ${symbol}`;

/** Listed positions whose ids are no order's that opened anything, by how they began. */
const strangers = (slots: Slots, entries: readonly Leg[]): Map<string, Slot[]> => {
  const orders = new Set(entries.map(({ deal }) => deal.order));
  const byShape = new Map<string, Slot[]>();
  for (const slot of slots.values()) {
    if (orders.has(slot.id)) continue;
    const shape = shapeOf(slot.symbol, slot.exitType, slot.openedMs, slot.openPrice);
    byShape.set(shape, [...(byShape.get(shape) ?? []), slot]);
  }
  return byShape;
};

/** A server may number a position otherwise than its order; then it began as its row says. */
const strangeIdOf = (leg: Leg, byShape: Map<string, Slot[]>): string | null => {
  const { symbol, exitType } = slotOfEntry(leg, '');
  const [slot] = byShape.get(shapeOf(symbol, exitType, leg.deal.timeMs, leg.price)) ?? [];
  return slot?.id ?? null;
};

const enter = (slot: Slot, leg: Leg): void => {
  slot.hasEntry = true;
  leg.positionId = slot.id;
  if (slot.row === null) {
    slot.units += leg.units;
    slot.fullUnits += leg.units;
    return;
  }
  slot.profit -= leg.profit;
  slot.swap -= leg.swap;
  slot.commission -= leg.commission;
};

const ownIdOf = ({ deal }: Leg): string => (deal.order === '0' ? deal.ticket : deal.order);

/** Gives each entry the position that its order opened. Adds positions that only their entries tell of. */
export const assignEntries = (slots: Slots, entries: readonly Leg[]): void => {
  const byShape = strangers(slots, entries);
  for (const leg of entries) {
    const ownId = ownIdOf(leg);
    const id = leg.positionId ?? (slots.has(ownId) ? ownId : (strangeIdOf(leg, byShape) ?? ownId));
    const slot = slots.get(id) ?? slotOfEntry(leg, id);
    slots.set(id, slot);
    enter(slot, leg);
  }
};

/** Of a position still open only that was closed which its entries exceed what is open by. */
export const subtractOpen = (slots: Slots, positions: readonly ReportPosition[]): void => {
  for (const { positionId, closedMs, volume } of positions) {
    const slot = positionId === null ? undefined : slots.get(positionId);
    if (slot === undefined || closedMs !== null || slot.row !== null) continue;
    slot.units = slot.hasEntry ? Math.max(0, slot.units - unitsOf(volume)) : Infinity;
    slot.fullUnits = slot.units;
    slot.isExact = slot.hasEntry;
  }
};

const pairOf = ({ deal }: Leg, orders: ReadonlyMap<string, ReportOrder>): [string, string] | null => {
  const order = orders.get(deal.order);
  if (order?.positionId != null && order.positionById != null) return [order.positionId, order.positionById];
  return closeByOf(deal.comment) ?? closeByOf(order?.comment ?? '');
};

/** Of two positions the one that a deal of that kind can close; where none is listed, the first deal closes the first. */
const closedBy = (
  pair: [string, string],
  leg: Leg,
  { slots, isSecond }: { slots: Slots; isSecond: boolean },
): string => {
  const fits = pair.find((id) => {
    const slot = slots.get(id);
    return slot !== undefined && groupOf(slot) === `${leg.deal.type} ${leg.deal.symbol}`;
  });
  if (fits !== undefined) return fits;
  const unlisted = pair.filter((id) => !slots.has(id));
  const [only] = unlisted;
  return unlisted.length === 1 && only !== undefined ? only : pair[isSecond ? 1 : 0];
};

/** Both deals of a close-by have one order, whose comment names both positions. Those without stay for the search. */
export const assignCloseBys = (
  slots: Slots,
  exits: readonly Leg[],
  orders: ReadonlyMap<string, ReportOrder>,
): void => {
  const begun = new Set<string>();
  for (const leg of exits) {
    if (leg.positionId !== null || leg.deal.entry !== dealEntry.outBy) continue;
    const pair = pairOf(leg, orders);
    if (pair === null) continue;
    const id = closedBy(pair, leg, { slots, isSecond: begun.has(leg.deal.order) });
    begun.add(leg.deal.order);
    const slot = slots.get(id);
    if (slot === undefined) leg.positionId = id;
    else give(slot, leg);
  }
};
