import { sql } from 'kysely';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';
import type { Reading } from './accounts.js';

/** One sample of an account's equity. Two of the same instant are one. */
export const addSnapshot = async (tx: Tx, owner: OwnedAccount, now: Reading): Promise<void> => {
  await tx
    .insertInto('account_snapshots')
    .values({
      user_id: owner.userId,
      account_id: owner.accountId,
      at: now.at,
      balance: now.balance,
      equity: now.equity,
      floating: now.floating,
      margin: now.margin,
      free_margin: now.freeMargin,
      margin_level: now.marginLevel,
      leverage: now.leverage,
      low_equity: now.equity,
      high_equity: now.equity,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
};

/**
 * Thins what is older than `before` to the last sample of each minute or hour (UTC), which keeps the lowest and the
 * highest equity of all it stands for. Doing it twice changes nothing. How many rows went.
 */
export async function thinSnapshots(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  { before, grain }: { before: Date; grain: 'minute' | 'hour' },
): Promise<number> {
  const finer = grain === 'minute' ? ['sample'] : ['sample', 'minute'];
  const { rows } = await sql<{ gone: string }>`
    with old as (
      select at, date_trunc(${grain}, at, 'UTC') as bucket, low_equity, high_equity,
        row_number() over (partition by date_trunc(${grain}, at, 'UTC') order by at desc) as place
      from account_snapshots
      where user_id = ${userId} and account_id = ${accountId}
        and at < date_trunc(${grain}, ${before}::timestamptz, 'UTC') and grain = any(${finer}::text[])
    ),
    extremes as (
      select bucket, min(low_equity) as low, max(high_equity) as high from old group by bucket
    ),
    gone as (
      delete from account_snapshots s using old
      where s.user_id = ${userId} and s.account_id = ${accountId} and s.at = old.at and old.place > 1
      returning 1
    ),
    kept as (
      update account_snapshots s set grain = ${grain}, low_equity = e.low, high_equity = e.high
      from old join extremes e using (bucket)
      where s.user_id = ${userId} and s.account_id = ${accountId} and s.at = old.at and old.place = 1
      returning 1
    )
    select count(*) as gone from gone`.execute(tx);
  return Number(rows[0]?.gone ?? 0);
}

export interface Snapshot {
  at: Date;
  balance: string;
  equity: string;
  floating: string;
  margin: string;
  free_margin: string;
  margin_level: string | null;
  leverage: number;
  low_equity: string;
  high_equity: string;
  grain: 'sample' | 'minute' | 'hour';
}

/** Samples in order of time, `limit` of them after `after`. */
export const listSnapshots = (
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  { after, until, limit }: { after: Date; until: Date; limit: number },
): Promise<Snapshot[]> =>
  tx
    .selectFrom('account_snapshots')
    .where('user_id', '=', userId)
    .where('account_id', '=', accountId)
    .where('at', '>', after)
    .where('at', '<=', until)
    .select([
      'at',
      'balance',
      'equity',
      'floating',
      'margin',
      'free_margin',
      'margin_level',
      'leverage',
      'low_equity',
      'high_equity',
      'grain',
    ])
    .orderBy('at')
    .limit(limit)
    .execute();
