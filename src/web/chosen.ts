import { listAccounts, type AccountRow } from '../data/accounts.js';
import { rowsWhere, writtenOf } from '../data/book-filter.js';
import type { Books } from '../data/books.js';
import type { Tx } from '../data/database.js';
import type { Category } from '../data/schema-trading.js';
import type { TradeFilter } from '../data/trade-filter.js';
import { dealsOfTrades, type GroundedBook } from '../domain/stats/book.js';
import { balanceBefore } from '../domain/stats/balance.js';
import type { Figures } from '../domain/metatrader/figure.js';
import { missing } from '../domain/metatrader/figure.js';
import { figuresOfColumns } from '../domain/metatrader/figures.js';
import { summaryOf, type Ground, type Summary } from '../domain/stats/summary.js';
import { pickTrades, type TradeTable } from '../domain/stats/trade-table.js';
import { isWithin } from './account-filter.js';
import { digitsOf } from './figures.js';
import { membersOf, type Members } from './members.js';

/** Accounts whose money may be added up. */
export interface Group {
  category: Category;
  currency: string;
  digits: number;
  members: AccountRow[];
}

/** The closed trades that are meant, of accounts whose money may be added up. */
export interface Chosen {
  /** null: no account has told its currency yet */
  group: Group | null;
  /** whose trades the filter means too, and which are not added to these */
  others: Pick<Group, 'category' | 'currency'>[];
  book: GroundedBook;
  /** rows of the book's trades; null: all of them */
  rows: Int32Array | null;
  trades: TradeTable;
  /** ids of those that the filter means by what was written of them; null: it does not ask for that */
  written: ReadonlySet<string> | null;
  ground: Ground;
}

export interface Wish {
  userId: string;
  timeZone: string;
  filter: TradeFilter;
  /** such as `Real-USD`; of several groups the first that has trades where nothing is said */
  group?: string | undefined;
}

const groupName = ({ category, currency }: Pick<Group, 'category' | 'currency'>): string =>
  `${category}-${currency}`;

const grouped = (members: Members<AccountRow>): Group => ({
  ...members,
  digits: Math.max(...members.members.map(digitsOf)),
});

const bookOf = (tx: Tx, books: Books, { members, digits }: Group): Promise<GroundedBook> =>
  books.joined(
    tx,
    members.map(({ user_id, id }) => ({ user_id, id, currency_digits: digits })),
  );

/** The group that is asked for; else the first whose accounts ever closed a trade, else the first. */
async function chosenGroup(
  tx: Tx,
  books: Books,
  groups: readonly Group[],
  wanted: string | undefined,
): Promise<{ group: Group; book: GroundedBook } | null> {
  const named = groups.find((group) => groupName(group) === wanted);
  const candidates = named === undefined ? groups : [named];
  let first: { group: Group; book: GroundedBook } | null = null;
  for (const group of candidates) {
    const found = { group, book: await bookOf(tx, books, group) };
    if (found.book.trades.ids.length > 0) return found;
    first ??= found;
  }
  return first;
}

interface Found {
  group: Group | null;
  others: Chosen['others'];
  book: GroundedBook;
  written: Chosen['written'];
}

/** The trades of a book that a filter means. */
function chosenOf(found: Found, filter: TradeFilter, timeZone: string): Chosen {
  const { book, written } = found;
  const rows = rowsWhere(book.trades, filter, written);
  return {
    ...found,
    rows,
    trades: rows === null ? book.trades : pickTrades(book.trades, rows),
    ground: { curve: book.curve, flows: book.flows, timeZone },
  };
}

/** The trades that somebody asks about, with all that figures need of their accounts. Throws what the database throws. */
export async function chooseTrades(tx: Tx, books: Books, wish: Wish): Promise<Chosen> {
  const { userId, timeZone, filter } = wish;
  const all = await listAccounts(tx, userId);
  const groups = membersOf(all.filter((account) => isWithin(filter.account, account))).map(grouped);
  const found = await chosenGroup(tx, books, groups, wish.group);
  return chosenOf(
    {
      group: found?.group ?? null,
      others: groups.filter((group) => group !== found?.group),
      book: found?.book ?? (await books.joined(tx, [])),
      written: await writtenOf(tx, userId, filter),
    },
    filter,
    timeZone,
  );
}

/** The same for every kind of money, of those of these accounts that ever closed a trade. */
export async function chooseByGroup(
  tx: Tx,
  books: Books,
  { accounts, userId, timeZone, filter }: Omit<Wish, 'group'> & { accounts: readonly AccountRow[] },
): Promise<Chosen[]> {
  const written = await writtenOf(tx, userId, filter);
  const all: Chosen[] = [];
  for (const group of membersOf(accounts).map(grouped)) {
    const book = await bookOf(tx, books, group);
    if (book.trades.ids.length > 0)
      all.push(chosenOf({ group, others: [], book, written }, filter, timeZone));
  }
  return all;
}

/** Of the same accounts the trades that another filter means. */
export const chosenAgain = (chosen: Chosen, filter: TradeFilter): Chosen =>
  chosenOf(chosen, filter, chosen.ground.timeZone);

export const journalOf = ({ trades, ground, rows }: Chosen): Summary =>
  summaryOf(trades, ground, rows === null);

/**
 * MetaTrader's own figures: of all deals, or of those of the trades that are chosen, on the balance that their accounts had
 * before the first of them.
 */
export function metatraderOf({ book, rows, trades, ground }: Chosen): Figures {
  const kind = 'history' as const;
  if (rows === null) return figuresOfColumns(book.deals, { kind });
  const firstMs = trades.openedMs.reduce((least, ms) => Math.min(least, ms), Infinity);
  const opening = trades.ids.length === 0 ? 0 : balanceBefore(ground.curve, firstMs);
  const figures = figuresOfColumns(dealsOfTrades(book, rows), { kind, opening });
  return { ...figures, balance: missing('only some of the trades are chosen') };
}
