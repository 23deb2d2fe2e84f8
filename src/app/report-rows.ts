import type { FinishedDeal } from '../reports/finish.js';
import type { ReportOrder } from '../reports/report.js';
import * as limits from '../reports/row-limits.js';

/**
 * Rows of a reader's long lists, by hand: there may be a million of them, and a schema takes ten times as long for
 * each. They come as `dealCells` and `orderCells` make them.
 */

class Unfit extends Error {}

const unfit = (expected: string): never => {
  throw new Unfit(`A cell of a row is ${expected}.`);
};

const textIn = (cell: unknown, most: number): string =>
  typeof cell === 'string' && cell.length <= most ? cell : unfit('no text, or too long');

const matching =
  (isFit: (text: string) => boolean, expected: string) =>
  (cell: unknown): string =>
    typeof cell === 'string' && isFit(cell) ? cell : unfit(expected);

const decimal = matching(limits.isDecimal, 'no number of up to 30 digits');
const ticket = matching(limits.isBigint, 'no number that a bigint holds');
const magic = matching(limits.isMagic, 'no number of up to 20 digits');

const whole = (cell: unknown, least: number, most: number): number =>
  typeof cell === 'number' && Number.isSafeInteger(cell) && cell >= least && cell <= most
    ? cell
    : unfit('no whole number, or beyond those there are');

const rowIn = (cell: unknown): number => whole(cell, 0, limits.mostRow);
const small = (cell: unknown): number => whole(cell, -limits.mostSmall, limits.mostSmall);
const ms = (cell: unknown): number => whole(cell, -limits.mostMs, limits.mostMs);
const symbol = (cell: unknown): string => textIn(cell, limits.mostNameCharacters);
const comment = (cell: unknown): string => textIn(cell, limits.mostCommentCharacters);
const flag = (cell: unknown): boolean => (typeof cell === 'boolean' ? cell : unfit('neither yes nor no'));

const cellsIn = (row: unknown, count: number): readonly unknown[] =>
  Array.isArray(row) && row.length === count ? row : unfit('missing');

/** Throws for what is no deal, or one that there is no room for. */
function dealIn(given: unknown): FinishedDeal {
  const cells = cellsIn(given, 18);
  return {
    row: rowIn(cells[0]),
    ticket: ticket(cells[1]),
    order: ticket(cells[2]),
    positionId: ticket(cells[3]),
    timeMs: ms(cells[4]),
    type: small(cells[5]),
    entry: small(cells[6]),
    reason: cells[7] === null ? null : small(cells[7]),
    magic: cells[8] === null ? null : magic(cells[8]),
    symbol: symbol(cells[9]),
    volume: decimal(cells[10]),
    price: decimal(cells[11]),
    profit: decimal(cells[12]),
    swap: decimal(cells[13]),
    commission: decimal(cells[14]),
    fee: decimal(cells[15]),
    comment: comment(cells[16]),
    isSynthetic: flag(cells[17]),
  };
}

/** Throws for what is no order, or one that there is no room for. */
function orderIn(given: unknown): ReportOrder {
  const cells = cellsIn(given, 14);
  return {
    row: rowIn(cells[0]),
    ticket: ticket(cells[1]),
    positionId: cells[2] === null ? null : ticket(cells[2]),
    positionById: cells[3] === null ? null : ticket(cells[3]),
    timeMs: ms(cells[4]),
    type: small(cells[5]),
    state: cells[6] === null ? null : small(cells[6]),
    magic: cells[7] === null ? null : magic(cells[7]),
    symbol: symbol(cells[8]),
    volume: decimal(cells[9]),
    price: cells[10] === null ? null : decimal(cells[10]),
    stopLoss: cells[11] === null ? null : decimal(cells[11]),
    takeProfit: cells[12] === null ? null : decimal(cells[12]),
    comment: comment(cells[13]),
  };
}

const mostRows = 500;

const rowsIn = <Row>(rows: unknown, rowOf: (given: unknown) => Row): Row[] =>
  Array.isArray(rows) && rows.length <= mostRows ? rows.map(rowOf) : unfit('one of too many, or of none');

/** Throws where one of the rows is not what it should be. */
export const dealsIn = (rows: unknown): FinishedDeal[] => rowsIn(rows, dealIn);
export const ordersIn = (rows: unknown): ReportOrder[] => rowsIn(rows, orderIn);
