import { sql } from 'kysely';
import type { Deal, Order } from '../domain/deal.js';
import { fromMinor, toMinor } from '../lib/money.js';
import type { Tx } from './database.js';

/** A deal with what stands beside it in the table: when it was done in UTC, and the broker's own reference. */
export interface DealToStore extends Deal {
  doneAt: Date;
  externalId: string;
}

export interface OrderToStore extends Order {
  serverMs: number;
  state: number;
  reason: number;
  magic: string;
  symbol: string;
  volumeInitial: number;
  volumeCurrent: number;
  priceOpen: number;
  comment: string;
}

export interface OwnedAccount {
  userId: string;
  accountId: string;
}

/** Rows of one statement: its arrays stay small enough to parse quickly. */
const batchSize = 5_000;

function* batches<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += batchSize) yield rows.slice(start, start + batchSize);
}

/**
 * Stores what the broker lists: new deals are added, changed ones get a new version and the state before is kept,
 * equal ones cost a comparison. The positions whose deals are new or changed.
 */
export async function recordDeals(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  deals: readonly DealToStore[],
  { at, digits }: { at: Date; digits: number },
): Promise<{ positions: Set<string>; changed: number }> {
  const positions = new Set<string>();
  let changed = 0;
  for (const batch of batches(deals)) {
    const money = (pick: (deal: Deal) => number): string[] =>
      batch.map((deal) => fromMinor(pick(deal), digits));
    const { rows } = await sql<{ position_id: string }>`
      with incoming as (
        select * from unnest(
          ${batch.map((d) => d.ticket)}::bigint[], ${batch.map((d) => d.order)}::bigint[],
          ${batch.map((d) => d.positionId)}::bigint[], ${batch.map((d) => d.serverMs)}::bigint[],
          ${batch.map((d) => d.doneAt.toISOString())}::timestamptz[], ${batch.map((d) => d.type)}::smallint[],
          ${batch.map((d) => d.entry)}::smallint[], ${batch.map((d) => d.reason)}::smallint[],
          ${batch.map((d) => d.magic)}::numeric[], ${batch.map((d) => d.symbol)}::text[],
          ${batch.map((d) => d.volume)}::numeric[], ${batch.map((d) => d.price)}::numeric[],
          ${money((d) => d.profit)}::numeric[], ${money((d) => d.swap)}::numeric[],
          ${money((d) => d.commission)}::numeric[], ${money((d) => d.fee)}::numeric[],
          ${batch.map((d) => d.comment)}::text[], ${batch.map((d) => d.externalId)}::text[]
        ) as i (ticket, order_ticket, position_id, server_ms, done_at, type, entry, reason, magic, symbol, volume,
                price, profit, swap, commission, fee, comment, external_id)
      ),
      replaced as (
        insert into deal_versions (user_id, account_id, ticket, version, replaced_at, was)
        select d.user_id, d.account_id, d.ticket, d.version, ${at}, to_jsonb(d)
        from deals d join incoming i on i.ticket = d.ticket
        where d.user_id = ${userId} and d.account_id = ${accountId} and ${isDifferent('d', 'i')}
      ),
      stored as (
        insert into deals (user_id, account_id, ticket, order_ticket, position_id, server_ms, done_at, type, entry,
          reason, magic, symbol, volume, price, profit, swap, commission, fee, comment, external_id)
        select ${userId}::uuid, ${accountId}::uuid, * from incoming
        on conflict (user_id, account_id, ticket) do update set
          order_ticket = excluded.order_ticket, position_id = excluded.position_id,
          server_ms = excluded.server_ms, done_at = excluded.done_at, type = excluded.type, entry = excluded.entry,
          reason = excluded.reason, magic = excluded.magic, symbol = excluded.symbol, volume = excluded.volume,
          price = excluded.price, profit = excluded.profit, swap = excluded.swap,
          commission = excluded.commission, fee = excluded.fee, comment = excluded.comment,
          external_id = excluded.external_id, is_listed = true,
          version = deals.version + case when ${isDifferent('deals', 'excluded')} then 1 else 0 end
        where not deals.is_listed or ${isDifferent('deals', 'excluded')}
        returning position_id
      )
      select position_id from stored`.execute(tx);
    changed += rows.length;
    for (const row of rows) positions.add(row.position_id);
  }
  return { positions, changed };
}

/** What makes a deal another deal; the derived UTC does not. */
const dealColumns = [
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
  'external_id',
] as const;

const isDifferent = (left: string, right: string) => {
  const row = (table: string) => sql.join(dealColumns.map((column) => sql.ref(`${table}.${column}`)));
  return sql`(${row(left)}) is distinct from (${row(right)})`;
};

/** Stores orders of the history. The positions whose orders are new or changed: their stops may be. */
export async function recordOrders(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  orders: readonly OrderToStore[],
): Promise<Set<string>> {
  const positions = new Set<string>();
  for (const batch of batches(orders)) {
    const { rows } = await sql<{ position_id: string }>`
      insert into orders (user_id, account_id, ticket, position_id, position_by_id, server_ms, type, state, reason,
        magic, symbol, volume_initial, volume_current, price_open, stop_loss, take_profit, comment)
      select ${userId}::uuid, ${accountId}::uuid, * from unnest(
        ${batch.map((o) => o.ticket)}::bigint[], ${batch.map((o) => o.positionId)}::bigint[],
        ${batch.map((o) => o.positionById)}::bigint[], ${batch.map((o) => o.serverMs)}::bigint[],
        ${batch.map((o) => o.type)}::smallint[], ${batch.map((o) => o.state)}::smallint[],
        ${batch.map((o) => o.reason)}::smallint[], ${batch.map((o) => o.magic)}::numeric[],
        ${batch.map((o) => o.symbol)}::text[], ${batch.map((o) => o.volumeInitial)}::numeric[],
        ${batch.map((o) => o.volumeCurrent)}::numeric[], ${batch.map((o) => o.priceOpen)}::numeric[],
        ${batch.map((o) => o.stopLoss)}::numeric[], ${batch.map((o) => o.takeProfit)}::numeric[],
        ${batch.map((o) => o.comment)}::text[])
      on conflict (user_id, account_id, ticket) do update set
        position_id = excluded.position_id, position_by_id = excluded.position_by_id,
        server_ms = excluded.server_ms, type = excluded.type, state = excluded.state, reason = excluded.reason,
        magic = excluded.magic, symbol = excluded.symbol, volume_initial = excluded.volume_initial,
        volume_current = excluded.volume_current, price_open = excluded.price_open,
        stop_loss = excluded.stop_loss, take_profit = excluded.take_profit, comment = excluded.comment
      where (orders.state, orders.position_id, orders.stop_loss, orders.take_profit, orders.volume_current)
        is distinct from (excluded.state, excluded.position_id, excluded.stop_loss, excluded.take_profit,
          excluded.volume_current)
      returning position_id`.execute(tx);
    for (const row of rows) positions.add(row.position_id);
  }
  positions.delete('0');
  return positions;
}

/**
 * Notes which deals of a stretch of server time the broker no longer lists; they are kept. `tickets` is everything
 * that a complete reading of the stretch returned.
 */
export async function markUnlisted(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  stretch: { fromMs: number; toMs: number; tickets: readonly string[] },
): Promise<void> {
  await sql`
    update deals d set is_listed = false
    where user_id = ${userId} and account_id = ${accountId} and is_listed
      and server_ms between ${stretch.fromMs} and ${stretch.toMs}
      and not exists (select from unnest(${stretch.tickets}::bigint[]) as t (ticket) where t.ticket = d.ticket)
  `.execute(tx);
}

/** Whether deals are kept of a stretch of server time that the broker listed when it was read last. */
export async function holdsListed(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  { fromServerMs, toServerMs }: { fromServerMs: number; toServerMs: number },
): Promise<boolean> {
  const row = await tx
    .selectFrom('deals')
    .where('user_id', '=', userId)
    .where('account_id', '=', accountId)
    .where('server_ms', '>=', String(fromServerMs))
    .where('server_ms', '<=', String(toServerMs))
    .where('is_listed', '=', true)
    .select('ticket')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Deals of some positions, or of the whole account, as the domain wants them. In no particular order. */
export async function dealsOf(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  { digits, positions }: { digits: number; positions?: ReadonlySet<string> },
): Promise<Deal[]> {
  const rows = await tx
    .selectFrom('deals')
    .where('user_id', '=', userId)
    .where('account_id', '=', accountId)
    .$if(positions !== undefined, (query) =>
      query.where(sql<boolean>`position_id = any(${[...(positions ?? [])]}::bigint[])`),
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
    ])
    .execute();
  return rows.map((row) => ({
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
  }));
}

/** Orders of some positions by their tickets. */
export async function ordersOf(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  positions: ReadonlySet<string>,
): Promise<Map<string, Order>> {
  const rows = await tx
    .selectFrom('orders')
    .where('user_id', '=', userId)
    .where('account_id', '=', accountId)
    .where(sql<boolean>`position_id = any(${[...positions]}::bigint[])`)
    .select(['ticket', 'position_id', 'position_by_id', 'type', 'stop_loss', 'take_profit'])
    .execute();
  return new Map(
    rows.map((row) => [
      row.ticket,
      {
        ticket: row.ticket,
        positionId: row.position_id,
        positionById: row.position_by_id,
        type: row.type,
        stopLoss: row.stop_loss === null ? null : Number(row.stop_loss),
        takeProfit: row.take_profit === null ? null : Number(row.take_profit),
      },
    ]),
  );
}
