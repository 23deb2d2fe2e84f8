import { dayMs } from '../lib/clock.js';
import { secretHash } from '../lib/secret.js';
import type { Tx } from './database.js';

/** A browser from which somebody has come in. */
export interface Arrival {
  userId: string;
  /** what its cookie holds; the hash is kept */
  secret: string;
  agent: string;
  at: Date;
}

/** Browsers forget a cookie after so long. */
export const deviceLifeMs = 400 * dayMs;

/** Whoever has just made an account, or confirmed its address, has come from nowhere before. */
const newcomerMs = dayMs;

async function isNewcomer(tx: Tx, userId: string, at: Date): Promise<boolean> {
  const other = await tx
    .selectFrom('devices')
    .where('user_id', '=', userId)
    .select('user_id')
    .limit(1)
    .executeTakeFirst();
  if (other !== undefined) return false;
  const since = new Date(at.getTime() - newcomerMs);
  const young = await tx
    .selectFrom('users')
    .where('user_id', '=', userId)
    .where((row) => row.or([row('created_at', '>', since), row('verified_at', '>', since)]))
    .select('user_id')
    .executeTakeFirst();
  return young !== undefined;
}

/** Notes that somebody has come in; true where their other devices should hear of this one. */
export async function noteDevice(tx: Tx, { userId, secret, agent, at }: Arrival): Promise<boolean> {
  const hash = secretHash(secret);
  const seen = await tx
    .updateTable('devices')
    .set({ seen_at: at })
    .where('user_id', '=', userId)
    .where('secret_hash', '=', hash)
    .executeTakeFirst();
  if (seen.numUpdatedRows === 1n) return false;
  const isFirst = await isNewcomer(tx, userId, at);
  await tx
    .deleteFrom('devices')
    .where('user_id', '=', userId)
    .where('seen_at', '<', new Date(at.getTime() - deviceLifeMs))
    .execute();
  await tx
    .insertInto('devices')
    .values({
      ...{ user_id: userId, secret_hash: hash, agent: agent.slice(0, 300) },
      ...{ first_seen_at: at, seen_at: at },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return !isFirst;
}
