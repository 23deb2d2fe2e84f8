import { sql } from 'kysely';
import type { Order } from '../domain/deal.js';
import { differ, named, replaced, unnested, type Column } from './batch.js';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';
import { isAmong, record, ticketOf } from './listing.js';

export interface OrderToStore extends Order {
  serverMs: number;
  state: number;
  reason: number | null;
  magic: string;
  symbol: string;
  volumeInitial: number;
  volumeCurrent: number;
  priceOpen: number;
  comment: string;
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

/** Whatever a report said of it, a terminal has said it now. */
const liveOrder: Column<OrderToStore> = { name: 'source', type: 'text', of: () => 'live' };

async function replaceOrders(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  orders: readonly OrderToStore[],
): Promise<string[]> {
  const all = [ticketOf, ...orderColumns, liveOrder];
  const { rows } = await sql<{ position_id: string }>`
    with incoming (${named(all)}) as (select ${unnested(all, orders)})
    update orders o set ${replaced([...orderColumns, liveOrder], 'i')}
    from incoming i
    where o.user_id = ${userId} and o.account_id = ${accountId} and ${isAmong('o.ticket', orders)}
      and o.ticket = i.ticket and ${differ([...changingColumns, liveOrder], 'o', 'i')}
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
    telling: [...changingColumns, liveOrder],
    replace: (others) => replaceOrders(tx, owner, others),
  });
  positions.delete('0');
  return positions;
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
