import { sql } from 'kysely';
import { compareTickets, type Deal, type Order } from '../domain/deal.js';
import { fromMinor, toMinor } from '../lib/money.js';
import { batches, differ, isStored, named, replaced, unnested, type Column } from './batch.js';
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

const ticketOf = { name: 'ticket', type: 'bigint', of: ({ ticket }: Ticketed) => ticket } as const;

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
  type: 'timestamptz',
  of: (deal) => deal.doneAt.toISOString(),
};

interface Ticketed {
  ticket: string;
}

/** Of neighbours in number, so that a batch is one stretch of the table's key. */
const batchesOf = <T extends Ticketed>(rows: readonly T[]): Generator<readonly T[]> =>
  batches(rows.toSorted((a, b) => compareTickets(a.ticket, b.ticket)));

/** Said outright, since a table that was filled a moment ago has no statistics to plan a join by. */
const isAmong = (column: string, sorted: readonly Ticketed[]) =>
  sql`${sql.ref(column)} between ${sorted[0]?.ticket}::bigint and ${sorted.at(-1)?.ticket}::bigint`;

/** Those that the table does not hold just so. Reading what is there is cheaper than sending it all again. */
async function unstored<T extends Ticketed>(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  sorted: readonly T[],
  { table, columns }: { table: 'deals' | 'orders'; columns: readonly Column<T>[] },
): Promise<T[]> {
  const isCurrent = table === 'deals' ? sql`and is_listed` : sql``;
  const { rows: known } = await sql<Record<string, unknown>>`
    select ticket, ${named(columns)} from ${sql.table(table)}
    where user_id = ${userId} and account_id = ${accountId} ${isCurrent}
      and ${isAmong('ticket', sorted)}`.execute(tx);
  const byTicket = new Map(known.map((row) => [row['ticket'], row]));
  return sorted.filter((row) => {
    const held = byTicket.get(row.ticket);
    return held === undefined || !isStored(columns, held, row);
  });
}

/**
 * Stores what the broker lists: new deals are added, changed ones get a new version and the state before is kept,
 * equal ones cost a comparison. The positions whose deals are new or changed.
 */
export async function recordDeals(
  tx: Tx,
  owner: OwnedAccount,
  deals: readonly DealToStore[],
  { at, digits }: { at: Date; digits: number },
): Promise<{ positions: Set<string>; changed: number }> {
  const { userId, accountId } = owner;
  const columns = dealColumns(digits);
  const all = [ticketOf, doneAt, ...columns];
  const positions = new Set<string>();
  let changed = 0;
  for (const batch of batchesOf(deals)) {
    const news = await unstored(tx, owner, batch, { table: 'deals', columns });
    if (news.length === 0) continue;
    const { rows } = await sql<{ position_id: string }>`
      with incoming as (select * from ${unnested(all, news)} as i (${named(all)})),
      replaced as (
        insert into deal_versions (user_id, account_id, ticket, version, replaced_at, was)
        select d.user_id, d.account_id, d.ticket, d.version, ${at}, to_jsonb(d)
        from deals d join incoming i on i.ticket = d.ticket
        where d.user_id = ${userId} and d.account_id = ${accountId} and ${isAmong('d.ticket', news)}
          and ${differ(columns, 'd', 'i')}
      ),
      stored as (
        insert into deals (user_id, account_id, ${named(all)})
        select ${userId}::uuid, ${accountId}::uuid, * from incoming
        on conflict (user_id, account_id, ticket) do update set
          ${replaced([doneAt, ...columns])}, is_listed = true,
          version = deals.version + case when ${differ(columns, 'deals', 'excluded')} then 1 else 0 end
        where not deals.is_listed or ${differ(columns, 'deals', 'excluded')}
        returning position_id
      )
      select position_id from stored`.execute(tx);
    changed += rows.length;
    for (const row of rows) positions.add(row.position_id);
  }
  return { positions, changed };
}

/** What of an order may be another in a later reading. */
const changingColumns: readonly Column<OrderToStore>[] = [
  { name: 'position_id', type: 'bigint', of: (order) => order.positionId },
  { name: 'state', type: 'smallint', of: (order) => order.state },
  { name: 'volume_current', type: 'numeric', of: (order) => order.volumeCurrent },
  { name: 'stop_loss', type: 'numeric', of: (order) => order.stopLoss },
  { name: 'take_profit', type: 'numeric', of: (order) => order.takeProfit },
];

const orderColumns: readonly Column<OrderToStore>[] = [
  ...changingColumns,
  { name: 'position_by_id', type: 'bigint', of: (order) => order.positionById },
  { name: 'server_ms', type: 'bigint', of: (order) => order.serverMs },
  { name: 'type', type: 'smallint', of: (order) => order.type },
  { name: 'reason', type: 'smallint', of: (order) => order.reason },
  { name: 'magic', type: 'numeric', of: (order) => order.magic },
  { name: 'symbol', type: 'text', of: (order) => order.symbol },
  { name: 'volume_initial', type: 'numeric', of: (order) => order.volumeInitial },
  { name: 'price_open', type: 'numeric', of: (order) => order.priceOpen },
  { name: 'comment', type: 'text', of: (order) => order.comment },
];

/** Stores orders of the history. The positions whose orders are new or changed: their stops may be. */
export async function recordOrders(
  tx: Tx,
  owner: OwnedAccount,
  orders: readonly OrderToStore[],
): Promise<Set<string>> {
  const all = [ticketOf, ...orderColumns];
  const positions = new Set<string>();
  for (const batch of batchesOf(orders)) {
    const news = await unstored(tx, owner, batch, { table: 'orders', columns: changingColumns });
    if (news.length === 0) continue;
    const { rows } = await sql<{ position_id: string }>`
      insert into orders (user_id, account_id, ${named(all)})
      select ${owner.userId}::uuid, ${owner.accountId}::uuid, * from ${unnested(all, news)}
      on conflict (user_id, account_id, ticket) do update set ${replaced(orderColumns)}
      where ${differ(changingColumns, 'orders', 'excluded')}
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
