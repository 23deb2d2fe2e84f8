import { createHash } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import { compareTickets } from '../domain/deal.js';
import { batches, named, oneAhead, unnested, type Column } from './batch.js';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';

interface Listed {
  ticket: string;
  positionId: string;
}

/** What the broker lists by ticket, and how it is kept. */
export interface Listing<T> {
  table: 'deals' | 'orders';
  columns: readonly Column<T>[];
  /** those of the columns, or of others, by which a row that is kept is told from another one */
  telling: readonly Column<T>[];
  /** Writes rows in the place of those that are kept; the positions of those that really were others. */
  replace: (rows: readonly T[]) => Promise<string[]>;
}

export interface News {
  /** the positions of what is new or changed, and those where it was before */
  positions: Set<string>;
  changed: number;
}

export const ticketOf: Column<Listed> = { name: 'ticket', type: 'bigint', of: ({ ticket }) => ticket };

/** The highest ticket that is kept of an account; null: there is none. */
export async function highestTicket(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  table: 'deals' | 'orders',
): Promise<string | null> {
  const { rows } = await sql<{ ticket: string | null }>`
    select max(ticket) as ticket from ${sql.table(table)}
    where user_id = ${userId} and account_id = ${accountId}`.execute(tx);
  return rows[0]?.ticket ?? null;
}

/** Each ticket once, in the order of their numbers, so that they are one stretch of the table's key. Of two the later counts. */
export const sortedByTicket = <T extends Listed>(rows: readonly T[]): T[] =>
  [...new Map(rows.map((row) => [row.ticket, row])).values()].sort((a, b) =>
    compareTickets(a.ticket, b.ticket),
  );

/** Said outright, since a table that was filled a moment ago has no statistics to plan a join by. */
export const isAmong = (column: string, rows: readonly Listed[]): RawBuilder<unknown> =>
  sql`${sql.ref(column)} between ${rows[0]?.ticket}::bigint and ${rows.at(-1)?.ticket}::bigint`;

const kept = <T extends Listed>(
  { userId, accountId }: OwnedAccount,
  rows: readonly T[],
  { table, telling }: Listing<T>,
): RawBuilder<unknown> => sql`
  select ticket, ${named(telling)} from ${sql.table(table)}
  where user_id = ${userId} and account_id = ${accountId} and ${isAmong('ticket', rows)}
  order by ticket`;

const [betweenCells, betweenRows] = ['\u001f', '\u001e'];

/** Whether a stretch of the table reads letter by letter as these rows: one question, and nothing is sent back. */
async function isJustSo<T extends Listed>(
  tx: Tx,
  owner: OwnedAccount,
  rows: readonly T[],
  listing: Listing<T>,
): Promise<boolean> {
  const columns = [ticketOf, ...listing.telling];
  const cells = columns.map(({ name }) => sql`coalesce(${sql.ref(name)}::text, '')`);
  const line = (row: T): string => columns.map(({ of }) => of(row)).join(betweenCells);
  const ours = createHash('sha256').update(rows.map(line).join(betweenRows)).digest();
  const { rows: theirs } = await sql<{ digest: Buffer | null }>`
    select sha256(convert_to(string_agg(concat_ws(${betweenCells}::text, ${sql.join(cells)}), ${betweenRows}), 'UTF8')) as digest
    from (${kept(owner, rows, listing)}) k`.execute(tx);
  return theirs[0]?.digest?.equals(ours) ?? false;
}

/** Of rows that may be kept already: those that are not, and those that may be kept otherwise. Two ways to write a number look other. */
async function sifted<T extends Listed>(
  tx: Tx,
  owner: OwnedAccount,
  rows: readonly T[],
  listing: Listing<T>,
): Promise<{ unknown: T[]; others: T[]; positions: string[] }> {
  const { rows: known } = await sql<Record<string, unknown>>`${kept(owner, rows, listing)}`.execute(tx);
  const byTicket = new Map(known.map((row) => [row['ticket'], row]));
  const isOther = (row: T): boolean => {
    const held = byTicket.get(row.ticket);
    return (
      held !== undefined && !listing.telling.every(({ name, of }) => String(held[name]) === String(of(row)))
    );
  };
  const others = rows.filter(isOther);
  return {
    unknown: rows.filter((row) => !byTicket.has(row.ticket)),
    others,
    positions: others.map(({ ticket }) => String(byTicket.get(ticket)?.['position_id'])),
  };
}

/** Deals with rows that may be kept already; answers those that are not. */
async function settleOld<T extends Listed>(
  tx: Tx,
  owner: OwnedAccount,
  rows: readonly T[],
  { listing, news }: { listing: Listing<T>; news: News },
): Promise<T[]> {
  if (rows.length === 0 || (await isJustSo(tx, owner, rows, listing))) return [];
  const { unknown, others, positions } = await sifted(tx, owner, rows, listing);
  const changed = others.length === 0 ? [] : await listing.replace(others);
  news.changed += changed.length;
  if (changed.length > 0) for (const position of [...changed, ...positions]) news.positions.add(position);
  return unknown;
}

/**
 * Brings what the broker lists into its table: new rows are added, others replaced, equal ones cost a look. Nobody else
 * may write the account's history meanwhile.
 */
export async function record<T extends Listed>(
  tx: Tx,
  owner: OwnedAccount,
  rows: Iterable<T>,
  listing: Listing<T>,
): Promise<News> {
  const { table, columns } = listing;
  const news: News = { positions: new Set(), changed: 0 };
  let highest = (await highestTicket(tx, owner, table)) ?? '0';
  await oneAhead(async (begin) => {
    for (const batch of batches(rows)) {
      const all = sortedByTicket(batch);
      const above = all.filter(({ ticket }) => compareTickets(ticket, highest) > 0);
      const old = all.slice(0, all.length - above.length);
      const fresh = [...(await settleOld(tx, owner, old, { listing, news })), ...above];
      highest = above.at(-1)?.ticket ?? highest;
      if (fresh.length === 0) continue;
      news.changed += fresh.length;
      for (const { positionId } of fresh) news.positions.add(positionId);
      const insert = sql`
        insert into ${sql.table(table)} (user_id, account_id, ${named(columns)})
        select ${owner.userId}::uuid, ${owner.accountId}::uuid, ${unnested(columns, fresh)}`;
      await begin(() => insert.execute(tx));
    }
  });
  return news;
}
