import { sql } from 'kysely';
import { toMinor } from '../lib/money.js';
import type { Watched } from '../domain/stats/watched.js';
import type { Tx } from './database.js';

/** Readings no further apart are one stretch of watching; of older times one an hour is kept. */
const gap = { fine: '10 minutes', coarse: '2 hours' };
const mostStretches = 300;

/**
 * What accounts were worth together, with what floats, wherever all of them were read in the same minute (or hour, where no
 * more is kept): of each of some stretches the first, the lowest, the highest and the last reading. In minor units.
 */
export async function watchedEquity(
  tx: Tx,
  { userId, accounts, digits }: { userId: string; accounts: readonly string[]; digits: number },
): Promise<Watched> {
  const { rows } = await sql<{ atMs: number; equity: string; run: number }>`
    with of_account as (
      select distinct on (account_id, bucket) account_id, bucket, at, equity, grain = 'hour' as is_coarse
      from account_snapshots,
        lateral (select date_trunc(case grain when 'hour' then 'hour' else 'minute' end, at, 'UTC') as bucket) b
      where user_id = ${userId} and account_id = any(${[...accounts]}::uuid[])
      order by account_id, bucket, at desc
    ),
    together as (
      select max(at) as at, sum(equity) as equity, bool_or(is_coarse) as is_coarse
      from of_account group by bucket having count(*) = ${accounts.length}
    ),
    parted as (
      select at, equity, at - lag(at) over (order by at)
        > case when is_coarse then ${gap.coarse}::interval else ${gap.fine}::interval end as is_new
      from together
    ),
    runs as (
      select at, equity, count(*) filter (where is_new) over (order by at) as run,
        ntile(${mostStretches}) over (order by at) as stretch
      from parted
    ),
    ranked as (
      select at, equity, run, row_number() over (partition by run, stretch order by at) as first,
        row_number() over (partition by run, stretch order by at desc) as last,
        row_number() over (partition by run, stretch order by equity, at) as low,
        row_number() over (partition by run, stretch order by equity desc, at) as high
      from runs
    )
    select (extract(epoch from at) * 1000)::float8 as "atMs", equity::text as equity, run::int as run
    from ranked where 1 in (first, last, low, high) order by at`.execute(tx);
  return {
    atMs: rows.map(({ atMs }) => atMs),
    equity: rows.map(({ equity }) => toMinor(equity, digits)),
    runs: rows.map(({ run }) => run),
  };
}
