import { sql, type Selectable } from 'kysely';
import { step, type AlarmState, type Observation, type Telling } from '../domain/alarm.js';
import { dayMs } from '../lib/clock.js';
import type { Tx } from './database.js';
import type { Schema } from './schema.js';
import type { Channel } from './schema-watch.js';

/** Alarms and their messages: the installation's, and nobody's own. */

type AlarmRow = Selectable<Schema['alarms']>;
export type AlarmMessage = Selectable<Schema['alarm_messages']>;

const stateOf = (row: AlarmRow): AlarmState => ({
  phase: row.phase,
  since: row.since,
  begunAt: row.begun_at,
  toldAt: row.told_at,
  what: row.what,
});

async function writeState(tx: Tx, { kind, subject, says }: Observation, state: AlarmState | null) {
  if (state === null) {
    await tx.deleteFrom('alarms').where('kind', '=', kind).where('subject', '=', subject).execute();
    return;
  }
  const { phase, since, begunAt, toldAt, what } = state;
  const row = { phase, since, begun_at: begunAt, told_at: toldAt, what };
  await tx
    .insertInto('alarms')
    .values({ kind, subject, ...row, says })
    .onConflict((conflict) =>
      // Of what is unknown there is nothing new to say.
      conflict.columns(['kind', 'subject']).doUpdateSet(says === '' ? row : { ...row, says }),
    )
    .execute();
}

interface News {
  seen: Observation;
  telling: Telling;
}

async function queue(tx: Tx, news: readonly News[], channels: readonly Channel[], now: Date): Promise<void> {
  const rows = news.flatMap(({ seen: { kind, says }, telling }) =>
    channels.map((channel) => ({
      channel,
      kind,
      telling,
      says,
      created_at: now,
      due_at: now,
      done_at: null,
    })),
  );
  if (rows.length > 0) await tx.insertInto('alarm_messages').values(rows).execute();
}

/**
 * Takes one look at everything: alarms begin and end, and what is to be told stands in the queue, all or nothing.
 * Programs that look at once take turns. What is told, and of what.
 */
export async function noteObservations(
  tx: Tx,
  all: readonly Observation[],
  { now, channels }: { now: Date; channels: readonly Channel[] },
): Promise<News[]> {
  await sql`select pg_advisory_xact_lock(hashtext('rawjournal alarms'))`.execute(tx);
  const rows = await tx.selectFrom('alarms').selectAll().execute();
  const news: News[] = [];
  for (const seen of all) {
    const row = rows.find(({ kind, subject }) => kind === seen.kind && subject === seen.subject);
    const { state, tell } = step(row === undefined ? null : stateOf(row), seen, now, channels.length > 0);
    if (row !== undefined || state !== null) await writeState(tx, seen, state);
    if (tell !== null) news.push({ seen, telling: tell });
  }
  await queue(tx, news, channels, now);
  return news;
}

/** Those that are on, the latest first; `falling` ones have not been well for long enough. */
export const currentAlarms = (tx: Tx): Promise<AlarmRow[]> =>
  tx.selectFrom('alarms').where('phase', '<>', 'rising').orderBy('begun_at', 'desc').selectAll().execute();

/** While a message is being sent nobody else sends it; after so long whoever began is taken for dead. */
export const leaseMs = 120_000;

/**
 * Takes the message that has waited longest, if one is due: it is counted as tried and is not due before the lease
 * ends, so that nobody sends it twice at once, and one that was being sent when the program died is sent again.
 */
export async function takeMessage(tx: Tx, now: Date): Promise<AlarmMessage | null> {
  const { rows } = await sql<AlarmMessage>`
    update alarm_messages set tries = tries + 1, due_at = ${new Date(now.getTime() + leaseMs)}
    where id = (
      select id from alarm_messages where done_at is null and due_at <= ${now}
      order by due_at, created_at limit 1 for update skip locked
    )
    returning *`.execute(tx);
  return rows[0] ?? null;
}

export type Fate = { isDone: true; isDelivered: boolean; at: Date } | { isDone: false; dueAt: Date };

/** What came of a try. */
export const settleMessage = async (tx: Tx, id: string, fate: Fate, answer: string): Promise<void> => {
  const change = fate.isDone
    ? { done_at: fate.at, is_delivered: fate.isDelivered, answer }
    : { due_at: fate.dueAt, answer };
  await tx
    .updateTable('alarm_messages')
    .set(change)
    .where('id', '=', id)
    .where('done_at', 'is', null)
    .execute();
};

/** The last ones, the latest first. */
export const lastMessages = (tx: Tx, limit: number): Promise<AlarmMessage[]> =>
  tx
    .selectFrom('alarm_messages')
    .orderBy('created_at', 'desc')
    .orderBy('channel')
    .limit(limit)
    .selectAll()
    .execute();

/** How many were tried since then, and have not arrived. */
export async function undeliveredSince(tx: Tx, since: Date): Promise<number> {
  const row = await tx
    .selectFrom('alarm_messages')
    .where('created_at', '>=', since)
    .where('is_delivered', '=', false)
    .where('tries', '>', 0)
    .where('answer', '<>', '')
    .select((is) => is.fn.countAll<string>().as('count'))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** What was done with ninety days ago. */
export const forgetMessages = async (tx: Tx, now: Date): Promise<void> => {
  await tx
    .deleteFrom('alarm_messages')
    .where('done_at', '<', new Date(now.getTime() - 90 * dayMs))
    .execute();
};
