import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../../data/database.js';
import { quotesOf, type Quote } from '../../data/quotes.js';
import type { Side, Verdict } from '../../data/schema-trading.js';

/** What of an account is open, and what has closed. */
export interface Standing {
  account_id: string;
  closed_net: string;
  closed_count: number;
  open_count: number;
}

/** For each of a user's accounts: what is open in it, and what closed since `since`. */
export const standings = async (
  tx: Tx,
  userId: string,
  since: Date,
): Promise<ReadonlyMap<string, Standing>> => {
  const { rows } = await sql<Standing>`
    select a.id as account_id, coalesce(t.net, 0) as closed_net, coalesce(t.count, 0) as closed_count,
      (select count(*)::int from positions p where p.user_id = a.user_id and p.account_id = a.id) as open_count
    from accounts a
    left join (
      select account_id, sum(net) as net, count(*)::int as count from trades
      where user_id = ${userId} and closed_at >= ${since} group by account_id
    ) t on t.account_id = a.id
    where a.user_id = ${userId}`.execute(tx);
  return new Map(rows.map((row) => [row.account_id, row]));
};

export interface Ledger {
  verdict: Verdict;
  difference: string;
}

export interface ClosedTrade {
  id: string;
  account_id: string;
  symbol: string;
  side: Side;
  volume: string;
  net: string;
  opened_ms: number;
  closed_ms: number;
  close_reason: number | null;
}

/** What the board shows beyond accounts and positions, of all accounts of a user. */
export interface Lists {
  /** by account: how it was reconciled */
  ledgers: Readonly<Record<string, Ledger>>;
  /** by account: what its trades that closed today came to, where any did */
  today: Readonly<Record<string, string>>;
  /** of each account those that closed last */
  closed: readonly ClosedTrade[];
  /** of the symbols held */
  quotes: readonly Quote[];
}

const ms = (column: string): RawBuilder<number> =>
  sql<number>`(extract(epoch from ${sql.ref(column)}) * 1000)::bigint`;

const ledgers = (userId: string) => sql`
  select json_object_agg(account_id, json_build_object('verdict', verdict, 'difference', difference::text))
  from reconciliations where user_id = ${userId}`;

const closedSince = (userId: string, since: Date) => sql`
  select json_object_agg(account_id, net) from (
    select account_id, sum(net)::text as net from trades
    where user_id = ${userId} and closed_at >= ${since} group by account_id) t`;

/** So many trades that closed last are shown. */
export const shownClosed = 8;

/** Account by account, so that each finds its own in the index. */
const closedLast = (userId: string) => sql`
  select json_agg(last) from accounts a cross join lateral (
    select t.id, t.account_id, t.symbol, t.side, t.volume::text, t.net::text, ${ms('t.opened_at')} as opened_ms,
      ${ms('t.closed_at')} as closed_ms, t.close_reason
    from trades t where t.user_id = a.user_id and t.account_id = a.id and t.closed_at is not null
    order by t.closed_at desc, t.id limit ${shownClosed}) last
  where a.user_id = ${userId}`;

const quotesOfHeld = (userId: string, dayStart: Date) =>
  quotesOf(sql`select distinct name from positions where user_id = ${userId}`, dayStart);

/** When the user's own day began, and that of the servers. */
export interface Moments {
  today: Date;
  dayStart: Date;
}

/** All of them in one question. */
export async function readLists(tx: Tx, userId: string, moments: Moments): Promise<Lists> {
  const { rows } = await sql<Lists>`
    select
      coalesce((${ledgers(userId)}), '{}') as ledgers,
      coalesce((${closedSince(userId, moments.today)}), '{}') as today,
      coalesce((${closedLast(userId)}), '[]') as closed,
      coalesce((${quotesOfHeld(userId, moments.dayStart)}), '[]') as quotes`.execute(tx);
  return rows[0] ?? { ledgers: {}, today: {}, closed: [], quotes: [] };
}
