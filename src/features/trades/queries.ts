import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Tx } from '../../data/database.js';
import type { Category } from '../../data/schema-trading.js';
import { tradedNames } from '../../data/traded-names.js';

/** Sums of one currency and one category of accounts: neither is ever added to another. */
export interface Total {
  currency: string | null;
  currency_digits: number | null;
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

/** Net is the sum of the four others, of every trade; adding it up again would cost a fifth of the time. */
export async function tradeTotals(tx: Tx, userId: string, where: RawBuilder<SqlBool>): Promise<Total[]> {
  const { rows } = await sql<Total>`
    select a.currency, max(a.currency_digits) as currency_digits, a.category, sum(s.n)::int as n, sum(s.n - s.closed)::int as open, sum(s.wins)::int as wins,
      sum(s.losses)::int as losses, sum(s.closed - s.wins - s.losses)::int as even,
      sum(s.gross + s.commission + s.swap + s.fee) as net, sum(s.gross) as gross,
      sum(s.commission) as commission, sum(s.swap) as swap, sum(s.fee) as fee
    from (
      select t.account_id, count(*) as n, count(t.closed_at) as closed,
        count(t.closed_at) filter (where t.net > 0) as wins,
        count(t.closed_at) filter (where t.net < 0) as losses,
        sum(t.gross) as gross, sum(t.commission) as commission, sum(t.swap) as swap, sum(t.fee) as fee
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
  /** magic numbers of the latest trades, each with a comment */
  magics: { magic: string; comment: string }[];
}

/** Magic numbers are found among the latest trades: reading all of them for a dozen words would be slow. */
export async function tradeChoices(tx: Tx, userId: string): Promise<Choices> {
  const { rows } = await sql<Choices>`
    with magics as (
      select latest.magic, max(latest.comment) as comment
      from (select t.magic, t.comment from trades t where t.user_id = ${userId}
            order by t.closed_at desc, t.id limit 2000) latest
      group by latest.magic
    )
    select
      coalesce((select json_agg(json_build_object('id', id, 'label', label, 'category', category)
        order by created_at, id) from accounts where user_id = ${userId}), '[]') as accounts,
      coalesce((select json_agg(name order by name) from (${tradedNames(userId)}) traded), '[]') as symbols,
      coalesce((select json_agg(json_build_object('magic', magic::text, 'comment', comment) order by magic)
        from magics), '[]') as magics`.execute(tx);
  return rows[0] ?? { accounts: [], symbols: [], magics: [] };
}
