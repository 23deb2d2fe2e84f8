import { sql } from 'kysely';
import type { Deal, Order } from '../domain/deal.js';
import type { ClockStretch } from '../domain/clock-stretches.js';
import type { Tx } from './database.js';
import { dealOfRow, type DealRow, type OwnedAccount } from './deals.js';

/**
 * The first batch of an account that holds nothing else: all that it tells counts as it is, so that the database takes
 * it over by itself, and only what trades need of it is read.
 */
export interface FirstBatch extends OwnedAccount {
  importId: string;
}

interface Outline {
  /** server time, ms */
  firstMs: number;
  lastMs: number;
}

/**
 * When the deals of a batch begin and end; null where it is not the first of its account, or tells of positions both
 * true deals and such as were made of a list's rows, of which not all count.
 */
export async function outlineOfFirst(
  tx: Tx,
  { userId, accountId, importId }: FirstBatch,
): Promise<Outline | null> {
  const { rows } = await sql<{ first: string | null; last: string | null; is_mixed: boolean | null }>`
    select min(server_ms) as first, max(server_ms) as last,
      bool_or(ticket < 0 and position_id <> 0) and bool_or(ticket > 0 and position_id <> 0) as is_mixed
    from import_deals
    where user_id = ${userId} and import_id = ${importId}
      and not exists (select from deals where user_id = ${userId} and account_id = ${accountId})
      and not exists (select from trades where user_id = ${userId} and account_id = ${accountId})
      and not exists (select from imports
        where user_id = ${userId} and account_id = ${accountId} and state = 'saved' and id <> ${importId})`.execute(
    tx,
  );
  const { first = null, last = null, is_mixed: isMixed = null } = rows[0] ?? {};
  return first === null || last === null || isMixed === true
    ? null
    : { firstMs: Number(first), lastMs: Number(last) };
}

/** Orders that a terminal told stay. */
export async function addFirstOrders(tx: Tx, { userId, accountId, importId }: FirstBatch): Promise<void> {
  await sql`
    insert into orders (user_id, account_id, ticket, position_id, position_by_id, server_ms, type, state, magic, symbol,
      volume_initial, volume_current, price_open, stop_loss, take_profit, comment, source)
    select b.user_id, ${accountId}::uuid, b.ticket, b.position_id, b.position_by_id, b.server_ms, b.type, b.state,
      b.magic, b.symbol, b.volume, 0, b.price, b.stop_loss, b.take_profit, b.comment, i.kind
    from imports i join import_orders b on b.user_id = i.user_id and b.import_id = i.id
    where i.user_id = ${userId} and i.id = ${importId}
    on conflict do nothing`.execute(tx);
}

/** Money in the digits of the account's currency, times in UTC: as `writeTold` would write them. */
export async function addFirstDeals(
  tx: Tx,
  { userId, accountId, importId }: FirstBatch,
  { digits, stretches }: { digits: number; stretches: readonly ClockStretch[] },
): Promise<void> {
  const from = sql`${stretches.map(({ fromMs }) => String(fromMs))}::bigint[]`;
  const ahead = sql`${stretches.map(({ aheadMs }) => String(aheadMs))}::bigint[]`;
  const money = (name: string) => sql`round(${sql.ref(`b.${name}`)}, ${digits}::int)`;
  await sql`
    insert into deals (user_id, account_id, ticket, done_at, order_ticket, position_id, server_ms, type, entry, reason,
      magic, symbol, volume, price, profit, swap, commission, fee, comment, external_id, is_listed, source)
    select b.user_id, ${accountId}::uuid, b.ticket,
      to_timestamp((b.server_ms - (${ahead})[width_bucket(b.server_ms, ${from})])::float8 / 1000),
      b.order_ticket, b.position_id, b.server_ms, b.type, b.entry, b.reason, b.magic, b.symbol, trim_scale(b.volume),
      trim_scale(b.price), ${money('profit')}, ${money('swap')}, ${money('commission')}, ${money('fee')}, b.comment, '',
      false, i.kind
    from imports i join import_deals b on b.user_id = i.user_id and b.import_id = i.id
    where i.user_id = ${userId} and i.id = ${importId}`.execute(tx);
}

const atOnce = 4_000;

interface OrderRow {
  ticket: string;
  position_id: string;
  position_by_id: string;
  type: number;
  stop_loss: string | null;
  take_profit: string | null;
}

interface Told {
  deals: Deal[];
  /** by ticket; those that tell a trade something */
  orders: Map<string, Order>;
  isLast: boolean;
}

/** Those of the orders that tell a trade something: levels, and what was closed by what. */
async function tellingOrders(
  tx: Tx,
  { userId, accountId }: FirstBatch,
  tickets: readonly string[],
): Promise<Map<string, Order>> {
  // Not joined: of rows that were just written the planner knows nothing, and would join all with all.
  const { rows } = await sql<OrderRow>`
    select ticket, position_id, position_by_id, type, stop_loss, take_profit from orders
    where user_id = ${userId} and account_id = ${accountId} and ticket = any(${tickets}::bigint[])
      and (stop_loss is not null or take_profit is not null or type = 8)`.execute(tx);
  return new Map(rows.map((row) => [row.ticket, orderOfRow(row)]));
}

/** Begins to read what a batch tells, position after position; `next` goes on, and is asked until it says the last. */
export async function readFirstDeals(
  tx: Tx,
  batch: FirstBatch,
  digits: number,
): Promise<{ next: () => Promise<Told> }> {
  const { userId, importId } = batch;
  await sql`
    declare first_deals no scroll cursor for
    select b.ticket, b.order_ticket, b.position_id, b.server_ms, b.type, b.entry, b.reason, b.magic::text as magic,
      b.symbol, b.volume, b.price, b.profit, b.swap, b.commission, b.fee, b.comment, i.kind as source
    from imports i join import_deals b on b.user_id = i.user_id and b.import_id = i.id
    where i.user_id = ${userId} and i.id = ${importId}
    order by b.position_id`.execute(tx);
  const next = async (): Promise<Told> => {
    const { rows } = await sql<DealRow>`fetch ${sql.lit(atOnce)} from first_deals`.execute(tx);
    return {
      deals: rows.map((row) => dealOfRow(row, digits)),
      orders: await tellingOrders(
        tx,
        batch,
        rows.map((row) => row.order_ticket),
      ),
      isLast: rows.length < atOnce,
    };
  };
  return { next };
}

const level = (text: string | null): number | null => (text === null ? null : Number(text));

const orderOfRow = (row: OrderRow): Order => ({
  ticket: row.ticket,
  positionId: row.position_id,
  positionById: row.position_by_id,
  type: row.type,
  stopLoss: level(row.stop_loss),
  takeProfit: level(row.take_profit),
});
