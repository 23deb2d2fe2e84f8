import { dealEntry } from '../domain/deal.js';
import { fromMinor } from '../lib/money.js';
import { type Leg, minorOf, unitsOf } from './assign-legs.js';
import { grouped } from './grouped.js';
import type { Problem, ReportPosition } from './report.js';

/** Exits of which the file leaves something open. */
export interface Doubts {
  /** groups that are equal in all that a row tells of a close: its sums are the same, whichever closed which */
  equal: Leg[][];
  /** other positions, or other sets of exits, would have fitted too */
  open: Leg[];
  /** their entries are not in the file */
  orphans: Leg[];
}

const mostRows = 20;

const exits = (count: number): string => (count === 1 ? '1 exit' : `${count} exits`);

const tell = (legs: readonly Leg[], reason: string): Problem[] =>
  legs.length === 0 ? [] : [{ row: legs.length === 1 ? (legs[0]?.deal.row ?? null) : null, reason }];

const rowsOf = (legs: readonly Leg[]): string => {
  const rows = legs.map(({ deal }) => deal.row).sort((a, b) => a - b);
  const shown = rows.slice(0, mostRows).join(', ');
  return rows.length > mostRows ? `rows ${shown} and ${rows.length - mostRows} more` : `rows ${shown}`;
};

/** Exits that could change places, and trades would then show something else. */
const isUnlike = (legs: readonly Leg[]): boolean =>
  legs.some(
    ({ deal, commission, fee }) =>
      commission !== legs[0]?.commission || fee !== legs[0].fee || deal.reason !== legs[0].deal.reason,
  );

/** One sentence for each kind of doubt, however many exits it is about. */
export const doubtsOf = ({ equal, open, orphans }: Doubts): Problem[] => [
  ...tell(
    equal.filter(isUnlike).flat(),
    `${exits(equal.filter(isUnlike).flat().length)} of positions that closed alike, at one time, price and result, differ in costs or reason, and the file does not tell whose they are: they were given out in the order of their tickets. The account's totals are not touched by it.`,
  ),
  ...tell(
    open,
    `The file does not tell for certain which positions ${exits(open.length)} closed (${rowsOf(open)}): the likeliest were taken. The account's totals are not touched by it, results of single trades may be.`,
  ),
  ...tell(
    orphans,
    `${exits(orphans.length)} closed positions whose entries are not in the file (${rowsOf(orphans)}): their opening prices are unknown. Import a report that begins earlier to complete them.`,
  ),
];

const sumOf = (legs: readonly Leg[], amountOf: (leg: Leg) => number): number =>
  legs.reduce((sum, leg) => sum + amountOf(leg), 0);

const shown = (minor: number, digits: number): string =>
  Number.isSafeInteger(minor) ? fromMinor(minor, digits) : 'more than can be counted';

interface Difference {
  what: string;
  row: string;
  deals: string;
}

const differencesOf = (row: ReportPosition, legs: readonly Leg[], digits: number): Difference[] => {
  const entries = legs.filter(({ deal }) => deal.entry === dealEntry.in);
  const closing = legs.filter(({ deal }) => deal.entry !== dealEntry.in);
  const differences: Difference[] = [];
  const compare = (what: string, expected: number, sum: number, shownDigits: number): void => {
    if (expected !== sum)
      differences.push({ what, row: shown(expected, shownDigits), deals: shown(sum, shownDigits) });
  };
  compare(
    'volume',
    unitsOf(row.volume),
    sumOf(closing, ({ units }) => units),
    8,
  );
  compare(
    'profit',
    minorOf(row.profit ?? '0', digits),
    sumOf(legs, ({ profit }) => profit),
    digits,
  );
  compare(
    'swap',
    minorOf(row.swap ?? '0', digits),
    sumOf(legs, ({ swap }) => swap),
    digits,
  );
  // Without its entry a position lacks that part of its commission; fees may be counted with it or not.
  const commission = sumOf(legs, (leg) => leg.commission);
  const printed = minorOf(row.commission ?? '0', digits);
  if (entries.length > 0 && printed !== commission + sumOf(legs, ({ fee }) => fee))
    compare('commission', printed, commission, digits);
  return differences;
};

/** Closed positions whose deals do not add up to their rows, in a sentence each. */
export const oddRowsOf = (
  legs: readonly Leg[],
  positions: readonly ReportPosition[],
  digits: number,
): Problem[] => {
  const byPosition = grouped(legs, ({ positionId }) => positionId ?? '');
  const problems: Problem[] = [];
  for (const row of positions) {
    if (row.closedMs === null || row.positionId === null) continue;
    const found = differencesOf(row, byPosition.get(row.positionId) ?? [], digits);
    const said = found.map(({ what, row, deals }) => `${what} ${deals} instead of ${row}`).join(', ');
    if (said !== '')
      problems.push({
        row: row.row,
        reason: `The deals found for position ${row.positionId} do not add up to its row: ${said}.`,
      });
  }
  const more = problems.length - mostRows;
  if (more <= 0) return problems;
  return [
    ...problems.slice(0, mostRows),
    { row: null, reason: `The deals of ${more} more positions do not add up to their rows.` },
  ];
};
