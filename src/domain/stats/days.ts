import { dayMs } from '../../lib/clock.js';
import { fromWall } from '../../lib/zone.js';
import { balanceBefore, countUntil, type BalanceCurve, type Flows } from './balance.js';
import type { DayResult } from './daily.js';
import type { TradeColumns } from './trade-columns.js';
import { dayNumber, wallsOf } from './walls.js';

/** What came in and went out after an instant and until another. */
const paidBetween = ({ atMs, amounts }: Flows, fromMs: number, toMs: number): number => {
  let sum = 0;
  for (let at = countUntil(atMs, fromMs - 1e-3); at < atMs.length && (atMs[at] ?? 0) <= toMs; at += 1)
    sum += amounts[at] ?? 0;
  return sum;
};

/**
 * What each day of a zone on which trades closed made, and what it began with: the balance at its midnight, and what was
 * paid in or out before its first close. Trades in the order of their closing.
 */
export function dayResults(
  { nets, closedMs }: Pick<TradeColumns, 'nets' | 'closedMs'>,
  { curve, flows, timeZone }: { curve: BalanceCurve; flows: Flows; timeZone: string },
): DayResult[] {
  const walls = wallsOf(closedMs, timeZone);
  const days: DayResult[] = [];
  let last: DayResult | undefined;
  for (let at = 0; at < nets.length; at += 1) {
    const day = dayNumber(walls[at] ?? 0);
    if (last === undefined || day > last.day) {
      const midnight = fromWall(timeZone, day * dayMs);
      const start = balanceBefore(curve, midnight) + paidBetween(flows, midnight, closedMs[at] ?? 0);
      last = { day, start, result: 0 };
      days.push(last);
    }
    last.result += nets[at] ?? 0;
  }
  return days;
}
