import { sql } from 'kysely';
import type { Tx } from '../../data/database.js';
import type { Label } from '../../data/labels.js';
import type { Side } from '../../data/schema-trading.js';
import type { Mood } from '../../domain/judgement.js';

type Named = Pick<Label, 'id' | 'name'>;

/** What is written of a trade, and what the trade is, or was when it was last here. Numbers are decimal text. */
export interface EntryRow {
  id: string;
  tradeId: string;
  /** false: the trade has gone with its deals, or they have become others */
  isHere: boolean;
  account: string;
  accountId: string;
  currency: string | null;
  currency_digits: number | null;
  symbol: string;
  side: Side;
  volume: string;
  net: string;
  openedAt: Date;
  closedAt: Date | null;
  notes: string;
  setup: Named | null;
  tags: Label[];
  mistakes: Named[];
  mood: Mood | null;
  quality: number | null;
  followedPlan: boolean | null;
  asked: string[];
  kept: string[];
  version: number;
  updatedAt: Date;
}

/** Entries of a user by their ids, the latest first. */
export async function entriesById(tx: Tx, userId: string, ids: readonly string[]): Promise<EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    select e.id, e.trade_id as "tradeId",
      exists (select from trades t where t.user_id = ${userId} and t.id = e.trade_id) as "isHere",
      a.label as account, e.account_id as "accountId", a.currency, a.currency_digits, e.symbol, e.side, e.volume, e.net,
      e.opened_at as "openedAt", e.closed_at as "closedAt", e.notes, e.mood, e.quality, e.followed_plan as "followedPlan",
      e.checks_asked as asked, e.checks_kept as kept, e.version, e.updated_at as "updatedAt",
      (select json_build_object('id', s.id, 'name', s.name) from setups s
        where s.user_id = ${userId} and s.id = e.setup_id) as setup,
      coalesce((select json_agg(json_build_object('id', g.id, 'name', g.name, 'colour', g.colour)
          order by lower(g.name), g.id)
        from entry_tags x join tags g on g.user_id = x.user_id and g.id = x.tag_id
        where x.user_id = ${userId} and x.entry_id = e.id), '[]') as tags,
      coalesce((select json_agg(json_build_object('id', m.id, 'name', m.name) order by lower(m.name), m.id)
        from entry_mistakes x join mistakes m on m.user_id = x.user_id and m.id = x.mistake_id
        where x.user_id = ${userId} and x.entry_id = e.id), '[]') as mistakes
    from journal_entries e join accounts a on a.user_id = e.user_id and a.id = e.account_id
    where e.user_id = ${userId} and e.id = any(${[...ids]}::uuid[])
    order by e.opened_at desc, e.id`.execute(tx);
  return rows;
}

/** Takes an entry away whose trade is gone. False where there is none such: what hangs on a trade stays with it. */
export async function removeGone(tx: Tx, userId: string, id: string): Promise<boolean> {
  const { rows } = await sql`
    delete from journal_entries e
    where e.user_id = ${userId} and e.id = ${id}
      and not exists (select from trades t where t.user_id = ${userId} and t.id = e.trade_id)
    returning e.id`.execute(tx);
  return rows.length > 0;
}
