import { credentialsOf } from '../data/users.js';
import type { Kit } from './kit.js';
import { countTry } from './too-many.js';

/**
 * The stored hash that the signed-in person's own password opens, or null where it does not. Each try counts, and a
 * right one clears the count. Whoever changes something on the strength of it checks in the same transaction that
 * the hash still holds. Throws a Fault 429 after too many tries.
 */
export async function ownersHash(
  { db, limiter, passwords }: Pick<Kit, 'db' | 'limiter' | 'passwords'>,
  userId: string,
  password: string,
): Promise<string | null> {
  await countTry(limiter, 'codeByAccount', userId);
  const known = await db.withTenant('app', userId, (tx) => credentialsOf(tx, userId));
  if (known === undefined || !(await passwords.verify(known.password_hash, password))) return null;
  await limiter.forget('codeByAccount', userId);
  return known.password_hash;
}
