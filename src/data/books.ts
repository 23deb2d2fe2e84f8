import { sql } from 'kysely';
import { expertFinder } from '../domain/expert.js';
import { emptyBook, groundedBook, joinBooks, type Book, type GroundedBook } from '../domain/stats/book.js';
import { appendDeals } from '../domain/stats/deal-table.js';
import { appendTrades, withExperts } from '../domain/stats/trade-table.js';
import { bytesOf, dealTable, tradeTable, type PositionNumbers } from './book-columns.js';
import { bookVersions, closedTradeColumns, dealColumns, type BookVersion } from './book-rows.js';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';
import { expertRules } from './experts.js';
import { keepBook, readKeptBook, type KeptBook } from './kept-books.js';

/** An account whose book is asked for, as its owner's list of accounts has it. */
export interface BookOwner {
  user_id: string;
  id: string;
  /** decimals of its money; null: not known yet */
  currency_digits: number | null;
}

interface Kept extends KeptBook {
  /** of what the database keeps; null: nothing */
  saved: bigint | null;
  bytes: number;
}

/** Smaller books are read in less time than they would be kept in. */
const leastRowsToKeep = 5_000;
/** So many changes may come to what is kept before it is kept anew; a few more are remembered one by one. */
const mostChanges = 32;

const isLarge = ({ trades, deals }: Book): boolean =>
  trades.ids.length + deals.nets.length >= leastRowsToKeep;

/** Runs `work` in a transaction of that user some time later. */
export type Later = (userId: string, work: (tx: Tx) => Promise<void>) => void;

const usualDigits = 2;

/** From when on a book that is kept has to be read again: a date, everything (null), or nothing (undefined). */
const staleFrom = (kept: KeptBook | undefined, digits: number, now: BookVersion): Date | null | undefined => {
  if (kept === undefined || kept.digits !== digits) return null;
  const missed = Number(BigInt(now.version) - kept.version);
  if (missed === 0) return undefined;
  if (missed < 0 || missed > now.since.length) return null;
  return new Date(Math.min(...now.since.slice(0, missed).map((since) => since.getTime())));
};

async function readBook(
  tx: Tx,
  owner: BookOwner,
  { kept, from, digits }: { kept: KeptBook | undefined; from: Date | null; digits: number },
): Promise<Omit<KeptBook, 'version'>> {
  const whole = from === null || kept === undefined;
  const positions: PositionNumbers = whole ? new Map<string, number>() : kept.positions;
  const before = whole ? emptyBook() : kept.book;
  const account = { userId: owner.user_id, accountId: owner.id };
  // Longer than a page may take: a hundred thousand trades take a second, and this is seldom.
  await sql`select set_config('statement_timeout', '60000', true)`.execute(tx);
  const of = { accountId: owner.id, digits, positions };
  const trades = tradeTable(await closedTradeColumns(tx, account, whole ? null : from), of);
  const deals = dealTable(await dealColumns(tx, account, whole ? null : from), of);
  const fromMs = whole ? 0 : from.getTime();
  const book: Book = {
    trades: whole ? trades : appendTrades(before.trades, fromMs, trades),
    deals: whole ? deals : appendDeals(before.deals, fromMs, deals),
    positionCount: positions.size,
  };
  return { digits, book, positions };
}

async function savedBook(
  tx: Tx,
  account: OwnedAccount,
  digits: number,
): Promise<Omit<Kept, 'bytes'> | undefined> {
  const kept = await readKeptBook(tx, account, digits);
  return kept === null ? undefined : { ...kept, saved: kept.version };
}

/**
 * Books of accounts, kept in memory while they are used and there is room. Each request asks the database for the
 * versions of its user's books, so what is kept is never older than what was committed before, whoever wrote it.
 */
export class Books {
  // In the order of their use, the latest last.
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;
  /** by the first of them; gone with it */
  readonly #joined = new WeakMap<Book, { parts: Book[]; whole: Book }>();
  /** with the names of experts by the rules of this key; gone with the book that has none */
  readonly #named = new WeakMap<Book, { key: string; book: GroundedBook }>();
  readonly #reading = new Map<string, Promise<unknown>>();

  /** `later`: what keeps large books in the database, for the next start; without it they are read anew then. */
  constructor(
    private readonly mostBytes: number,
    private readonly later: Later = () => undefined,
  ) {}

  /** How much memory they take, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The books of some accounts of one user, in their order. Throws what the database throws. */
  async of(tx: Tx, accounts: readonly BookOwner[]): Promise<Book[]> {
    const [first] = accounts;
    if (first === undefined) return [];
    const versions = await bookVersions(tx, first.user_id);
    // The database looks for one while another is unpacked here.
    return Promise.all(accounts.map((account) => this.#bookOf(tx, account, versions.get(account.id))));
  }

  /**
   * The same as one book, with the names of experts as their user's rules have them. Their money must be of one
   * currency, with the same digits.
   */
  async joined(tx: Tx, accounts: readonly BookOwner[]): Promise<GroundedBook> {
    const [owner] = accounts;
    if (owner === undefined) return groundedBook(emptyBook());
    const book = this.#join(await this.of(tx, accounts));
    const rules = await expertRules(tx, owner.user_id);
    const key = JSON.stringify(rules);
    const named = this.#named.get(book);
    if (named?.key === key) return named.book;
    const anew = groundedBook({ ...book, trades: withExperts(book.trades, expertFinder(rules)) });
    this.#named.set(book, { key, book: anew });
    return anew;
  }

  #join(books: readonly Book[]): Book {
    const [first] = books;
    if (first === undefined) return emptyBook();
    const known = this.#joined.get(first);
    if (known?.parts.length === books.length && books.every((book, at) => book === known.parts[at]))
      return known.whole;
    const whole = joinBooks(books);
    if (books.length > 1) this.#joined.set(first, { parts: [...books], whole });
    return whole;
  }

  async #bookOf(
    tx: Tx,
    account: BookOwner,
    version: BookVersion = { version: '0', since: [] },
  ): Promise<Book> {
    const key = `${account.user_id} ${account.id}`;
    const digits = account.currency_digits ?? usualDigits;
    // The regions of a page ask together: one reads, the others find what it has read.
    for (let other = this.#reading.get(key); other !== undefined; other = this.#reading.get(key)) await other;
    const reading = this.#readAgain(tx, account, { key, digits, version });
    const done = (): unknown => this.#reading.delete(key);
    this.#reading.set(key, reading.then(done, done));
    return reading;
  }

  async #readAgain(
    tx: Tx,
    account: BookOwner,
    { key, digits, version }: { key: string; digits: number; version: BookVersion },
  ): Promise<Book> {
    const owned = { userId: account.user_id, accountId: account.id };
    const kept = this.#kept.get(key) ?? (await savedBook(tx, owned, digits));
    const from = staleFrom(kept, digits, version);
    if (from === undefined && kept !== undefined) {
      this.#keep(key, kept);
      return kept.book;
    }
    // What was read may be newer than its version: the next request then reads that part again, and finds the same.
    const read = await readBook(tx, account, { kept, from: from ?? null, digits });
    const now = { ...read, version: BigInt(version.version) };
    // What had to be read as a whole, had been kept in vain or not at all.
    const saved = from === null ? null : (kept?.saved ?? null);
    const isAnew = isLarge(read.book) && (saved === null || now.version - saved >= mostChanges);
    if (isAnew) this.later(account.user_id, (own) => keepBook(own, owned, now));
    this.#keep(key, { ...now, saved: isAnew ? now.version : saved });
    return read.book;
  }

  #keep(key: string, kept: Omit<Kept, 'bytes'>): void {
    const book = { ...kept, bytes: bytesOf(kept.book) };
    this.#bytes += book.bytes - (this.#kept.get(key)?.bytes ?? 0);
    this.#kept.delete(key);
    this.#kept.set(key, book);
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#bytes <= this.mostBytes || oldest === key) return;
      this.#kept.delete(oldest);
      this.#bytes -= bytes;
    }
  }
}
