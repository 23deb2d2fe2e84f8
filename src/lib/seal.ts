import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { RandomBytes } from './secret.js';

/** A key-encryption key: `id` is 8 lower-case hex digits, `key` 32 bytes. */
export interface Kek {
  readonly id: string;
  readonly key: Buffer;
}

/** `active` wraps what is new; `all` holds it too, with every older key that may still open something. */
export interface Keyring {
  readonly active: Kek;
  readonly all: ReadonlyMap<string, Kek>;
}

const algorithm = 'aes-256-gcm';
const version = 1;
const nonceBytes = 12;
const tagBytes = 16;
const dekBytes = 32;
const wrapAt = 5;
const dataAt = wrapAt + nonceBytes + dekBytes + tagBytes;
const shortest = dataAt + nonceBytes + tagBytes;

/** One sentence for every reason: what exactly did not fit is of use only to whoever forged it. */
const cannotOpen = (): Error => new Error('sealed value cannot be opened');

const lengthPrefixed = (fields: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(
    fields.flatMap((field) => {
      const bytes = typeof field === 'string' ? Buffer.from(field, 'utf8') : field;
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );

// Only the wrap names the key: were the data bound to it as well, each rotation would re-encrypt everything.
const wrapAad = (kekId: string, binding: readonly string[]): Buffer =>
  lengthPrefixed(['dek', Buffer.of(version), Buffer.from(kekId, 'hex'), ...binding]);

const dataAad = (purpose: string, binding: readonly string[]): Buffer =>
  lengthPrefixed([purpose, Buffer.of(version), ...binding]);

const encrypt = (key: Buffer, nonce: Buffer, aad: Buffer, plaintext: Buffer): Buffer => {
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(aad);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
};

const decrypt = (key: Buffer, aad: Buffer, box: Buffer): Buffer => {
  const nonce = box.subarray(0, nonceBytes);
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(aad);
  decipher.setAuthTag(box.subarray(-tagBytes));
  const plaintext = decipher.update(box.subarray(nonceBytes, -tagBytes));
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    throw cannotOpen();
  }
};

const wrap = (kek: Kek, nonce: Buffer, binding: readonly string[], dek: Buffer): Buffer =>
  Buffer.concat([
    Buffer.of(version),
    Buffer.from(kek.id, 'hex'),
    encrypt(kek.key, nonce, wrapAad(kek.id, binding), dek),
  ]);

const unwrap = (keys: Keyring, binding: readonly string[], sealed: Buffer): Buffer => {
  const kek = keys.all.get(kekIdOf(sealed));
  if (kek === undefined) throw cannotOpen();
  return decrypt(kek.key, wrapAad(kek.id, binding), sealed.subarray(wrapAt, dataAt));
};

/** Where the part begins that no rotation changes. */
export const contentAt = dataAt;

/** What was sealed, without the wrap around its key. */
export const contentOf = (sealed: Buffer): Buffer =>
  sealed.length < shortest ? sealed : sealed.subarray(contentAt);

/** Whether both are one and the same sealed value, by whichever key either is wrapped. */
export const isSameSeal = (one: Buffer, other: Buffer): boolean => contentOf(one).equals(contentOf(other));

/** How a sealed value begins that this key wraps. */
export const wrappedBy = (kekId: string): Buffer =>
  Buffer.concat([Buffer.of(version), Buffer.from(kekId, 'hex')]);

/** The id of the key that wraps a sealed value. Throws for what is no sealed value of this version. */
export const kekIdOf = (sealed: Buffer): string => {
  if (sealed.length < shortest || sealed[0] !== version) throw cannotOpen();
  return sealed.toString('hex', 1, wrapAt);
};

/**
 * Encrypts under a key of its own, which the active KEK wraps:
 * `v(1) | kek_id(4) | wrap: nonce12 ct32 tag16 | data: nonce12 ct tag16`, AES-256-GCM.
 * `purpose` and `binding` (whose it is, where it belongs) are authenticated, not stored: opening needs the same.
 * The plaintext stays the caller's, to be overwritten by the caller.
 */
export const seal = (
  { keys, random }: { keys: Keyring; random: RandomBytes },
  purpose: string,
  binding: readonly string[],
  plaintext: Buffer,
): Buffer => {
  const dek = random(dekBytes);
  try {
    const data = encrypt(dek, random(nonceBytes), dataAad(purpose, binding), plaintext);
    return Buffer.concat([wrap(keys.active, random(nonceBytes), binding, dek), data]);
  } finally {
    dek.fill(0);
  }
};

/** The plaintext, the caller's to overwrite. Throws one and the same Error for whatever does not fit. */
export const open = (
  { keys }: { keys: Keyring },
  purpose: string,
  binding: readonly string[],
  sealed: Buffer,
): Buffer => {
  const dek = unwrap(keys, binding, sealed);
  try {
    return decrypt(dek, dataAad(purpose, binding), sealed.subarray(dataAt));
  } finally {
    dek.fill(0);
  }
};

/** The same value under the active KEK, its data part byte for byte as it was. Throws as `open` does. */
export const rewrap = (
  { keys, random }: { keys: Keyring; random: RandomBytes },
  binding: readonly string[],
  sealed: Buffer,
): Buffer => {
  const dek = unwrap(keys, binding, sealed);
  try {
    return Buffer.concat([wrap(keys.active, random(nonceBytes), binding, dek), sealed.subarray(dataAt)]);
  } finally {
    dek.fill(0);
  }
};

/** The same plaintext under the active KEK and a new key of its own. Throws as `open` does. */
const reseal = (
  tools: { keys: Keyring; random: RandomBytes },
  purpose: string,
  binding: readonly string[],
  sealed: Buffer,
): Buffer => {
  const plaintext = open(tools, purpose, binding, sealed);
  try {
    return seal(tools, purpose, binding, plaintext);
  } finally {
    plaintext.fill(0);
  }
};

/** What a rotation makes anew: the wrap alone, or with `isDeep` everything. */
export interface Renewal {
  keyring: Keyring;
  random: RandomBytes;
  isDeep?: boolean;
}

/** A sealed value as a rotation leaves it, under the active KEK. Throws as `open` does. */
export const renew = (
  { keyring: keys, random, isDeep = false }: Renewal,
  purpose: string,
  binding: readonly string[],
  sealed: Buffer,
): Buffer =>
  isDeep ? reseal({ keys, random }, purpose, binding, sealed) : rewrap({ keys, random }, binding, sealed);
