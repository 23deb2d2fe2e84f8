import { sql } from 'kysely';
import type { Settlement } from '../domain/counting.js';
import type { Deal, DealSource } from '../domain/deal.js';
import { fromMinor, toMinor } from '../lib/money.js';
import { batches, differ, named, replaced, unnested, type Column } from './batch.js';
import type { Tx } from './database.js';
import { isAmong, record, sortedByTicket, ticketOf, type News } from './listing.js';

/** A deal with what stands beside it in the table: when it was done (UTC, ms), and the broker's own reference. */
export interface DealToStore extends Deal {
  doneMs: number;
  externalId: string;
}

export interface OwnedAccount {
  userId: string;
  accountId: string;
}

/** What makes a deal another deal. */
const dealColumns = (digits: number): Column<DealToStore>[] => [
  { name: 'order_ticket', type: 'bigint', of: (deal) => deal.order },
  { name: 'position_id', type: 'bigint', of: (deal) => deal.positionId },
  { name: 'server_ms', type: 'bigint', of: (deal) => deal.serverMs },
  { name: 'type', type: 'smallint', of: (deal) => deal.type },
  { name: 'entry', type: 'smallint', of: (deal) => deal.entry },
  { name: 'reason', type: 'smallint', of: (deal) => deal.reason },
  { name: 'magic', type: 'numeric', of: (deal) => deal.magic },
  { name: 'symbol', type: 'text', of: (deal) => deal.symbol },
  { name: 'volume', type: 'numeric', of: (deal) => deal.volume },
  { name: 'price', type: 'numeric', of: (deal) => deal.price },
  { name: 'profit', type: 'numeric', of: (deal) => fromMinor(deal.profit, digits) },
  { name: 'swap', type: 'numeric', of: (deal) => fromMinor(deal.swap, digits) },
  { name: 'commission', type: 'numeric', of: (deal) => fromMinor(deal.commission, digits) },
  { name: 'fee', type: 'numeric', of: (deal) => fromMinor(deal.fee, digits) },
  { name: 'comment', type: 'text', of: (deal) => deal.comment },
  { name: 'external_id', type: 'text', of: (deal) => deal.externalId },
];

const doneAt: Column<DealToStore> = {
  name: 'done_at',
  type: 'instant',
  of: (deal) => deal.doneMs,
};

/**
 * The broker's last reading of their time had them; those it no longer lists are kept and say so. What a report alone
 * tells is not listed either, so that a terminal that tells it too becomes its source.
 */
const isListed: Column<DealToStore> = { name: 'is_listed', type: 'boolean', of: () => true };
const source: Column<DealToStore> = { name: 'source', type: 'text', of: (deal) => deal.source ?? 'live' };
const listed = [isListed, source];
/** What no terminal told. */
const unlisted: Column<DealToStore>[] = [{ ...isListed, of: () => false }, source];

/** Puts deals in the place of those that are kept, which become older versions. The positions of those that differ. */
async function replaceDeals(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  deals: readonly DealToStore[],
  { at, digits, standing }: { at: Date; digits: number; standing: readonly Column<DealToStore>[] },
): Promise<string[]> {
  const columns = dealColumns(digits);
  const all = [ticketOf, doneAt, ...columns, ...standing];
  const matching = sql`
    d.user_id = ${userId} and d.account_id = ${accountId} and ${isAmong('d.ticket', deals)} and d.ticket = i.ticket`;
  const { rows } = await sql<{ position_id: string }>`
    with incoming (${named(all)}) as (select ${unnested(all, deals)}),
    replaced as (
      insert into deal_versions (user_id, account_id, ticket, version, replaced_at, was)
      select d.user_id, d.account_id, d.ticket, d.version, ${at}, to_jsonb(d)
      from deals d, incoming i where ${matching} and ${differ(columns, 'd', 'i')}
    )
    update deals d set ${replaced([doneAt, ...columns, ...standing], 'i')},
      version = d.version + case when ${differ(columns, 'd', 'i')} then 1 else 0 end
    from incoming i where ${matching} and ${differ([...columns, ...standing], 'd', 'i')}
    returning d.position_id`.execute(tx);
  return rows.map((row) => row.position_id);
}

/**
 * Stores what the broker lists: new deals are added, changed ones get a new version and the state before is kept,
 * equal ones cost a comparison.
 */
export function recordDeals(
  tx: Tx,
  owner: OwnedAccount,
  deals: Iterable<DealToStore>,
  { at, digits }: { at: Date; digits: number },
): Promise<News> {
  const columns = dealColumns(digits);
  return record(tx, owner, deals, {
    table: 'deals',
    columns: [ticketOf, doneAt, ...columns],
    telling: [...columns, ...listed],
    replace: (others) => replaceDeals(tx, owner, others, { at, digits, standing: listed }),
  });
}

/** Stores what counts of reports and of entries by hand; see `countingDeals`. */
export async function writeTold(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  { gone, added, changed }: Settlement<DealToStore>,
  { at, digits }: { at: Date; digits: number },
): Promise<void> {
  if (gone.length > 0)
    await sql`
      delete from deals
      where user_id = ${userId} and account_id = ${accountId} and ticket = any(${gone}::bigint[])`.execute(
      tx,
    );
  const columns = [ticketOf, doneAt, ...dealColumns(digits), ...unlisted];
  for (const batch of batches(added))
    await sql`
      insert into deals (user_id, account_id, ${named(columns)})
      select ${userId}::uuid, ${accountId}::uuid, ${unnested(columns, batch)}`.execute(tx);
  for (const batch of batches(sortedByTicket(changed)))
    await replaceDeals(tx, { userId, accountId }, batch, { at, digits, standing: unlisted });
}

/** True deals of these positions have come: what a list's rows were made into is no longer needed. */
export async function removeMadeUp(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  positions: ReadonlySet<string>,
): Promise<void> {
  await sql`
    delete from deals m
    where user_id = ${userId} and account_id = ${accountId} and ticket < 0 and position_id <> 0
      and position_id = any(${[...positions]}::bigint[])
      and exists (select from deals d where d.user_id = m.user_id and d.account_id = m.account_id
        and d.position_id = m.position_id and d.ticket > 0)`.execute(tx);
}

interface Stretch {
  fromServerMs: number;
  toServerMs: number;
}

/** How many of the deals of a stretch of server time the broker listed when it was read last. */
export async function countListed(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  { fromServerMs, toServerMs }: Stretch,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from deals
    where user_id = ${userId} and account_id = ${accountId} and is_listed
      and server_ms between ${fromServerMs} and ${toServerMs}`.execute(tx);
  return rows[0]?.count ?? 0;
}

/**
 * Notes which deals of a stretch of server time the broker no longer lists; they are kept. `tickets` is everything
 * that a complete reading of the stretch returned.
 */
export async function markUnlisted(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  { fromServerMs, toServerMs, tickets }: Stretch & { tickets: readonly string[] },
): Promise<void> {
  await sql`
    update deals d set is_listed = false
    where user_id = ${userId} and account_id = ${accountId} and is_listed
      and server_ms between ${fromServerMs} and ${toServerMs}
      and not exists (select from unnest(${tickets}::bigint[]) as t (ticket) where t.ticket = d.ticket)
  `.execute(tx);
}

/** Deals of some positions and of some tickets, or of the whole account, as the domain wants them. In no particular order. */
export async function dealsOf(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  {
    digits,
    positions,
    tickets = [],
  }: { digits: number; positions?: ReadonlySet<string>; tickets?: readonly string[] },
): Promise<Deal[]> {
  const rows = await tx
    .selectFrom('deals')
    .where('user_id', '=', userId)
    .where('account_id', '=', accountId)
    .$if(positions !== undefined, (query) =>
      query.where(
        sql<boolean>`(position_id = any(${[...(positions ?? [])]}::bigint[]) or ticket = any(${tickets}::bigint[]))`,
      ),
    )
    .select([
      'ticket',
      'order_ticket',
      'position_id',
      'server_ms',
      'type',
      'entry',
      'reason',
      'magic',
      'symbol',
      'volume',
      'price',
      'profit',
      'swap',
      'commission',
      'fee',
      'comment',
      'source',
    ])
    .execute();
  return rows.map((row) => dealOfRow(row, digits));
}

/** A row of a table of deals. */
export type DealRow = Record<
  | 'ticket'
  | 'order_ticket'
  | 'position_id'
  | 'server_ms'
  | 'magic'
  | 'symbol'
  | 'volume'
  | 'price'
  | 'profit'
  | 'swap'
  | 'commission'
  | 'fee'
  | 'comment',
  string
> & { type: number; entry: number; reason: number | null; source: DealSource };

export const dealOfRow = (row: DealRow, digits: number): Deal => ({
  ticket: row.ticket,
  order: row.order_ticket,
  positionId: row.position_id,
  serverMs: Number(row.server_ms),
  type: row.type,
  entry: row.entry,
  reason: row.reason,
  magic: row.magic,
  symbol: row.symbol,
  volume: Number(row.volume),
  price: Number(row.price),
  profit: toMinor(row.profit, digits),
  swap: toMinor(row.swap, digits),
  commission: toMinor(row.commission, digits),
  fee: toMinor(row.fee, digits),
  comment: row.comment,
  source: row.source,
});

export async function hasDeals(tx: Tx, { userId, accountId }: OwnedAccount): Promise<boolean> {
  const { rows } = await sql<{ has: boolean }>`
    select exists (select from deals where user_id = ${userId} and account_id = ${accountId}) as has`.execute(
    tx,
  );
  return rows[0]?.has ?? false;
}
