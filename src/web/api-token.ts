import { newSecret, secretHash, type RandomBytes } from '../lib/secret.js';

/** A token for programs. The prefix lets secret scanners know it; the hint tells tokens apart in a list. */
export const newApiToken = (random: RandomBytes): { token: string; secretHash: string; hint: string } => {
  const token = `rj_${newSecret(random)}`;
  return { token, secretHash: secretHash(token), hint: token.slice(-4) };
};
