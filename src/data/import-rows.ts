import { sql } from 'kysely';
import type { Deal } from '../domain/deal.js';
import { batches, differ, named, unnested, type Column } from './batch.js';
import type { Tx } from './database.js';
import { dealOfRow, hasDeals, type DealRow, type OwnedAccount } from './deals.js';

/** A deal as a batch brings it; money, volume and price are decimal text. */
export interface BatchDeal {
  row: number;
  ticket: string;
  order: string;
  positionId: string;
  timeMs: number;
  type: number;
  entry: number;
  reason: number | null;
  magic: string | null;
  symbol: string;
  volume: string;
  price: string;
  profit: string;
  swap: string;
  commission: string;
  fee: string;
  comment: string;
}

export interface BatchOrder {
  ticket: string;
  positionId: string | null;
  positionById: string | null;
  timeMs: number;
  type: number;
  state: number | null;
  magic: string | null;
  symbol: string;
  volume: string;
  price: string | null;
  stopLoss: string | null;
  takeProfit: string | null;
  comment: string;
}

const dealColumns: readonly Column<BatchDeal>[] = [
  { name: 'ticket', type: 'bigint', of: (d) => d.ticket },
  { name: 'row', type: 'bigint', of: (d) => d.row },
  { name: 'order_ticket', type: 'bigint', of: (d) => d.order },
  { name: 'position_id', type: 'bigint', of: (d) => d.positionId },
  { name: 'server_ms', type: 'bigint', of: (d) => d.timeMs },
  { name: 'type', type: 'smallint', of: (d) => d.type },
  { name: 'entry', type: 'smallint', of: (d) => d.entry },
  { name: 'reason', type: 'smallint', of: (d) => d.reason },
  { name: 'magic', type: 'numeric', of: (d) => d.magic ?? '0' },
  { name: 'symbol', type: 'text', of: (d) => d.symbol },
  { name: 'volume', type: 'numeric', of: (d) => d.volume },
  { name: 'price', type: 'numeric', of: (d) => d.price },
  { name: 'profit', type: 'numeric', of: (d) => d.profit },
  { name: 'swap', type: 'numeric', of: (d) => d.swap },
  { name: 'commission', type: 'numeric', of: (d) => d.commission },
  { name: 'fee', type: 'numeric', of: (d) => d.fee },
  { name: 'comment', type: 'text', of: (d) => d.comment },
];

const filled = 4;
const orderColumns: readonly Column<BatchOrder>[] = [
  { name: 'ticket', type: 'bigint', of: (o) => o.ticket },
  { name: 'position_id', type: 'bigint', of: (o) => o.positionId ?? '0' },
  { name: 'position_by_id', type: 'bigint', of: (o) => o.positionById ?? '0' },
  { name: 'server_ms', type: 'bigint', of: (o) => o.timeMs },
  { name: 'type', type: 'smallint', of: (o) => o.type },
  { name: 'state', type: 'smallint', of: (o) => o.state ?? filled },
  { name: 'magic', type: 'numeric', of: (o) => o.magic ?? '0' },
  { name: 'symbol', type: 'text', of: (o) => o.symbol },
  { name: 'volume', type: 'numeric', of: (o) => o.volume },
  { name: 'price', type: 'numeric', of: (o) => o.price ?? '0' },
  { name: 'stop_loss', type: 'numeric', of: (o) => o.stopLoss },
  { name: 'take_profit', type: 'numeric', of: (o) => o.takeProfit },
  { name: 'comment', type: 'text', of: (o) => o.comment },
];

export interface OfBatch {
  userId: string;
  importId: string;
}

async function addRows<T>(
  tx: Tx,
  { userId, importId }: OfBatch,
  {
    table,
    columns,
    rows,
  }: { table: 'import_deals' | 'import_orders'; columns: readonly Column<T>[]; rows: readonly T[] },
): Promise<void> {
  for (const batch of batches(rows))
    await sql`
      insert into ${sql.table(table)} (user_id, import_id, ${named(columns)})
      select ${userId}::uuid, ${importId}::uuid, ${unnested(columns, batch)}
      on conflict do nothing`.execute(tx);
}

/** Of a ticket that a file lists twice the first counts. */
export const addBatchDeals = (tx: Tx, batch: OfBatch, rows: readonly BatchDeal[]): Promise<void> =>
  addRows(tx, batch, { table: 'import_deals', columns: dealColumns, rows });

export const addBatchOrders = (tx: Tx, batch: OfBatch, rows: readonly BatchOrder[]): Promise<void> =>
  addRows(tx, batch, { table: 'import_orders', columns: orderColumns, rows });

export async function removeBatchRows(tx: Tx, { userId, importId }: OfBatch): Promise<void> {
  for (const table of ['import_deals', 'import_orders', 'import_entries'] as const)
    await tx.deleteFrom(table).where('user_id', '=', userId).where('import_id', '=', importId).execute();
}

export async function batchSymbols(tx: Tx, { userId, importId }: OfBatch): Promise<string[]> {
  const { rows } = await sql<{ symbol: string }>`
    select distinct symbol from import_deals where user_id = ${userId} and import_id = ${importId}`.execute(
    tx,
  );
  return rows.map(({ symbol }) => symbol);
}

/** Every position of which a batch tells something; '0' stands for the cash ledger. */
export async function batchPositions(tx: Tx, { userId, importId }: OfBatch): Promise<Set<string>> {
  const { rows: own } = await sql<{ ticket: string; position_id: string }>`
    select ticket, position_id from import_deals
    where user_id = ${userId} and import_id = ${importId}`.execute(tx);
  // One after the other: of rows that were just written the planner knows nothing, and would join all with all.
  const { rows: kept } = await sql<{ position_id: string }>`
    select distinct d.position_id from deals d
    where d.user_id = ${userId} and d.ticket = any(${own.map(({ ticket }) => ticket)}::bigint[])
      and d.account_id = (select account_id from imports where user_id = ${userId} and id = ${importId})`.execute(
    tx,
  );
  return new Set([...own, ...kept].map((row) => row.position_id));
}

/** The weight of a batch: of two reports the one made later counts, then the one saved later. */
const byWeight = sql`i.made_ms desc nulls last, i.saved_at desc, i.id`;

/** The only saved batch of an account; null where there are several, or none. */
export async function soleBatch(tx: Tx, { userId, accountId }: OwnedAccount): Promise<string | null> {
  const [first, second] = await tx
    .selectFrom('imports')
    .where('user_id', '=', userId)
    .where('account_id', '=', accountId)
    .where('state', '=', 'saved')
    .select('id')
    .limit(2)
    .execute();
  return first === undefined || second !== undefined ? null : first.id;
}

const dealParts = sql`b.ticket, b.order_ticket, b.position_id, b.server_ms, b.type, b.entry, b.reason,
  b.magic::text as magic, b.symbol, b.volume, b.price, b.profit, b.swap, b.commission, b.fee, b.comment, i.kind as source`;

/** What one batch tells of some positions: all that an account is told, where it is the only one. */
export async function toldBy(
  tx: Tx,
  { userId, importId }: OfBatch,
  { digits, positions }: { digits: number; positions: ReadonlySet<string> },
): Promise<Deal[]> {
  const { rows } = await sql<DealRow>`
    select ${dealParts}
    from import_deals b join imports i on i.user_id = b.user_id and i.id = b.import_id
    where b.user_id = ${userId} and b.import_id = ${importId}
      and b.position_id = any(${[...positions]}::bigint[])`.execute(tx);
  return rows.map((row) => dealOfRow(row, digits));
}

/**
 * What the saved batches of an account tell of some positions, each ticket as the weightiest batch tells it: batches may
 * see a deal in different positions.
 */
export async function toldDeals(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  { digits, positions }: { digits: number; positions: ReadonlySet<string> },
): Promise<Deal[]> {
  const isTold = sql`i.user_id = ${userId} and i.account_id = ${accountId} and i.state = 'saved'`;
  const isAmong = sql`position_id = any(${[...positions]}::bigint[])`;
  // One after the other: of rows that were just written the planner knows nothing, and would join all with all.
  const { rows: among } = await sql<{ ticket: string }>`
    select distinct b.ticket from imports i join import_deals b on b.user_id = i.user_id and b.import_id = i.id
    where ${isTold} and b.${isAmong}`.execute(tx);
  const tickets = among.map(({ ticket }) => ticket);
  const { rows } = await sql<DealRow>`
    select * from (
    select distinct on (b.ticket) ${dealParts}
    from imports i join import_deals b on b.user_id = i.user_id and b.import_id = i.id
    where ${isTold} and b.ticket = any(${tickets}::bigint[])
    order by b.ticket, ${byWeight}) told
    where ${isAmong}`.execute(tx);
  return rows.map((row) => dealOfRow(row, digits));
}

/** Makes the orders that no terminal told those of the saved batches, as far as a batch names them. */
export async function settleOrders(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  importId: string,
): Promise<void> {
  await sql`
    delete from orders o
    using import_orders b
    where b.user_id = ${userId} and b.import_id = ${importId}
      and o.user_id = b.user_id and o.account_id = ${accountId} and o.ticket = b.ticket and o.source <> 'live'`.execute(
    tx,
  );
  await sql`
    insert into orders (user_id, account_id, ticket, position_id, position_by_id, server_ms, type, state, magic, symbol,
      volume_initial, volume_current, price_open, stop_loss, take_profit, comment, source)
    select distinct on (b.ticket) b.user_id, i.account_id, b.ticket, b.position_id, b.position_by_id, b.server_ms, b.type,
      b.state, b.magic, b.symbol, b.volume, 0, b.price, b.stop_loss, b.take_profit, b.comment, i.kind
    from imports i join import_orders b on b.user_id = i.user_id and b.import_id = i.id
    where i.user_id = ${userId} and i.account_id = ${accountId} and i.state = 'saved'
      and (i.id = ${importId} or b.ticket in (
        select ticket from import_orders where user_id = ${userId} and import_id = ${importId}))
    order by b.ticket, ${byWeight}
    on conflict do nothing`.execute(tx);
}

export interface ImportCounts {
  new: number;
  duplicate: number;
  changed: number;
}

const telling = [
  'order_ticket',
  'position_id',
  'server_ms',
  'type',
  'entry',
  'symbol',
  'volume',
  'price',
  'profit',
  'swap',
  'commission',
  'fee',
].map((name) => ({ name }));

/**
 * How many rows of a batch are new to an account, stand there already, or would change what a report told. Both deals
 * that were made of one row are one. What a terminal told stays as it is, and so do true deals where a batch brings
 * made ones, and what a later report told.
 */
export async function countRows(
  tx: Tx,
  { userId, importId }: OfBatch,
  accountId: string | null,
): Promise<ImportCounts> {
  if (accountId === null || !(await hasDeals(tx, { userId, accountId }))) {
    const { rows } = await sql<{ new: number }>`
      select count(distinct row)::int as new from import_deals
      where user_id = ${userId} and import_id = ${importId}`.execute(tx);
    return { new: rows[0]?.new ?? 0, duplicate: 0, changed: 0 };
  }
  // Rows that have just been written have no statistics: the planner would take one after the other.
  await sql`select set_config('enable_nestloop', 'off', true)`.execute(tx);
  const { rows } = await sql<ImportCounts>`
    with batch as (select * from import_deals where user_id = ${userId} and import_id = ${importId}),
    held as (select * from deals where user_id = ${userId} and account_id = ${accountId}),
    true_ones as (select distinct position_id from held where ticket > 0 and position_id <> 0),
    weightier as (
      select distinct x.ticket from imports o join import_deals x on x.user_id = o.user_id and x.import_id = o.id
      where o.user_id = ${userId} and o.account_id = ${accountId} and o.state = 'saved'
        and o.made_ms > (select made_ms from imports where user_id = ${userId} and id = ${importId})
    ), per_deal as (
      select b.row,
        d.ticket is not null or (b.ticket < 0 and p.position_id is not null) as is_kept,
        d.source is distinct from 'live' and ${differ(telling, 'd', 'b')} and w.ticket is null as is_changed
      from batch b
      left join held d on d.ticket = b.ticket
      left join true_ones p on p.position_id = b.position_id
      left join weightier w on w.ticket = b.ticket
    ), per_row as (
      select row, bool_and(is_kept) as is_kept, bool_or(is_kept and is_changed) as is_changed from per_deal group by row
    )
    select count(*) filter (where not is_kept)::int as new,
      count(*) filter (where is_kept and not is_changed)::int as duplicate,
      count(*) filter (where is_kept and is_changed)::int as changed
    from per_row`.execute(tx);
  await sql`select set_config('enable_nestloop', 'on', true)`.execute(tx);
  return rows[0] ?? { new: 0, duplicate: 0, changed: 0 };
}
