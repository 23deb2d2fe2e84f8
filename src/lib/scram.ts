import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * The verifier PostgreSQL keeps for a role, made here so that ALTER ROLE never carries the password itself:
 * `SCRAM-SHA-256$4096:<salt>$<StoredKey>:<ServerKey>`, the three in base64 (RFC 5802 section 3, RFC 7677).
 * Throws a RangeError for a password that is empty or not printable ASCII: anything else would need SASLprep.
 */
export const scramVerifier = (password: string, salt: Buffer, iterations = 4096): string => {
  if (!/^[\x20-\x7e]+$/.test(password)) {
    throw new RangeError("A role's password has to be printable ASCII.");
  }
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  const serverKey = hmac(salted, 'Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
};
