import { sql } from 'kysely';
import { allAccountServers } from './all-accounts.js';
import type { Database, Tx } from './database.js';
import { nobody } from './database.js';
import type { AccountState } from './schema-trading.js';
import { forgetUnknownServer } from './servers.js';
import { closeSessions } from './sessions.js';
import { revokeTokens } from './tokens.js';

/** The way out: asked for, kept after all, or gone with everything. */

const pausedBecause = 'The account is paused, because its owner has asked to be deleted.';

/**
 * From now on nobody is signed in, no token opens and no account is read; at `leavesAt` all of it is removed. False
 * where it had been asked for already.
 */
export async function beginLeaving(tx: Tx, userId: string, leavesAt: Date): Promise<boolean> {
  const begun = await tx
    .updateTable('users')
    .set({ leaves_at: leavesAt })
    .where('user_id', '=', userId)
    .where('leaves_at', 'is', null)
    .executeTakeFirst();
  if (begun.numUpdatedRows === 0n) return false;
  await closeSessions(tx, userId, null);
  await revokeTokens(tx, userId);
  await tx
    .updateTable('accounts')
    .set({ state: 'paused', state_reason: pausedBecause })
    .where('user_id', '=', userId)
    .where('type', '=', 'live')
    .where('state', 'in', ['connecting', 'live', 'incomplete', 'offline'])
    .execute();
  return true;
}

/** Everything stays, and accounts are read again that were paused for that alone. False: it is too late, or was not asked for. */
export async function stopLeaving(tx: Tx, userId: string, at: Date): Promise<boolean> {
  const kept = await tx
    .updateTable('users')
    .set({ leaves_at: null })
    .where('user_id', '=', userId)
    .where('leaves_at', '>', at)
    .executeTakeFirst();
  if (kept.numUpdatedRows === 0n) return false;
  await tx
    .updateTable('accounts')
    .set({
      state: sql<AccountState>`case when connected_at is null then 'connecting' else 'live' end`,
      state_reason: '',
    })
    .where('user_id', '=', userId)
    .where('state', '=', 'paused')
    .where('state_reason', '=', pausedBecause)
    .execute();
  return true;
}

/** When somebody's account is removed; null: it stays. */
export const leavesAt = async (tx: Tx, userId: string): Promise<Date | null> =>
  (await tx.selectFrom('users').where('user_id', '=', userId).select('leaves_at').executeTakeFirst())
    ?.leaves_at ?? null;

/** Whose time is over. */
export const leaversDue = async (db: Database, at: Date): Promise<string[]> => {
  const rows = await db.withAdminLists((tx) =>
    tx.selectFrom('users').where('leaves_at', '<=', at).select('user_id').orderBy('leaves_at').execute(),
  );
  return rows.map(({ user_id: id }) => id);
};

/** What somebody leaves outside of their rows: names of files, and words of theirs in what belongs to nobody. */
export interface LeftBehind {
  pictures: string[];
  imports: string[];
  servers: string[];
  symbols: string[];
}

const textsOf = async (found: Promise<{ text: string | null }[]>): Promise<string[]> =>
  (await found).flatMap(({ text }) => text ?? []);

async function leftBehind(tx: Tx, userId: string): Promise<LeftBehind> {
  const { rows: symbols } = await sql<{ text: string }>`
    select distinct name as text from trades where user_id = ${userId}`.execute(tx);
  return {
    pictures: await textsOf(
      tx.selectFrom('screenshots').where('user_id', '=', userId).select('id as text').execute(),
    ),
    imports: await textsOf(
      tx.selectFrom('imports').where('user_id', '=', userId).select('id as text').execute(),
    ),
    servers: await textsOf(
      tx.selectFrom('accounts').where('user_id', '=', userId).select('server as text').distinct().execute(),
    ),
    symbols: symbols.map(({ text }) => text),
  };
}

/**
 * Removes somebody whose time is over, with every row of theirs. Null where it is not, as when it was taken back a moment
 * ago.
 */
export async function removeLeaver(tx: Tx, userId: string, at: Date): Promise<LeftBehind | null> {
  // Each deal goes one by one, by the keys of what hangs on it.
  await sql`set local statement_timeout = '20min'`.execute(tx);
  const left = await leftBehind(tx, userId);
  const gone = await tx
    .deleteFrom('users')
    .where('user_id', '=', userId)
    .where('leaves_at', '<=', at)
    .executeTakeFirst();
  return gone.numDeletedRows === 1n ? left : null;
}

/** Takes somebody's words out of what belongs to nobody; a server that others name too stays. */
export async function forgetWords(db: Database, { servers, symbols }: LeftBehind): Promise<void> {
  const named = new Set(await allAccountServers(db));
  await db.withTenant('sync', nobody, async (tx) => {
    for (const server of servers) if (!named.has(server)) await forgetUnknownServer(tx, server);
    await sql`delete from unknown_symbols where name = any(${symbols}::text[])`.execute(tx);
  });
}
