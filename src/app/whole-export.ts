import { Readable } from 'node:stream';
import type { Database, Tx } from '../data/database.js';
import type { PictureFiles } from '../data/picture-files.js';
import {
  leftOutTables,
  ownDeals,
  ownEntries,
  ownRows,
  ownTables,
  type OwnTable,
} from '../data/own-tables.js';
import { tradesWhere } from '../data/trade-filter.js';
import type { ExportOfAll } from '../features/settings/data-routes.js';
import { journalFiles } from '../features/journal/export-archive.js';
import { readJournalFilter } from '../features/journal/filter.js';
import { cashDeals, filledAccounts, type ExportAccount } from '../features/trades/export-queries.js';
import { wholeDeal } from '../features/trades/export-view.js';
import { tableOf, wholeOf, type ExportList } from '../features/trades/export-stretches.js';
import { csvOf } from '../reports/export-csv.js';
import { jsonOf } from '../reports/export-json.js';
import { readTradeFilter, usualSort } from '../web/trade-filter.js';
import type { ArchiveFile } from '../web/archive.js';
import { dealsCsv, entriesCsv } from './export-tables.js';
import { journalPictures } from './journal-pictures.js';

interface Asked {
  db: Database;
  userId: string;
  timeZone: string;
  madeAt: Date;
}

/** Rows of one transaction: nobody who reads slowly holds one open. */
const stretchLength = 2_000;

const textFile = (name: string, pieces: () => AsyncIterable<string>): ArchiveFile => ({
  name,
  open: () => Readable.from(pieces(), { objectMode: false }),
});

/** Stretches of a list, each read when the one before has been taken. */
async function* stretches<R>(
  { db, userId }: Asked,
  read: (tx: Tx, after: R | null) => Promise<R[]>,
): AsyncGenerator<R[]> {
  let after: R | null = null;
  for (;;) {
    const last: R | null = after;
    const rows: R[] = await db.withTenant('app', userId, (tx) => read(tx, last));
    if (rows.length > 0) yield rows;
    after = rows.at(-1) ?? null;
    if (rows.length < stretchLength) return;
  }
}

/** `[` row, row … `]`, a row a line. */
async function* tableJson(asked: Asked, table: OwnTable): AsyncGenerator<string> {
  let before = '[\n';
  const read = (tx: Tx, after: { place: string[] } | null) =>
    ownRows(tx, asked.userId, table, { after: after?.place ?? null, limit: stretchLength });
  for await (const rows of stretches(asked, read)) {
    yield before + rows.map(({ json }) => json).join(',\n');
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

const listOf = ({ db, userId, timeZone }: Asked, query: object): ExportList => {
  const { filter } = readTradeFilter(query, timeZone);
  const where = tradesWhere(userId, { ...filter, ea: null });
  return { db, userId, sort: { ...usualSort, isDescending: false }, where };
};

/** What files are called: words of the label as far as every system takes them. */
const fileName = ({ label }: ExportAccount, at: number): string =>
  [String(at + 1), label.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '')].filter(Boolean).join('-');

/** Each account's trades with their deals and notes, in the two forms that this program reads again. */
async function* accountFiles(asked: Asked): AsyncGenerator<ArchiveFile> {
  const { db, userId, madeAt } = asked;
  const accounts = await db.withTenant('app', userId, (tx) => filledAccounts(tx, userId));
  for (const [at, account] of accounts.entries()) {
    const list = listOf(asked, { account: account.id });
    const moved = await db.withTenant('app', userId, (tx) => cashDeals(tx, userId, account.id));
    const cash = moved.map(wholeDeal);
    const name = `import/${fileName(account, at)}`;
    yield textFile(`${name}.json`, () =>
      jsonOf({ exportedAt: madeAt, accounts: [account], cash, trades: wholeOf(list) }),
    );
    yield textFile(`${name}.csv`, () => csvOf(tableOf(list)));
  }
}

function* tables(asked: Asked): Generator<ArchiveFile> {
  const { userId } = asked;
  const limit = stretchLength;
  yield textFile('csv/trades.csv', () => csvOf(tableOf(listOf(asked, {}))));
  for (const [name, only] of [
    ['csv/deals.csv', 'all'],
    ['csv/ledger.csv', 'cash'],
  ] as const)
    yield textFile(name, () =>
      dealsCsv(stretches(asked, (tx, after) => ownDeals(tx, userId, { only, after, limit }))),
    );
  yield textFile('csv/journal.csv', () =>
    entriesCsv(stretches(asked, (tx, after) => ownEntries(tx, userId, { after, limit }))),
  );
  for (const table of ownTables) yield textFile(`tables/${table.name}.json`, () => tableJson(asked, table));
}

const readme = (
  madeAt: Date,
): string => `Everything that RawJournal keeps of you, made at ${madeAt.toISOString()}.

import/   Your trades, an account a file, with deals, stops, notes, setups and tags, and what moved its
          balance without a trade. Import the .json in any RawJournal (Trades, Import) and the same
          trades and the same balance are there; the .csv has the trades for spreadsheets, and can be
          imported too.
csv/      trades.csv, deals.csv, ledger.csv (what moved a balance without a trade) and journal.csv, over all
          accounts. Times are UTC, numbers have a plain point. A ' stands before text that a spreadsheet
          could take for a formula.
journal/  What you wrote, as Markdown, with its pictures beside it.
tables/   Every table, a row a line, as the database has it:
${ownTables.map(({ name, what }) => `          ${name}: ${what}`).join('\n')}

Left out:
${Object.entries(leftOutTables)
  .map(([name, why]) => `          ${name}: ${why}`)
  .join('\n')}
Passwords, of yours and of accounts, and the secrets of sessions and tokens are in none of the files.
`;

/** Everything of somebody, file after file. */
async function* filesOf(asked: Asked, pictures: PictureFiles): AsyncGenerator<ArchiveFile> {
  yield { name: 'README.txt', open: () => Readable.from([readme(asked.madeAt)], { objectMode: false }) };
  yield* accountFiles(asked);
  yield* tables(asked);
  const { filter } = readJournalFilter({}, asked.timeZone);
  const wanted = { ...asked, filter: { ...filter, search: null }, picturesOf: journalPictures(pictures) };
  for await (const file of journalFiles(wanted)) yield { ...file, name: `journal/${file.name}` };
}

export const exportOfAll =
  (db: Database, pictures: PictureFiles): ExportOfAll =>
  ({ userId, timeZone }, madeAt) =>
    filesOf({ db, userId, timeZone, madeAt }, pictures);
