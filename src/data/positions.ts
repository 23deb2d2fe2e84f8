import { sql } from 'kysely';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';
import type { Side } from './schema-trading.js';

export interface OpenPosition {
  positionId: string;
  ticket: string;
  symbol: string;
  name: string;
  side: Side;
  volume: number;
  openPrice: number;
  currentPrice: number;
  stopLoss: number | null;
  takeProfit: number | null;
  /** decimal text in the account's currency */
  swap: string;
  profit: string;
  pips: number | null;
  magic: string;
  comment: string;
  openedMs: number;
  openedAt: Date;
}

const columns = [
  'account_id',
  'position_id',
  'ticket',
  'symbol',
  'name',
  'side',
  'volume',
  'open_price',
  'current_price',
  'stop_loss',
  'take_profit',
  'swap',
  'profit',
  'pips',
  'magic',
  'comment',
  'opened_ms',
  'opened_at',
] as const;
const ofPosition = columns.map((name) => `p.${name}` as const);

/**
 * Puts what the broker lists as open in the place of what it listed before, and gives it as it stands from then on. A
 * stop that was moved, and the first one seen, leaves a row in position_levels.
 */
export async function replacePositions(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  open: readonly OpenPosition[],
  at: Date,
): Promise<PositionRow[]> {
  const ids = open.map((p) => p.positionId);
  const gone = sql`
    delete from positions
    where user_id = ${userId} and account_id = ${accountId} and not (position_id = any(${ids}::bigint[]))
  `.execute(tx);
  const written = open.length === 0 ? [] : putPositions(tx, { userId, accountId }, open, at);
  return (await Promise.all([written, gone]))[0];
}

async function putPositions(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  open: readonly OpenPosition[],
  at: Date,
): Promise<PositionRow[]> {
  const { rows } = await sql<PositionRow>`
    with incoming as (
      select * from unnest(
        ${open.map((p) => p.positionId)}::bigint[], ${open.map((p) => p.ticket)}::bigint[],
        ${open.map((p) => p.symbol)}::text[], ${open.map((p) => p.name)}::text[], ${open.map((p) => p.side)}::text[],
        ${open.map((p) => p.volume)}::numeric[], ${open.map((p) => p.openPrice)}::numeric[],
        ${open.map((p) => p.currentPrice)}::numeric[], ${open.map((p) => p.stopLoss)}::numeric[],
        ${open.map((p) => p.takeProfit)}::numeric[], ${open.map((p) => p.swap)}::numeric[],
        ${open.map((p) => p.profit)}::numeric[], ${open.map((p) => p.pips)}::numeric[],
        ${open.map((p) => p.magic)}::numeric[], ${open.map((p) => p.comment)}::text[],
        ${open.map((p) => p.openedMs)}::bigint[], ${open.map((p) => p.openedAt.toISOString())}::timestamptz[]
      ) as i (position_id, ticket, symbol, name, side, volume, open_price, current_price, stop_loss, take_profit,
              swap, profit, pips, magic, comment, opened_ms, opened_at)
    ),
    moved as (
      insert into position_levels (user_id, account_id, position_id, seen_at, stop_loss, take_profit)
      select ${userId}::uuid, ${accountId}::uuid, i.position_id, ${at}, i.stop_loss, i.take_profit
      from incoming i
      left join positions p on p.user_id = ${userId} and p.account_id = ${accountId}
        and p.position_id = i.position_id
      where p.position_id is null or (p.stop_loss, p.take_profit) is distinct from (i.stop_loss, i.take_profit)
      on conflict do nothing
    ),
    written as (
      insert into positions (user_id, account_id, position_id, ticket, symbol, name, side, volume, open_price,
        current_price, stop_loss, take_profit, swap, profit, pips, magic, comment, opened_ms, opened_at)
      select ${userId}::uuid, ${accountId}::uuid, * from incoming
      on conflict (user_id, account_id, position_id) do update set
        ticket = excluded.ticket, side = excluded.side, volume = excluded.volume, open_price = excluded.open_price,
        current_price = excluded.current_price, stop_loss = excluded.stop_loss, take_profit = excluded.take_profit,
        swap = excluded.swap, profit = excluded.profit, pips = excluded.pips, magic = excluded.magic,
        comment = excluded.comment, opened_ms = excluded.opened_ms, opened_at = excluded.opened_at
      returning *
    )
    select ${sql.join(ofPosition.map((name) => sql.ref(name)))}, i.digits
    from written p join accounts a on a.user_id = p.user_id and a.id = p.account_id
    left join instruments i on i.server = a.server and i.symbol = p.symbol
    order by p.opened_at, p.position_id`.execute(tx);
  return rows;
}

export interface PositionRow {
  account_id: string;
  position_id: string;
  ticket: string;
  symbol: string;
  name: string;
  side: Side;
  volume: string;
  open_price: string;
  current_price: string;
  stop_loss: string | null;
  take_profit: string | null;
  swap: string;
  profit: string;
  pips: string | null;
  magic: string;
  comment: string;
  opened_ms: string;
  opened_at: Date;
  /** of the symbol's prices; null while the symbol is unknown */
  digits: number | null;
}

const positionRows = (tx: Tx, userId: string) =>
  tx
    .selectFrom('positions as p')
    .innerJoin('accounts as a', (join) =>
      join.onRef('a.user_id', '=', 'p.user_id').onRef('a.id', '=', 'p.account_id'),
    )
    .leftJoin('instruments as i', (join) =>
      join.onRef('i.server', '=', 'a.server').onRef('i.symbol', '=', 'p.symbol'),
    )
    .where('p.user_id', '=', userId)
    .select([...ofPosition, 'i.digits']);

/** Everything a user has open, the oldest first. */
export const listPositions = (tx: Tx, userId: string): Promise<PositionRow[]> =>
  positionRows(tx, userId).orderBy('p.opened_at').orderBy('p.position_id').orderBy('p.account_id').execute();

/** What one account has open, the oldest first: all of it, or a page of `limit` after a key. */
export const positionsOf = (
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  page?: { after: readonly string[] | null; limit: number },
): Promise<PositionRow[]> =>
  positionRows(tx, userId)
    .where('p.account_id', '=', accountId)
    .$if(page !== undefined && page.after !== null, (query) =>
      query.where(
        sql<boolean>`(p.opened_ms, p.position_id) > (${page?.after?.[0]}::bigint, ${page?.after?.[1]}::bigint)`,
      ),
    )
    .orderBy('p.opened_ms')
    .orderBy('p.position_id')
    .$if(page !== undefined, (query) => query.limit(page?.limit ?? 0))
    .execute();
