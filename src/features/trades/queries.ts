import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Tx } from '../../data/database.js';
import type { Category } from '../../data/schema-trading.js';
import type { Label } from '../../data/labels.js';
import type { ExpertRule, Mark } from '../../domain/expert.js';
import { tradesWhere, type FoundFilter } from '../../data/trade-filter.js';
import { sumsWhere } from '../../data/trade-sums.js';

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

/** Sums that are kept, of what a filter leaves of them. */
const keptSums = (where: RawBuilder<SqlBool>): RawBuilder<unknown> => sql`
  select t.account_id, sum(t.n) as n, coalesce(sum(t.n) filter (where not t.is_open), 0) as closed, sum(t.wins) as wins,
    sum(t.losses) as losses, sum(t.gross) as gross, sum(t.commission) as commission, sum(t.swap) as swap, sum(t.fee) as fee
  from trade_sums t where ${where} group by t.account_id having sum(t.n) > 0`;

const addedUp = (where: RawBuilder<SqlBool>): RawBuilder<unknown> => sql`
  select t.account_id, count(*) as n, count(t.closed_at) as closed,
    count(t.closed_at) filter (where t.net > 0) as wins,
    count(t.closed_at) filter (where t.net < 0) as losses,
    sum(t.gross) as gross, sum(t.commission) as commission, sum(t.swap) as swap, sum(t.fee) as fee
  from trades t where ${where} group by t.account_id`;

/** Net is the sum of the four others, of every trade; adding it up again would cost a fifth of the time. */
export async function tradeTotals(tx: Tx, userId: string, filter: FoundFilter): Promise<Total[]> {
  const kept = sumsWhere(userId, filter);
  const { rows } = await sql<Total>`
    select a.currency, max(a.currency_digits) as currency_digits, a.category, sum(s.n)::int as n, sum(s.n - s.closed)::int as open, sum(s.wins)::int as wins,
      sum(s.losses)::int as losses, sum(s.closed - s.wins - s.losses)::int as even,
      sum(s.gross + s.commission + s.swap + s.fee) as net, sum(s.gross) as gross,
      sum(s.commission) as commission, sum(s.swap) as swap, sum(s.fee) as fee
    from (${kept.isExact ? keptSums(kept.where) : addedUp(tradesWhere(userId, filter))}) s
    join accounts a on a.user_id = ${userId} and a.id = s.account_id
    group by a.currency, a.category
    order by sum(s.n) desc, a.currency, a.category`.execute(tx);
  return rows;
}

/** Up to here trades are added up while somebody waits for the list; beyond, a moment later. */
const few = 10_000;

/** Whether totals of a filter are there at once: they are kept, or few trades are to be added up. */
export async function areTotalsNear(tx: Tx, userId: string, filter: FoundFilter): Promise<boolean> {
  const { where, isExact } = sumsWhere(userId, filter);
  if (isExact) return true;
  const { rows } = await sql<{ is_near: boolean }>`
    select coalesce(sum(t.n), 0) <= ${few} as is_near from trade_sums t where ${where}`.execute(tx);
  return rows[0]?.is_near ?? true;
}

/** What there is to choose from. */
export interface Choices {
  accounts: { id: string; label: string; category: Category; currency: string | null }[];
  symbols: string[];
  /** magic numbers of the latest trades, each with a comment */
  magics: { magic: string; comment: string }[];
  /** experts with a name, in their order, and what the latest trades carry of others */
  experts: ExpertRule[];
  marks: Mark[];
  tags: Label[];
  setups: Pick<Label, 'id' | 'name'>[];
  mistakes: Pick<Label, 'id' | 'name'>[];
  /** lists under a name, and the query string of each */
  views: SavedView[];
  /** of the list, as they were chosen; null: the usual ones */
  columns: string[] | null;
}

export interface SavedView {
  id: string;
  name: string;
  query: string;
}

const nothing: Choices = {
  ...{
    accounts: [],
    symbols: [],
    magics: [],
    experts: [],
    marks: [],
    tags: [],
    setups: [],
    mistakes: [],
    views: [],
  },
  columns: null,
};

/** Magic numbers are found among the latest trades: reading all of them for a dozen words would be slow. */
export async function tradeChoices(tx: Tx, userId: string): Promise<Choices> {
  const { rows } = await sql<Choices>`
    with marks as (
      select latest.magic, latest.comment
      from (select t.magic, t.comment from trades t where t.user_id = ${userId}
            order by t.closed_at desc, t.id limit 1000) latest
      group by latest.magic, latest.comment
    ), magics as (
      select magic, max(comment) as comment from marks group by magic
    )
    select
      coalesce((select json_agg(json_build_object('id', id, 'label', label, 'category', category, 'currency', currency)
        order by created_at, id) from accounts where user_id = ${userId}), '[]') as accounts,
      coalesce((select json_agg(name order by name) from (
        select distinct name from trade_sums where user_id = ${userId} and n > 0) traded), '[]') as symbols,
      coalesce((select json_agg(json_build_object('magic', magic::text, 'comment', comment) order by magic)
        from magics), '[]') as magics,
      coalesce((select json_agg(json_build_object('name', name, 'magics', magics, 'pattern', pattern) order by place, id)
        from experts where user_id = ${userId}), '[]') as experts,
      coalesce((select json_agg(json_build_object('magic', magic::text, 'comment', comment)) from marks), '[]') as marks,
      coalesce((select json_agg(json_build_object('id', id, 'name', name, 'colour', colour) order by lower(name), id)
        from tags where user_id = ${userId}), '[]') as tags,
      coalesce((select json_agg(json_build_object('id', id, 'name', name) order by lower(name), id)
        from setups where user_id = ${userId}), '[]') as setups,
      coalesce((select json_agg(json_build_object('id', id, 'name', name) order by lower(name), id)
        from mistakes where user_id = ${userId}), '[]') as mistakes,
      coalesce((select json_agg(json_build_object('id', id, 'name', name, 'query', query) order by lower(name), id)
        from saved_views where user_id = ${userId}), '[]') as views,
      (select trade_columns from users where user_id = ${userId}) as columns`.execute(tx);
  return rows[0] ?? nothing;
}
