import { open, renew, seal, type Keyring, type Renewal } from '../lib/seal.js';
import type { RandomBytes } from '../lib/secret.js';

/** Whose password it is and where it belongs: a sealed password opens for exactly this and nothing else. */
export interface BrokerLogin {
  userId: string;
  accountId: string;
  server: string;
  login: string;
}

const purpose = 'mt5cred';
const binding = ({ userId, accountId, server, login }: BrokerLogin): string[] => [
  userId,
  accountId,
  server,
  login,
];

export const sealPassword = (
  { keyring, random }: { keyring: Keyring; random: RandomBytes },
  belongsTo: BrokerLogin,
  password: string,
): Buffer => {
  const plain = Buffer.from(password, 'utf8');
  try {
    return seal({ keys: keyring, random }, purpose, binding(belongsTo), plain);
  } finally {
    plain.fill(0);
  }
};

/** The password, just before it is sent to a terminal. Throws when it was sealed for another account or key. */
export const openPassword = (keyring: Keyring, belongsTo: BrokerLogin, sealed: Buffer): string => {
  const plain = open({ keys: keyring }, purpose, binding(belongsTo), sealed);
  try {
    return plain.toString('utf8');
  } finally {
    plain.fill(0);
  }
};

/** The same password under the key that is active now. Throws when it was sealed for another account or key. */
export const renewPassword = (renewal: Renewal, belongsTo: BrokerLogin, sealed: Buffer): Buffer =>
  renew(renewal, purpose, binding(belongsTo), sealed);
