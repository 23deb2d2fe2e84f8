import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { AccountType, Category } from '../../data/schema-trading.js';
import type { Tx } from '../../data/database.js';
import type { TradeRow } from '../../data/trade-rows.js';
import type { FillRow } from './trade-queries.js';

export interface ExportAccount {
  id: string;
  label: string;
  type: AccountType;
  category: Category;
  server: string | null;
  login: string | null;
  currency: string | null;
  currencyDigits: number | null;
  /** by which the broker's times are turned into UTC; '' while nobody knows. What is entered by hand is in UTC. */
  clockRule: string;
}

const accountColumns = sql`a.id, a.label, a.type, a.category, a.server, a.login, a.currency,
  a.currency_digits as "currencyDigits",
  case when a.clock_rule = '' and a.type = 'manual' then 'fixed:0' else a.clock_rule end as "clockRule"`;

/** The accounts of the trades of a filter. */
export async function exportAccounts(
  tx: Tx,
  userId: string,
  where: RawBuilder<SqlBool>,
): Promise<ExportAccount[]> {
  const { rows } = await sql<ExportAccount>`
    select ${accountColumns} from accounts a
    where a.user_id = ${userId} and exists (select from trades t where ${where} and t.account_id = a.id)
    order by a.created_at, a.id`.execute(tx);
  return rows;
}

/** The same of all accounts that any deal or trade is known of. */
export async function filledAccounts(tx: Tx, userId: string): Promise<ExportAccount[]> {
  const { rows } = await sql<ExportAccount>`
    select ${accountColumns} from accounts a
    where a.user_id = ${userId}
      and (exists (select from trades t where t.user_id = ${userId} and t.account_id = a.id)
        or exists (select from deals d where d.user_id = ${userId} and d.account_id = a.id))
    order by a.created_at, a.id`.execute(tx);
  return rows;
}

export interface ExportDeal extends FillRow {
  account_id: string;
  position_id: string;
  magic: string;
  symbol: string;
  external_id: string;
}

const dealColumns = sql`d.account_id, d.ticket, d.order_ticket, d.position_id, d.done_at, d.server_ms, d.type, d.entry,
  d.reason, d.magic::text as magic, d.symbol, d.volume, d.price, d.profit, d.swap, d.commission, d.fee, d.comment,
  d.external_id`;

/** What moved the balance of an account without a trade, in the order the broker did it. */
export async function cashDeals(tx: Tx, userId: string, accountId: string): Promise<ExportDeal[]> {
  const { rows } = await sql<ExportDeal>`
    select ${dealColumns} from deals d
    where d.user_id = ${userId} and d.account_id = ${accountId} and (d.type not in (0, 1) or d.position_id = 0)
    order by d.server_ms, d.ticket`.execute(tx);
  return rows;
}

/** Names a deal among those of all accounts. */
const dealKey = (accountId: string, ticket: string): string => `${accountId} ${ticket}`;

/** The deals of each of these trades, in the order the broker did them. */
export async function exportDeals(
  tx: Tx,
  userId: string,
  trades: readonly TradeRow[],
): Promise<ExportDeal[][]> {
  const wanted = trades.flatMap(({ account_id: account, deal_tickets: tickets }) =>
    tickets.map((ticket) => ({ account, ticket })),
  );
  // One by one in their key: a table that has just been filled has no statistics to plan a join by.
  const { rows } = await sql<ExportDeal>`
    select ${dealColumns}
    from (select distinct account_id, ticket from unnest(
        ${wanted.map(({ account }) => account)}::uuid[], ${wanted.map(({ ticket }) => ticket)}::bigint[]
      ) as w (account_id, ticket)) k
    cross join lateral (
      select * from deals one
      where one.user_id = ${userId} and one.account_id = k.account_id and one.ticket = k.ticket limit 1) d`.execute(
    tx,
  );
  const byKey = new Map(rows.map((row) => [dealKey(row.account_id, row.ticket), row]));
  return trades.map(({ account_id: account, deal_tickets: tickets }) =>
    tickets.flatMap((ticket) => byKey.get(dealKey(account, ticket)) ?? []),
  );
}
