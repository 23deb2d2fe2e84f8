import { sql } from 'kysely';
import type { Tx } from './database.js';

/** Why a live account is paused that its owner's plan does not cover: how it is known again when there is room. */
export const beyondPlan = 'Your plan does not cover reading it.';

/**
 * Lets as many live accounts be read as a plan covers (null: all of them): those added first go on, the rest is paused,
 * and whatever was paused for that reason goes on where there is room again, unless its owner leaves. Nothing is removed. True where something
 * has changed.
 */
export async function settleReading(tx: Tx, userId: string, most: number | null): Promise<boolean> {
  const limit = most ?? 1_000_000;
  const paused = await sql`
    update accounts set state = 'paused', state_reason = ${beyondPlan}
    where user_id = ${userId} and id in (
      select id from accounts where user_id = ${userId} and type = 'live' and state <> 'paused'
      order by created_at, id offset ${limit})`.execute(tx);
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from accounts
    where user_id = ${userId} and type = 'live' and state <> 'paused'`.execute(tx);
  const resumed = await sql`
    update accounts
    set state = case when connected_at is null then 'connecting' else 'live' end, state_reason = ''
    where user_id = ${userId} and id in (
      select id from accounts
      where user_id = ${userId} and type = 'live' and state = 'paused' and state_reason = ${beyondPlan}
        and not exists (select from users where user_id = ${userId} and leaves_at is not null)
      order by created_at, id limit ${Math.max(0, limit - (rows[0]?.n ?? 0))})`.execute(tx);
  return (paused.numAffectedRows ?? 0n) > 0n || (resumed.numAffectedRows ?? 0n) > 0n;
}
