import { sql } from 'kysely';
import type { Deal, Order } from '../domain/deal.js';
import { fromMinor, toMinor } from '../lib/money.js';
import { differ, named, replaced, unnested, type Column } from './batch.js';
import type { Tx } from './database.js';
import { isAmong, record, ticketOf, type News } from './listing.js';

/** A deal with what stands beside it in the table: when it was done (UTC, ms), and the broker's own reference. */
export interface DealToStore extends Deal {
  doneMs: number;
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

/** The broker's last reading of their time had them; those it no longer lists are kept and say so. */
const isListed: Column<DealToStore> = { name: 'is_listed', type: 'boolean', of: () => true };

/** Puts deals in the place of those that are kept, which become older versions. The positions of those that differ. */
async function replaceDeals(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  deals: readonly DealToStore[],
  { at, digits }: { at: Date; digits: number },
): Promise<string[]> {
  const columns = dealColumns(digits);
  const all = [ticketOf, doneAt, ...columns];
  const matching = sql`
    d.user_id = ${userId} and d.account_id = ${accountId} and ${isAmong('d.ticket', deals)} and d.ticket = i.ticket`;
  const { rows } = await sql<{ position_id: string }>`
    with incoming (${named(all)}) as (select ${unnested(all, deals)}),
    replaced as (
      insert into deal_versions (user_id, account_id, ticket, version, replaced_at, was)
      select d.user_id, d.account_id, d.ticket, d.version, ${at}, to_jsonb(d)
      from deals d, incoming i where ${matching} and ${differ(columns, 'd', 'i')}
    )
    update deals d set ${replaced([doneAt, ...columns], 'i')}, is_listed = true,
      version = d.version + case when ${differ(columns, 'd', 'i')} then 1 else 0 end
    from incoming i where ${matching} and (not d.is_listed or ${differ(columns, 'd', 'i')})
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
    telling: [...columns, isListed],
    replace: (others) => replaceDeals(tx, owner, others, { at, digits }),
  });
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

async function replaceOrders(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  orders: readonly OrderToStore[],
): Promise<string[]> {
  const { rows } = await sql<{ position_id: string }>`
    with incoming (${named([ticketOf, ...orderColumns])}) as (select ${unnested([ticketOf, ...orderColumns], orders)})
    update orders o set ${replaced(orderColumns, 'i')}
    from incoming i
    where o.user_id = ${userId} and o.account_id = ${accountId} and ${isAmong('o.ticket', orders)}
      and o.ticket = i.ticket and ${differ(changingColumns, 'o', 'i')}
    returning o.position_id`.execute(tx);
  return rows.map((row) => row.position_id);
}

/** Stores orders of the history; the stops of their positions may be others now. */
export async function recordOrders(
  tx: Tx,
  owner: OwnedAccount,
  orders: Iterable<OrderToStore>,
): Promise<Set<string>> {
  const { positions } = await record(tx, owner, orders, {
    table: 'orders',
    columns: [ticketOf, ...orderColumns],
    telling: changingColumns,
    replace: (others) => replaceOrders(tx, owner, others),
  });
  positions.delete('0');
  return positions;
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

/** Orders of these tickets, or of the whole account, by ticket. */
export async function ordersOf(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  tickets?: ReadonlySet<string>,
): Promise<Map<string, Order>> {
  const rows = await tx
    .selectFrom('orders')
    .where('user_id', '=', userId)
    .where('account_id', '=', accountId)
    .$if(tickets !== undefined, (query) =>
      query.where(sql<boolean>`ticket = any(${[...(tickets ?? [])]}::bigint[])`),
    )
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
