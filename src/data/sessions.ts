import { randomBytes } from 'node:crypto';
import { dayMs, minuteMs } from '../lib/clock.js';
import { newSecret, secretHash } from '../lib/secret.js';
import type { Tx } from './database.js';
import type { Stage } from './schema.js';

/** Where a session comes from. */
export interface Origin {
  address: string;
  agent: string;
  /** the session this browser holds already */
  replaces: string | null;
}

export interface NewSession {
  userId: string;
  stage: Stage;
  origin: Origin;
  at: Date;
}

const before = (at: Date, ms: number): Date => new Date(at.getTime() - ms);

/** Removes this person's sessions that lookup() no longer finds; see migrations/0001_people.sql for the ages. */
const dropExpired = async (tx: Tx, userId: string, at: Date): Promise<void> => {
  await tx
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where((row) =>
      row.or([
        row('seen_at', '<=', before(at, 14 * dayMs)),
        row('created_at', '<=', before(at, 90 * dayMs)),
        row.and([row('stage', '<>', 'full'), row('created_at', '<=', before(at, 10 * minuteMs))]),
      ]),
    )
    .execute();
};

/**
 * Opens a session and returns the secret for its cookie, of which the hash is kept. The session that the browser held
 * for this person ends with it: a session never changes its rights, it is replaced.
 */
export const openSession = async (
  tx: Tx,
  { userId, stage, origin, at }: NewSession,
): Promise<{ id: string; secret: string }> => {
  const secret = newSecret(randomBytes);
  await dropExpired(tx, userId, at);
  if (origin.replaces !== null) await closeSession(tx, userId, origin.replaces);
  const { id } = await tx
    .insertInto('sessions')
    .values({
      user_id: userId,
      secret_hash: secretHash(secret),
      stage,
      address: origin.address,
      agent: origin.agent.slice(0, 300),
      created_at: at,
      seen_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, secret };
};

/** Ends one session; false when there was none. */
export const closeSession = async (tx: Tx, userId: string, id: string): Promise<boolean> => {
  const done = await tx
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst();
  return done.numDeletedRows === 1n;
};

/** Ends every session of a person but the one named; null ends them all. Returns how many ended. */
export const closeSessions = async (tx: Tx, userId: string, butId: string | null): Promise<number> => {
  const ending = tx.deleteFrom('sessions').where('user_id', '=', userId);
  const done = await (butId === null ? ending : ending.where('id', '<>', butId)).executeTakeFirst();
  return Number(done.numDeletedRows);
};

export const touchSession = async (tx: Tx, userId: string, id: string, at: Date): Promise<void> => {
  await tx
    .updateTable('sessions')
    .set({ seen_at: at })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .execute();
};
