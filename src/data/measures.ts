import { sql } from 'kysely';
import type { Tally } from '../domain/tally.js';
import { dayMs, hourMs, minuteMs } from '../lib/clock.js';
import { beginningOf, minuteOf } from '../lib/minutes.js';
import { nobody, type Database, type Tx } from './database.js';

/** What the installation counts of itself; it is nobody's own. */

/** Minutes are kept for a day and a little more, hours for thirty days. */
const minutesKeptMs = 25 * hourMs;
const availabilityDays = 30;

/**
 * Writes one minute down, in one statement; a second time puts it in the place of the first. `isAnswered`: the
 * program lived at its end and asks the database just after it. What was once answered stays so.
 */
export const writeMinute = (
  db: Database,
  { minute, tally, isAnswered }: { minute: number; tally: Tally; isAnswered: boolean },
): Promise<void> =>
  db.withTenant('sync', nobody, async (tx) => {
    const at = beginningOf(minute);
    await sql`
      with noted as (
        insert into measured_minutes
          (at, requests, faults, reads, failures, slow_queries, samples, load, free_bytes, accounts)
        values (${at}, ${tally.requests}, ${tally.faults}, ${tally.reads}, ${tally.failures}, ${tally.slowQueries},
          ${tally.samples}, ${tally.load}, ${tally.freeBytes}, ${tally.accounts})
        on conflict (at) do update set requests = excluded.requests, faults = excluded.faults,
          reads = excluded.reads, failures = excluded.failures, slow_queries = excluded.slow_queries,
          samples = excluded.samples, load = excluded.load, free_bytes = excluded.free_bytes,
          accounts = excluded.accounts
      )
      insert into answered_hours as h (at, first_at, minutes)
      select date_trunc('hour', ${at}::timestamptz, 'UTC'), ${at},
        set_bit(repeat('0', 60)::bit(60), ${minute % 60}::integer, 1)
      where ${isAnswered}
      on conflict (at) do update
      set minutes = h.minutes | excluded.minutes, first_at = least(h.first_at, excluded.first_at)`.execute(
      tx,
    );
  });

/** The minutes after `since`, in order. */
export async function minutesSince(tx: Tx, since: Date): Promise<{ minute: number; tally: Tally }[]> {
  const rows = await tx
    .selectFrom('measured_minutes')
    .where('at', '>', since)
    .orderBy('at')
    .selectAll()
    .execute();
  return rows.map(({ at, slow_queries: slowQueries, free_bytes: freeBytes, ...counts }) => ({
    minute: minuteOf(at),
    tally: { ...counts, slowQueries, freeBytes: freeBytes === null ? null : Number(freeBytes) },
  }));
}

export interface Availability {
  /** minutes in which the program lived and the database answered */
  answered: number;
  /** minutes since the installation began, of thirty days at most; the one that runs and the one before are none */
  of: number;
  /** null: it has not begun to count */
  since: Date | null;
}

export async function availability(tx: Tx, now: Date): Promise<Availability> {
  const earliest = new Date(Math.floor(now.getTime() / hourMs) * hourMs - availabilityDays * dayMs);
  const { rows } = await sql<{ began: Date | null; answered: number }>`
    select min(first_at) as began,
      coalesce(sum(bit_count(minutes)) filter (where at >= ${earliest}), 0)::integer as answered
    from answered_hours`.execute(tx);
  const { began = null, answered = 0 } = rows[0] ?? {};
  if (began === null) return { answered: 0, of: 0, since: null };
  const since = new Date(Math.max(began.getTime(), earliest.getTime()));
  const of = Math.max(0, Math.floor((now.getTime() - since.getTime()) / minuteMs) - 1);
  return { answered: Math.min(of, answered), of, since };
}

/** Takes away what no figure reaches back to, but the hour in which counting began. */
export async function thinMeasures(tx: Tx, now: Date): Promise<void> {
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  await tx.deleteFrom('measured_minutes').where('at', '<', before(minutesKeptMs)).execute();
  await sql`
    delete from answered_hours
    where at < ${before((availabilityDays + 1) * dayMs)} and at > (select min(at) from answered_hours)`.execute(
    tx,
  );
}
