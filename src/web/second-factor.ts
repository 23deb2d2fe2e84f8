import { generateSecret, generateURI, verifySync } from 'otplib';
import type { Tx } from '../data/database.js';
import { openFactor, sealFactor, spendRecoveryCode, spendStep, twoFactorOf } from '../data/two-factor.js';
import { Fault } from '../lib/fault.js';
import { kekIdOf } from '../lib/seal.js';
import { secretHash, type RandomBytes } from '../lib/secret.js';
import type { Kit } from './kit.js';

type Keys = Pick<Kit, 'keyring' | 'random' | 'clock'>;

/** A new secret in the letters of authenticator apps, and the same sealed for the database. */
export function newFactor(keys: Keys, userId: string): { secret: string; sealed: Buffer } {
  const secret = generateSecret();
  return { secret, sealed: sealFactor(keys, userId, secret) };
}

/** What an authenticator app reads from the picture. */
export const factorUri = (secret: string, email: string): string =>
  generateURI({ issuer: 'RawJournal', label: email, secret });

/** Ten codes of 80 bits, as `xxxxx-xxxxx-xxxxx-x`; their hashes are what is kept. */
export const newRecoveryCodes = (random: RandomBytes): string[] =>
  Array.from({ length: 10 }, () =>
    (
      random(10)
        .toString('hex')
        .match(/.{1,5}/g) ?? []
    ).join('-'),
  );

export const recoveryHash = (code: string): string =>
  secretHash(code.toLowerCase().replace(/[^0-9a-f]/g, ''));

/** Throws a Fault where the key is gone, as after a restore without it. What a key does not open was tampered with. */
function secretOf(keys: Keys, userId: string, sealed: Buffer): string {
  if (keys.keyring.all.has(kekIdOf(sealed))) return openFactor(keys, userId, sealed);
  throw new Fault(
    409,
    'factor_locked',
    'This installation has lost the key to the secrets of authenticator apps, so no code of yours can be checked. Go back and use one of your recovery codes.',
  );
}

/** The time step a code is of, within half a minute either way, or null. */
const stepOf = (secret: string, token: string, now: Date): number | null => {
  const verified = verifySync({ secret, token, epoch: Math.floor(now.getTime() / 1000), epochTolerance: 30 });
  return verified.valid && 'timeStep' in verified ? verified.timeStep : null;
};

/**
 * Tries a six-digit code or a recovery code and uses it up in the caller's transaction.
 * `unconfirmed` admits a secret that has not been confirmed yet, as setting up does.
 */
export async function passFactor(
  tx: Tx,
  keys: Keys,
  userId: string,
  { code, unconfirmed = false }: { code: string; unconfirmed?: boolean },
): Promise<boolean> {
  const factor = await twoFactorOf(tx, userId);
  if (factor === undefined || (factor.confirmed_at === null) !== unconfirmed) return false;
  const now = keys.clock.now();
  const digits = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(digits)) return !unconfirmed && spendRecoveryCode(tx, userId, recoveryHash(code), now);
  const step = stepOf(secretOf(keys, userId, factor.sealed_secret), digits, now);
  return step !== null && spendStep(tx, userId, step);
}
