import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'tap';
import { newSecret, secretHash } from './secret.js';

void test('A secret is 32 random bytes in 43 characters that need no escaping', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const secret = newSecret((size) => Buffer.from(bytes.slice(0, size)));
      return /^[\w-]{43}$/.test(secret) && Buffer.from(secret, 'base64url').equals(bytes);
    }),
  );
  t.end();
});

void test('Two secrets are never the same', (t) => {
  t.equal(new Set(Array.from({ length: 1000 }, () => newSecret(randomBytes))).size, 1000);
  t.end();
});

void test('The hash of a secret is the published SHA-256 of its characters', (t) => {
  t.equal(secretHash('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  t.end();
});
