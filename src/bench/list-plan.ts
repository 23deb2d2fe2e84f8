import { sql } from 'kysely';
import type { Database, Tx } from '../data/database.js';
import { inTable } from '../data/experts.js';
import { tradesWhere } from '../data/trade-filter.js';
import { tradeKeys, tradePieces } from '../data/trade-order.js';
import { readTradeFilter, readTradeSort } from '../web/trade-filter.js';

const limit = 51;

/** The trades that a query string lists first, or from its page on, as the page asks for them. */
async function keysOf(tx: Tx, userId: string, query: string) {
  const given = Object.fromEntries(new URLSearchParams(query));
  const { filter } = readTradeFilter(given, 'UTC', new Date());
  const { sort } = readTradeSort(given);
  const where = tradesWhere(userId, await inTable(tx, userId, filter));
  const [piece] = tradePieces(sort, null);
  const offset = (Number(given['page'] ?? 1) - 1) * (limit - 1);
  return tradeKeys(piece === undefined ? where : sql`${where} and ${piece}`, sort, { limit, offset });
}

/** What a plan stands on: its scans, its sorts, what it read and how long it took. */
const telling = /(Scan|Sort Method|Index Cond|Rows Removed|Execution Time)/;

/** The plan behind a list, in a few lines. */
export async function planOf(db: Database, userId: string, query: string): Promise<string> {
  const { rows } = await db.withTenant('app', userId, async (tx) =>
    sql<Record<string, string>>`
      explain (analyze, buffers, costs off, timing off) ${await keysOf(tx, userId, query)}`.execute(tx),
  );
  const lines = rows.flatMap((row) => Object.values(row));
  const buffers = lines.find((line) => line.includes('Buffers:'))?.trim() ?? '';
  const told = lines.filter((line) => telling.test(line)).map((line) => `    ${line.trim()}\n`);
  return `  ${query || 'all'} (${buffers})\n${told.join('')}`;
}
