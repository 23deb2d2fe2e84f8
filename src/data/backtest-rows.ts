import { sql } from 'kysely';
import type { Deal, Order } from '../domain/deal.js';
import { dealOfRow, type DealRow } from './deals.js';
import type { Tx } from './database.js';
import type { OfBatch } from './import-rows.js';

interface Stretch {
  limit: number;
  offset: number;
}

export interface TestedDeals {
  deals: Deal[];
  /** by ticket; as far as the report lists them */
  orders: Map<string, Order>;
  /** most decimals of a price, by symbol */
  priceDigits: Map<string, number>;
}

const decimalsOf = (price: string): number => (price.split('.')[1] ?? '').replace(/0+$/, '').length;

/** All deals of some positions of a test, which come in the order in which they were opened. */
export async function testedDeals(
  tx: Tx,
  { userId, importId }: OfBatch,
  { digits, stretch }: { digits: number; stretch: Stretch },
): Promise<TestedDeals> {
  const { rows } = await sql<DealRow>`
    with wanted as (
      select position_id from import_deals
      where user_id = ${userId} and import_id = ${importId} and type in (0, 1)
      group by position_id order by min(server_ms), position_id limit ${stretch.limit} offset ${stretch.offset}
    )
    select ticket, order_ticket, position_id, server_ms, type, entry, reason, magic::text as magic, symbol, volume, price,
      profit, swap, commission, fee, comment, 'report' as source
    from import_deals
    where user_id = ${userId} and import_id = ${importId} and type in (0, 1)
      and position_id in (select position_id from wanted)`.execute(tx);
  const found = await tx
    .selectFrom('import_orders')
    .where('user_id', '=', userId)
    .where('import_id', '=', importId)
    .where(sql<boolean>`ticket = any(${rows.map((row) => row.order_ticket)}::bigint[])`)
    .select(['ticket', 'position_id', 'position_by_id', 'type', 'stop_loss', 'take_profit'])
    .execute();
  const priceDigits = new Map<string, number>();
  for (const { symbol, price } of rows)
    priceDigits.set(symbol, Math.max(priceDigits.get(symbol) ?? 2, decimalsOf(price)));
  const level = (text: string | null): number | null => (text === null ? null : Number(text));
  return {
    deals: rows.map((row) => dealOfRow(row, digits)),
    orders: new Map(
      found.map((row) => [
        row.ticket,
        {
          ...{ ticket: row.ticket, positionId: row.position_id, positionById: row.position_by_id },
          ...{ type: row.type, stopLoss: level(row.stop_loss), takeProfit: level(row.take_profit) },
        },
      ]),
    ),
    priceDigits,
  };
}

/** A place on the line of balances: ms of the tester's clock, and what stands there, as decimal text. */
export interface BalancePoint {
  ms: number;
  balance: string;
}

const stretches = 500;

/**
 * The balance after each deal, on top of `opening`; of many deals, of each stretch of them the highest, the lowest and
 * the last, so that no fall is lost.
 */
export async function testedBalances(
  tx: Tx,
  { userId, importId }: OfBatch,
  opening: string,
): Promise<BalancePoint[]> {
  const { rows } = await sql<{ server_ms: string; balance: string }>`
    with walked as (
      select server_ms, ${opening}::numeric + sum(profit + swap + commission + fee)
          over (order by server_ms, ticket rows unbounded preceding) as balance,
        row_number() over (order by server_ms, ticket) as n,
        ((row_number() over (order by server_ms, ticket) - 1) * ${stretches} / count(*) over ()) as stretch
      from import_deals where user_id = ${userId} and import_id = ${importId}
    ), ranked as (
      select server_ms, balance, n,
        row_number() over (partition by stretch order by balance, n) as low,
        row_number() over (partition by stretch order by balance desc, n) as high,
        row_number() over (partition by stretch order by n desc) as last
      from walked
    )
    select server_ms, balance::text as balance from ranked where low = 1 or high = 1 or last = 1 order by n`.execute(
    tx,
  );
  return rows.map(({ server_ms: ms, balance }) => ({ ms: Number(ms), balance }));
}

/** Passes of an optimisation in the report's order, or by a column (counted from 0): numbers by their size, then words. */
export async function passesOf(
  tx: Tx,
  { userId, importId }: OfBatch,
  { sort, stretch }: { sort: { column: number; isDescending: boolean } | null; stretch: Stretch },
): Promise<string[][]> {
  const cell = sql`cells[${(sort?.column ?? 0) + 1}::int]`;
  const way = sort?.isDescending === true ? sql`desc` : sql`asc`;
  const order =
    sort === null
      ? sql`row`
      : sql`case when ${cell} ~ '^[+-]?[0-9]{1,30}([.][0-9]{1,30})?$' then ${cell}::numeric end ${way} nulls last,
          ${cell} ${way}, row`;
  const { rows } = await sql<{ cells: string[] }>`
    select cells from backtest_passes where user_id = ${userId} and backtest_id = ${importId}
    order by ${order} limit ${stretch.limit} offset ${stretch.offset}`.execute(tx);
  return rows.map(({ cells }) => cells);
}

/** What each calendar month of a test's clock came to: trades, and what was paid in or out; as decimal text. */
export async function testedMonths(
  tx: Tx,
  { userId, importId }: OfBatch,
): Promise<{ month: string; net: string; flow: string }[]> {
  const money = sql`profit + swap + commission + fee`;
  const { rows } = await sql<{ month: string; net: string; flow: string }>`
    select to_char(to_timestamp(server_ms / 1000.0) at time zone 'UTC', 'YYYY-MM') as month,
      coalesce(sum(${money}) filter (where type in (0, 1)), 0)::text as net,
      coalesce(sum(${money}) filter (where type not in (0, 1)), 0)::text as flow
    from import_deals where user_id = ${userId} and import_id = ${importId}
    group by 1 order by 1`.execute(tx);
  return rows;
}
