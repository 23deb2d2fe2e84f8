import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Tx } from '../../data/database.js';
import type { Category } from '../../data/schema-trading.js';

/** Sums of one currency and one category of accounts: neither is ever added to another. */
export interface Total {
  currency: string | null;
  category: Category;
  n: number;
  /** of them still open */
  open: number;
  wins: number;
  losses: number;
  even: number;
  net: string;
  gross: string;
  commission: string;
  swap: string;
  fee: string;
}

export async function tradeTotals(tx: Tx, userId: string, where: RawBuilder<SqlBool>): Promise<Total[]> {
  const { rows } = await sql<Total>`
    select a.currency, a.category, sum(s.n)::int as n, sum(s.open)::int as open, sum(s.wins)::int as wins,
      sum(s.losses)::int as losses, sum(s.even)::int as even, sum(s.net) as net, sum(s.gross) as gross,
      sum(s.commission) as commission, sum(s.swap) as swap, sum(s.fee) as fee
    from (
      select t.account_id, count(*) as n, count(*) filter (where t.closed_at is null) as open,
        count(*) filter (where t.closed_at is not null and t.net > 0) as wins,
        count(*) filter (where t.closed_at is not null and t.net < 0) as losses,
        count(*) filter (where t.closed_at is not null and t.net = 0) as even,
        sum(t.net) as net, sum(t.gross) as gross, sum(t.commission) as commission, sum(t.swap) as swap,
        sum(t.fee) as fee
      from trades t where ${where} group by t.account_id
    ) s join accounts a on a.user_id = ${userId} and a.id = s.account_id
    group by a.currency, a.category
    order by sum(s.n) desc, a.currency, a.category`.execute(tx);
  return rows;
}

/** What there is to choose from. */
export interface Choices {
  accounts: { id: string; label: string; category: Category }[];
  symbols: string[];
  /** magic numbers, each with the comment of its last trade */
  magics: { magic: string; comment: string }[];
}

/** Steps from one value of an index to the next, because reading all trades to find a dozen symbols would be slow. */
export async function tradeChoices(tx: Tx, userId: string): Promise<Choices> {
  const { rows } = await sql<Choices>`
    with recursive names as (
      (select t.name from trades t where t.user_id = ${userId} order by t.name limit 1)
      union all
      select (select t.name from trades t where t.user_id = ${userId} and t.name > names.name
              order by t.name limit 1)
      from names where names.name is not null
    ),
    magics as (
      (select t.magic from trades t where t.user_id = ${userId} order by t.magic limit 1)
      union all
      select (select t.magic from trades t where t.user_id = ${userId} and t.magic > magics.magic
              order by t.magic limit 1)
      from magics where magics.magic is not null
    )
    select
      coalesce((select json_agg(json_build_object('id', id, 'label', label, 'category', category)
        order by created_at, id) from accounts where user_id = ${userId}), '[]') as accounts,
      coalesce((select json_agg(name order by name) from names where name is not null), '[]') as symbols,
      coalesce((select json_agg(json_build_object('magic', m.magic::text, 'comment',
          (select t.comment from trades t where t.user_id = ${userId} and t.magic = m.magic
           order by t.closed_at desc, t.id limit 1)) order by m.magic)
        from magics m where m.magic is not null), '[]') as magics`.execute(tx);
  return rows[0] ?? { accounts: [], symbols: [], magics: [] };
}
