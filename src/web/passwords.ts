import { argon2id, hash, needsRehash, verify } from 'argon2';
import { dictionary } from '@zxcvbn-ts/language-common';
import pLimit from 'p-limit';
import { z } from 'zod';
import { Fault } from '../lib/fault.js';
import type { RandomBytes } from '../lib/secret.js';

const parameters = { type: argon2id, memoryCost: 64 * 1024, timeCost: 3, parallelism: 1 } as const;

export interface Passwords {
  hash(password: string): Promise<string>;
  /**
   * True when the password opens `stored`. With null (nobody of that name) it works just as long and says no.
   * Two at a time, as each takes 64 MiB.
   */
  verify(stored: string | null, password: string): Promise<boolean>;
  /** True when `stored` was made with weaker parameters than today's. */
  isDated(stored: string): boolean;
}

export async function createPasswords(random: RandomBytes): Promise<Passwords> {
  const turns = pLimit(2);
  /** A crowd is told to come back, rather than kept waiting for minutes with all who come after it. */
  const turn = <T>(work: () => Promise<T>): Promise<T> => {
    if (turns.pendingCount >= 32)
      throw new Fault(503, 'busy', 'Too many people sign in at this moment. Try again in a few seconds.', {
        retryAfterS: 5,
      });
    return turns(work);
  };
  const nobodys = await hash(random(32), parameters);
  return {
    hash: (password) => turn(() => hash(password, parameters)),
    verify: (stored, password) =>
      turn(async () => (await verify(stored ?? nobodys, password)) && stored !== null),
    isDated: (stored) => needsRehash(stored, parameters),
  };
}

const common = new Set(dictionary['passwords-common'].map((word) => word.toLowerCase()));
const shortest = 8;

/** A password that is being chosen: long enough, and not one that everybody tries first. */
export const newPasswordField = z
  .string({ error: 'Please fill this in.' })
  .min(shortest, { error: `Use at least ${shortest} characters; a few words in a row are easy to remember.` })
  .max(200, { error: 'Please keep it within 200 characters.' })
  .refine((password) => !common.has(password.toLowerCase()), {
    error: 'This is one of the most used passwords, so it would be tried first. Choose another.',
  });

export const ownName =
  'This is your own address with little added, so it would be tried first. Choose another.';

const letters = (text: string): string => text.replaceAll(/[^\p{L}]/gu, '');

/** Whether nothing but digits and signs make the difference to what stands before the @: `Anna.Meier-2026!` */
export const isFromAddress = (password: string, email: string): boolean => {
  const typed = password.toLowerCase();
  const name = email.toLowerCase().split('@')[0] ?? '';
  if (letters(name) === '') return typed.includes(name) && letters(typed) === '';
  return [name, name.split('+')[0] ?? name].some((one) => letters(one) === letters(typed));
};

/** A password that somebody chooses whose address is known. */
export const newPasswordFor = (email: string) =>
  newPasswordField.refine((password) => !isFromAddress(password, email), { error: ownName });
