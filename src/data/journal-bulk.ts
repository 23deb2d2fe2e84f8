import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { notFound } from '../lib/fault.js';
import type { Tx } from './database.js';
import { taggingRuns, waitingBriefly } from './journal-wait.js';
import { toldColumns, toldOfTrade } from './journal-told.js';

interface Change {
  tagId: string;
  at: Date;
}

/** Which trades are meant: a condition on `trades t`, the owner first. */
export type TradesMeant = RawBuilder<SqlBool>;

export const pickedTrades = (userId: string, ids: readonly string[]): TradesMeant =>
  sql<SqlBool>`t.user_id = ${userId} and t.id = any(${[...ids]}::uuid[])`;

/** All trades of a long life may be meant, and whoever asks for that waits. */
const allowAMinute = (tx: Tx): Promise<unknown> =>
  sql`select set_config('statement_timeout', '60000', true)`.execute(tx);

/**
 * Does `work`, which changes the tags of many trades, while no other such work of this user runs: two at once would
 * each wait for the entries of the other. Throws a Fault 409 where one runs, or where other work holds what this needs.
 */
export const taggingAlone = <T>(tx: Tx, userId: string, work: () => Promise<T>): Promise<T> =>
  waitingBriefly(tx, async () => {
    await allowAMinute(tx);
    const { rows } = await sql<{ isOurs: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(${`tagging ${userId}`}, 0)) as "isOurs"`.execute(tx);
    if (rows[0]?.isOurs !== true) throw taggingRuns();
    return work();
  });

/** Keeps a tag from being deleted or merged until the transaction ends. Throws a Fault 404 where that has happened. */
async function holdTag(tx: Tx, userId: string, tagId: string): Promise<void> {
  const { rows } = await sql`
    select id from tags where user_id = ${userId} and id = ${tagId} for key share`.execute(tx);
  if (rows.length === 0) throw notFound();
}

/** Of trades that have none. */
const makeEntries = (tx: Tx, userId: string, where: TradesMeant, at: Date): Promise<unknown> =>
  sql`
    insert into journal_entries
      (user_id, account_id, trade_id, position_id, opened_ms, ${toldColumns}, version, updated_at)
    select t.user_id, t.account_id, t.id, t.position_id, t.opened_ms, ${toldOfTrade}, 1, ${at}
    from trades t
    where ${where} and not exists (
      select from journal_entries e where e.user_id = ${userId} and e.trade_id = t.id)
    on conflict (user_id, trade_id) do nothing`.execute(tx);

export interface Tagged {
  /** trades that did not have the tag before */
  n: number;
  /** trades that were left out: they have `most` tags already */
  full: number;
}

/**
 * Gives a tag to every trade of a condition, within `taggingAlone`. Entries that are made for it begin with version 1;
 * those that were there are one further, so that a page that has not seen the tag does not take it away. They are made
 * in a statement of their own: the next one then sees what others have written meanwhile too. Throws a Fault 404 where
 * there is no such tag.
 */
export async function tagTrades(
  tx: Tx,
  userId: string,
  where: TradesMeant,
  { tagId, at, most }: Change & { most: number },
): Promise<Tagged> {
  await holdTag(tx, userId, tagId);
  await makeEntries(tx, userId, where, at);
  // An entry whose xmin is this transaction was made in it.
  const { rows } = await sql<Tagged>`
    with meant as materialized (
      select t.id from trades t where ${where}
    ), lacking as materialized (
      select e.id from journal_entries e
      where e.user_id = ${userId} and e.trade_id in (select id from meant) and not exists (
        select from entry_tags x where x.user_id = ${userId} and x.entry_id = e.id and x.tag_id = ${tagId})
    ), full_up as materialized (
      select x.entry_id from entry_tags x
      where x.user_id = ${userId} and x.entry_id in (select id from lacking)
      group by x.entry_id having count(*) >= ${most}
    ), added as (
      insert into entry_tags (user_id, entry_id, tag_id)
      select ${userId}::uuid, id, ${tagId}::uuid from lacking where id not in (select entry_id from full_up)
      on conflict do nothing
      returning entry_id
    ), touched as (
      update journal_entries e set version = e.version + 1, updated_at = ${at}
      where e.user_id = ${userId} and e.id in (select entry_id from added)
        and e.xmin <> pg_current_xact_id()::xid
    )
    select (select count(*)::int from added) as n, (select count(*)::int from full_up) as "full"`.execute(tx);
  return rows[0] ?? { n: 0, full: 0 };
}

/**
 * Takes a tag from every trade of a condition, in one statement, within `taggingAlone`. How many had it. Throws a Fault
 * 404 where there is no such tag.
 */
export async function untagTrades(
  tx: Tx,
  userId: string,
  where: TradesMeant,
  { tagId, at }: Change,
): Promise<number> {
  await holdTag(tx, userId, tagId);
  const { rows } = await sql<{ n: number }>`
    with taken as (
      delete from entry_tags x using journal_entries e
      where x.user_id = ${userId} and x.tag_id = ${tagId} and e.user_id = ${userId} and e.id = x.entry_id
        and e.trade_id in (select t.id from trades t where ${where})
      returning x.entry_id
    ), touched as (
      update journal_entries e set version = e.version + 1, updated_at = ${at}
      where e.user_id = ${userId} and e.id in (select entry_id from taken)
    )
    select count(*)::int as n from taken`.execute(tx);
  return rows[0]?.n ?? 0;
}
