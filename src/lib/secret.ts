import { createHash, timingSafeEqual } from 'node:crypto';

/** A source of `size` unpredictable bytes; every call hands over a buffer of its own. */
export type RandomBytes = (size: number) => Buffer;

/** 256 bits as 43 characters of base64url: sessions, mailed links, API tokens, roles' passwords. */
export const newSecret = (random: RandomBytes): string => random(32).toString('base64url');

/** What the database keeps in place of a secret: lower-case hex SHA-256, 64 characters. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares in the same time wherever the two differ. */
export const isSameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(Buffer.from(secretHash(a)), Buffer.from(secretHash(b)));
