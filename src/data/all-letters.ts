import { sql, type Selectable } from 'kysely';
import { dayMs } from '../lib/clock.js';
import type { Database } from './database.js';
import type { LetterRef } from './letters.js';
import type { MailSchema } from './schema-mail.js';

/** Everybody's letters, as the administrator's list has them: nothing of what they say. */

const columns = [
  ...(['user_id', 'id', 'kind', 'created_at', 'due_at', 'expires_at', 'tries', 'claimed_at'] as const),
  ...(['state', 'done_at', 'answer', 'has_text'] as const),
] as const;

export type ListedLetter = Pick<Selectable<MailSchema['letters']>, (typeof columns)[number]> & {
  email: string;
};

const named = columns.map((column) => `l.${column}` as const);

/** Those that wait first, then the latest. */
export const listLetters = (db: Database, limit: number): Promise<ListedLetter[]> =>
  db.withAdminLists((tx) =>
    tx
      .selectFrom('letters as l')
      .innerJoin('users as u', 'u.user_id', 'l.user_id')
      .select([...named, 'u.email'])
      .orderBy(sql`l.state = 'waiting'`, 'desc')
      .orderBy('l.created_at', 'desc')
      .orderBy('l.id')
      .limit(limit)
      .execute(),
  );

export const listedLetter = (db: Database, id: string): Promise<ListedLetter | undefined> =>
  db.withAdminLists((tx) =>
    tx
      .selectFrom('letters as l')
      .innerJoin('users as u', 'u.user_id', 'l.user_id')
      .where('l.id', '=', id)
      .select([...named, 'u.email'])
      .executeTakeFirst(),
  );

/** Some that are to be sent now, the oldest first; letters of the week stand back. */
export const dueLetters = (db: Database, now: Date, limit: number): Promise<LetterRef[]> =>
  db.withAdminLists((tx) =>
    tx
      .selectFrom('letters')
      .where('state', '=', 'waiting')
      .where('due_at', '<=', now)
      .where('expires_at', '>', now)
      .select(['user_id as userId', 'id'])
      .orderBy(sql`kind = 'weekly'`)
      .orderBy('due_at')
      .limit(limit)
      .execute(),
  );

async function usersWith(db: Database, column: 'expires_at' | 'created_at', before: Date): Promise<string[]> {
  const rows = await db.withAdminLists((tx) =>
    tx
      .selectFrom('letters')
      .where(column, '<=', before)
      .$if(column === 'expires_at', (query) => query.where('has_text', '=', true))
      .select('user_id')
      .distinct()
      .execute(),
  );
  return rows.map(({ user_id: userId }) => userId);
}

/** What letters said is forgotten when it is of no use any more, sent or not, and the rest of them after ninety days. */
export async function forgetLetters(db: Database, now: Date): Promise<void> {
  for (const userId of await usersWith(db, 'expires_at', now))
    await db.withTenant('app', userId, async (tx) => {
      const expired = tx.updateTable('letters').where('user_id', '=', userId).where('expires_at', '<=', now);
      await expired
        .where('state', '=', 'waiting')
        .set({ state: 'expired', done_at: now, claimed_at: null })
        .execute();
      await expired.where('facts', 'is not', null).set({ facts: null, secret: null }).execute();
    });
  const old = new Date(now.getTime() - 90 * dayMs);
  for (const userId of await usersWith(db, 'created_at', old))
    await db.withTenant('app', userId, (tx) =>
      tx.deleteFrom('letters').where('user_id', '=', userId).where('created_at', '<=', old).execute(),
    );
}

/** How the queue stands. */
export interface MailFacts {
  waiting: number;
  /** since when the oldest of those has waited that was tried and did not leave; null: there is none */
  stuckSince: Date | null;
  /** of the last day */
  givenUp: number;
  /** what came back last that was no success, within the last day; '' where nothing did */
  lastError: string;
}

export const mailFacts = (db: Database, now: Date): Promise<MailFacts> =>
  db.withAdminLists(async (tx) => {
    const since = new Date(now.getTime() - dayMs);
    const { rows } = await sql<{ waiting: string; stuck: Date | null; given_up: string }>`
      select count(*) filter (where state = 'waiting') as waiting,
        min(created_at) filter (where state = 'waiting' and tries > 0 and answer <> '') as stuck,
        count(*) filter (where state = 'given-up' and done_at > ${since}) as given_up
      from letters`.execute(tx);
    const error = await tx
      .selectFrom('letters')
      .where('created_at', '>', new Date(since.getTime() - dayMs))
      .where('state', 'in', ['waiting', 'given-up'])
      .where('answer', '<>', '')
      .select('answer')
      .orderBy('due_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    const [row] = rows;
    return {
      waiting: Number(row?.waiting ?? 0),
      stuckSince: row?.stuck ?? null,
      givenUp: Number(row?.given_up ?? 0),
      lastError: error?.answer ?? '',
    };
  });

export interface WeeklyReader {
  userId: string;
  timeZone: string;
}

/** Everybody who wants the letter of the week, is let in, and is not about to leave. */
export const weeklyReaders = (db: Database): Promise<WeeklyReader[]> =>
  db.withAdminLists((tx) =>
    tx
      .selectFrom('users')
      .where('weekly_letter', '=', true)
      .where('verified_at', 'is not', null)
      .where('disabled_at', 'is', null)
      .where('leaves_at', 'is', null)
      .where('is_demo', '=', false)
      .select(['user_id as userId', 'time_zone as timeZone'])
      .orderBy('user_id')
      .execute(),
  );
