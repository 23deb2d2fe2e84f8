import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { Fault } from '../lib/fault.js';

const refusal = (sentence: string): Fault => new Fault(422, 'release_key', sentence);

/** The Ed25519 key in a PEM file. Throws a Fault that says what is wrong with the file, and nothing of the key. */
export async function readSigningKey(path: string): Promise<KeyObject> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true)
    throw refusal(`There is no key at ${path}. Make one: openssl genpkey -algorithm ed25519 -out ${path}`);
  if ((found.mode & 0o077) !== 0) throw refusal(`${path} is open to others. Run: chmod 600 ${path}`);
  const pem = await readFile(path);
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // what the parser says of a broken key is of no use to anybody
  }
  throw refusal(`${path} is not a private Ed25519 key in PEM, without a passphrase.`);
}

/** 64 bytes, as `openssl pkeyutl -verify -rawin` takes them. */
export const signatureOf = (content: Buffer, key: KeyObject): Buffer => sign(null, content, key);
