import type { OwnDeal, OwnEntry } from '../data/own-tables.js';
import { byteOrderMark, csvRow, csvText } from '../reports/export-csv.js';
import { cashKind } from '../web/account-words.js';

/** A column: its name, and what stands below it; text is guarded, numbers and times are ours. */
interface Column<R> {
  name: string;
  of: (row: R) => string | null;
  isText?: boolean;
}

async function* csvTable<R>(
  columns: readonly Column<R>[],
  stretches: AsyncIterable<readonly R[]>,
): AsyncGenerator<string> {
  const cell = ({ of, isText = false }: Column<R>, row: R): string => {
    const text = of(row) ?? '';
    return isText ? csvText(text) : text;
  };
  yield byteOrderMark + csvRow(columns.map(({ name }) => name));
  for await (const rows of stretches)
    yield rows.map((row) => csvRow(columns.map((column) => cell(column, row)))).join('');
}

const directions = ['in', 'out', 'in/out', 'out by'];
const kindOfDeal = ({ type, profit }: OwnDeal): string =>
  type === 0 ? 'buy' : type === 1 ? 'sell' : cashKind(type, profit).toLowerCase();

const dealColumns: readonly Column<OwnDeal>[] = [
  { name: 'account', of: ({ account }) => account, isText: true },
  { name: 'currency', of: ({ currency }) => currency, isText: true },
  { name: 'ticket', of: ({ ticket }) => ticket },
  { name: 'order', of: ({ order }) => order },
  { name: 'position', of: ({ position }) => position },
  { name: 'time', of: ({ at }) => at.toISOString() },
  { name: 'type', of: kindOfDeal, isText: true },
  { name: 'entry', of: ({ type, entry }) => (type > 1 ? '' : (directions[entry] ?? String(entry))) },
  { name: 'symbol', of: ({ symbol }) => symbol, isText: true },
  { name: 'lots', of: ({ volume }) => volume },
  { name: 'price', of: ({ price }) => price },
  { name: 'profit', of: ({ profit }) => profit },
  { name: 'swap', of: ({ swap }) => swap },
  { name: 'commission', of: ({ commission }) => commission },
  { name: 'fee', of: ({ fee }) => fee },
  { name: 'comment', of: ({ comment }) => comment, isText: true },
  { name: 'source', of: ({ source }) => source },
];
export const dealsCsv = (stretches: AsyncIterable<readonly OwnDeal[]>): AsyncGenerator<string> =>
  csvTable(dealColumns, stretches);

const entryColumns: readonly Column<OwnEntry>[] = [
  { name: 'opened', of: ({ opened }) => opened.toISOString() },
  { name: 'closed', of: ({ closed }) => closed?.toISOString() ?? null },
  { name: 'account', of: ({ account }) => account, isText: true },
  { name: 'symbol', of: ({ symbol }) => symbol, isText: true },
  { name: 'side', of: ({ side }) => side },
  { name: 'lots', of: ({ volume }) => volume },
  { name: 'net', of: ({ net }) => net },
  { name: 'setup', of: ({ setup }) => setup, isText: true },
  { name: 'tags', of: ({ tags }) => tags, isText: true },
  { name: 'mistakes', of: ({ mistakes }) => mistakes, isText: true },
  { name: 'mood', of: ({ mood }) => mood },
  { name: 'quality', of: ({ quality }) => (quality === null ? null : String(quality)) },
  { name: 'followedPlan', of: ({ followedPlan: kept }) => (kept === null ? null : kept ? 'yes' : 'no') },
  { name: 'notes', of: ({ notes }) => notes, isText: true },
];
export const entriesCsv = (stretches: AsyncIterable<readonly OwnEntry[]>): AsyncGenerator<string> =>
  csvTable(entryColumns, stretches);
