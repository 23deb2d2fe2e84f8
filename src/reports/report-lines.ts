import type { FinishedDeal, FinishedReport, ReportHead } from './finish.js';
import type { ReportEntry } from './report-entry.js';
import type { Optimisation, Problem, ReportOrder } from './report.js';
import { Refusal, type Question, type Row } from './rows.js';

/** All of a report but its long lists. */
export interface SentHead extends Omit<ReportHead, 'problems' | 'optimisation'> {
  optimisation: Pick<Optimisation, 'title' | 'columns'> | null;
}

/** A piece of one of a report's lists; pieces of one list come in its order, after the head. */
export type ReportRows =
  | { kind: 'deals'; rows: FinishedDeal[] }
  | { kind: 'orders'; rows: ReportOrder[] }
  | { kind: 'entries'; rows: ReportEntry[] }
  | { kind: 'problems'; rows: Problem[] }
  | { kind: 'passes'; rows: string[][] };

/** What the reader says, a line of JSON each: progress, then either a refusal, or a head, rows and `done`. */
export type ReportLine =
  | { kind: 'progress'; bytesRead: number; bytes: number }
  | { kind: 'refused'; message: string; question: Question | null }
  | { kind: 'head'; head: SentHead }
  | ReportRows
  | { kind: 'done' };

const mostRows = 500;
const mostCharacters = 200_000;
/** longer than any line that rows make: a row alone is at most as long as this */
const mostLineCharacters = 800_000;

const lineOf = (line: ReportLine): string => lineOfText(JSON.stringify(line));

function lineOfText(text: string): string {
  // In UTF-8 a character may take more than one byte.
  if (text.length > mostLineCharacters || Buffer.byteLength(text) > mostLineCharacters)
    throw new Refusal('A part of this report is longer than any that MetaTrader writes. Export it again.');
  return `${text}\n`;
}

// Of the long lists a row is its cells alone, in this order: the names would be most of what is sent.

export const dealCells = (deal: FinishedDeal): unknown[] => [
  deal.row,
  deal.ticket,
  deal.order,
  deal.positionId,
  deal.timeMs,
  deal.type,
  deal.entry,
  deal.reason,
  deal.magic,
  deal.symbol,
  deal.volume,
  deal.price,
  deal.profit,
  deal.swap,
  deal.commission,
  deal.fee,
  deal.comment,
  deal.isSynthetic,
];

export const orderCells = (order: ReportOrder): unknown[] => [
  order.row,
  order.ticket,
  order.positionId,
  order.positionById,
  order.timeMs,
  order.type,
  order.state,
  order.magic,
  order.symbol,
  order.volume,
  order.price,
  order.stopLoss,
  order.takeProfit,
  order.comment,
];

/** Lines of up to 500 rows, fewer where they are long. */
function* rowLines<Row>(
  kind: ReportRows['kind'],
  rows: readonly Row[],
  said: (row: Row) => unknown = (row) => row,
): Generator<string> {
  let texts: string[] = [];
  let characters = 0;
  const line = (): string => lineOfText(`{"kind":"${kind}","rows":[${texts.join(',')}]}`);
  for (const row of rows) {
    const text = JSON.stringify(said(row));
    texts.push(text);
    characters += text.length;
    if (texts.length < mostRows && characters < mostCharacters) continue;
    yield line();
    [texts, characters] = [[], 0];
  }
  if (texts.length > 0) yield line();
}

const headOf = (report: FinishedReport): SentHead => {
  const { format, account, clock, madeMs, tester, optimisation, digits } = report;
  const { totals, figures, windowReason, counts, firstMs, lastMs } = report;
  return {
    ...{
      format,
      account,
      clock,
      madeMs,
      tester,
      digits,
      totals,
      figures,
      windowReason,
      counts,
      firstMs,
      lastMs,
    },
    optimisation: optimisation === null ? null : { title: optimisation.title, columns: optimisation.columns },
  };
};

/** A whole report in lines. Throws a Refusal where one would be longer than 1 MB. */
export function* reportLines(report: FinishedReport): Generator<string> {
  yield lineOf({ kind: 'head', head: headOf(report) });
  yield* rowLines('deals', report.deals, dealCells);
  yield* rowLines('orders', report.orders, orderCells);
  yield* rowLines('entries', report.entries);
  yield* rowLines('problems', report.problems);
  yield* rowLines('passes', report.optimisation?.rows ?? []);
  yield lineOf({ kind: 'done' });
}

const mostShown = 200;

/** Cells of a table that nobody knows, cut to what a page shows. */
const shortened = ({ number, cells }: Row): Row => ({
  number,
  cells: cells.slice(0, mostShown).map(({ column, text }) => ({ column, text: text.slice(0, mostShown) })),
});

export const progressLine = (bytesRead: number, bytes: number): string =>
  lineOf({ kind: 'progress', bytesRead, bytes });

const asShown = (question: Question): Question =>
  question.about === 'columns' ? { ...question, head: question.head.map(shortened) } : question;

export const refusedLine = (message: string, question: Question | null): string =>
  lineOf({ kind: 'refused', message, question: question === null ? null : asShown(question) });
