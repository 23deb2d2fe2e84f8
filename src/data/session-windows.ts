import { sql } from 'kysely';
import { z } from 'zod';
import { sessionAt, usualWindows, type Windows } from '../domain/sessions.js';
import { beginHistory } from './account-visits.js';
import type { Tx } from './database.js';

const window = z.object({ zone: z.string(), fromMinute: z.number(), toMinute: z.number() });
const shape = z.object({ london: window, newYork: window, tokyo: window, sydney: window });

/** When the places of the sessions trade, as this user has it. */
export async function sessionWindows(tx: Tx, userId: string): Promise<Windows> {
  const { rows } = await sql<{ windows: unknown }>`
    select windows from session_windows where user_id = ${userId}`.execute(tx);
  return rows[0] === undefined ? usualWindows : shape.parse(rows[0].windows);
}

/** Trades of one statement. */
const batchSize = 5_000;

/** The session of every trade anew, where its opening is known. */
async function relabel(tx: Tx, userId: string, windows: Windows): Promise<void> {
  const { rows } = await sql<{ id: string; opened_at: Date; session: string }>`
    select id, opened_at, session from trades where user_id = ${userId} and session is not null
    order by account_id, opened_at`.execute(tx);
  const moved = rows.flatMap(({ id, opened_at: openedAt, session: before }) => {
    const session = sessionAt(openedAt.getTime(), windows);
    return session === before ? [] : [{ id, session }];
  });
  for (let start = 0; start < moved.length; start += batchSize) {
    const batch = moved.slice(start, start + batchSize);
    await sql`
      update trades t set session = m.session
      from unnest(${batch.map(({ id }) => id)}::uuid[], ${batch.map(({ session }) => session)}::text[]) m (id, session)
      where t.user_id = ${userId} and t.id = m.id`.execute(tx);
  }
}

/**
 * Changes these hours, and the session of every trade with them. Whoever writes trades of the user meanwhile is waited for,
 * and reads the new hours.
 */
export async function setSessionWindows(tx: Tx, userId: string, windows: Windows): Promise<void> {
  const { rows: accounts } = await sql<{ id: string }>`
    select id from accounts where user_id = ${userId} order by id`.execute(tx);
  for (const { id: accountId } of accounts) await beginHistory(tx, { userId, accountId });
  await sql`
    insert into session_windows (user_id, windows) values (${userId}, ${JSON.stringify(windows)})
    on conflict (user_id) do update set windows = excluded.windows`.execute(tx);
  await relabel(tx, userId, windows);
}
