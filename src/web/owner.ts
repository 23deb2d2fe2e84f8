import { credentialsOf } from '../data/users.js';
import type { Kit } from './kit.js';
import { countTry } from './too-many.js';

/**
 * Whether the person who is signed in has typed their own password. Each try counts, and a right one clears the
 * count. Throws a Fault 429 after too many.
 */
export async function isOwner(
  { db, limiter, passwords }: Pick<Kit, 'db' | 'limiter' | 'passwords'>,
  userId: string,
  password: string,
): Promise<boolean> {
  await countTry(limiter, 'codeByAccount', userId);
  const known = await db.withTenant('app', userId, (tx) => credentialsOf(tx, userId));
  const isRight = await passwords.verify(known?.password_hash ?? null, password);
  if (isRight) await limiter.forget('codeByAccount', userId);
  return isRight;
}
