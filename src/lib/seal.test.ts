import { createCipheriv, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'tap';
import { type Kek, kekIdOf, type Keyring, open, rewrap, seal } from './seal.js';

const kek = (id: string): Kek => ({ id, key: randomBytes(32) });
const ring = (active: Kek, ...older: Kek[]): Keyring => ({
  active,
  all: new Map([active, ...older].map((one) => [one.id, one])),
});

const first = kek('0a1b2c3d');
const second = kek('ffeeddcc');
const keys = ring(first);
const tools = { keys, random: randomBytes };
const purpose = 'mt5cred';
const binding = ['user-1', 'account-1', 'Broker-Live', '5012345'];
const refusal = { name: 'Error', message: 'sealed value cannot be opened' };

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const fields = fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 5 });

const isRefused = (action: () => unknown): boolean => {
  try {
    action();
    return false;
  } catch (error) {
    return error instanceof Error && error.name === refusal.name && error.message === refusal.message;
  }
};

void test('What is sealed opens again with the same purpose and binding', (t) => {
  fc.assert(
    fc.property(bytes, fc.string(), fields, (plaintext, why, whose) => {
      const sealed = seal(tools, why, whose, plaintext);
      return open(tools, why, whose, sealed).equals(plaintext) && sealed.length === 93 + plaintext.length;
    }),
  );
  t.end();
});

void test('A sealed value leads with its version and the id of its key', (t) => {
  const sealed = seal(tools, purpose, binding, Buffer.from('investor'));
  t.equal(sealed.toString('hex', 0, 5), '010a1b2c3d');
  t.equal(kekIdOf(sealed), first.id);
  t.end();
});

void test('The bytes are the documented ones: length-prefixed fields, and the key id in the wrap only', (t) => {
  const encrypt = (key: Buffer, nonce: Buffer, aadHex: string, text: Buffer): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
    cipher.setAAD(Buffer.from(aadHex, 'hex'));
    return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  };
  const [dek, dataNonce, wrapNonce] = [randomBytes(32), randomBytes(12), randomBytes(12)];
  const queue = [dek, dataNonce, wrapNonce].map((one) => Buffer.from(one));
  const sealed = seal(
    { keys, random: () => queue.shift() ?? Buffer.alloc(0) },
    'p',
    ['u', 'é'],
    Buffer.from('x'),
  );
  const bound = '0000000175' + '00000002c3a9';
  const expected = Buffer.concat([
    Buffer.from('010a1b2c3d', 'hex'),
    encrypt(first.key, wrapNonce, '0000000364656b' + '0000000101' + '000000040a1b2c3d' + bound, dek),
    encrypt(dek, dataNonce, '0000000170' + '0000000101' + bound, Buffer.from('x')),
  ]);
  t.equal(sealed.toString('hex'), expected.toString('hex'));
  t.end();
});

void test('Two seals of one text share nothing after the header', (t) => {
  const [one, two] = [1, 2].map(() => seal(tools, purpose, binding, Buffer.from('investor')));
  t.not(one?.toString('hex', 5, 65), two?.toString('hex', 5, 65));
  t.not(one?.toString('hex', 65), two?.toString('hex', 65));
  t.end();
});

void test('No single flipped bit goes unnoticed', (t) => {
  const sealed = seal(tools, purpose, binding, Buffer.from('investor'));
  const undetected = Array.from({ length: sealed.length * 8 }, (_, bit) => bit).filter((bit) => {
    const forged = Buffer.from(sealed);
    forged.writeUInt8(forged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return !isRefused(() => open(tools, purpose, binding, forged));
  });
  t.same(undetected, []);
  t.end();
});

void test('A short tag, a value cut anywhere and a value with a tail are refused', (t) => {
  const sealed = seal(tools, purpose, binding, Buffer.from('investor'));
  const undetected = Array.from({ length: sealed.length }, (_, length) => length).filter(
    (length) => !isRefused(() => open(tools, purpose, binding, sealed.subarray(0, length))),
  );
  t.same(undetected, []);
  t.throws(() => open(tools, purpose, binding, Buffer.concat([sealed, Buffer.of(0)])), refusal);
  t.throws(() => kekIdOf(Buffer.alloc(0)), refusal);
  t.end();
});

void test("One row's value does not open in another row, nor for another purpose", (t) => {
  const sealed = seal(tools, purpose, binding, Buffer.from('investor'));
  fc.assert(
    fc.property(fields, (other) => {
      fc.pre(JSON.stringify(other) !== JSON.stringify(binding));
      return isRefused(() => open(tools, purpose, other, sealed));
    }),
  );
  for (const other of [
    binding.toReversed(),
    ['user-1a', 'ccount-1', ...binding.slice(2)],
    [...binding, ''],
  ]) {
    t.throws(() => open(tools, purpose, other, sealed), refusal);
  }
  t.throws(() => open(tools, 'totp', binding, sealed), refusal);
  t.end();
});

void test('A wrap cannot be put in front of the data of another row', (t) => {
  const mine = seal(tools, purpose, ['me'], Buffer.from('investor'));
  const theirs = seal(tools, purpose, ['them'], Buffer.from('investor'));
  const mixed = Buffer.concat([mine.subarray(0, 65), theirs.subarray(65)]);
  t.throws(() => open(tools, purpose, ['me'], mixed), refusal);
  t.throws(() => open(tools, purpose, ['them'], mixed), refusal);
  t.end();
});

void test('A foreign key opens nothing, whether its id is unknown or the same', (t) => {
  const sealed = seal(tools, purpose, binding, Buffer.from('investor'));
  t.throws(() => open({ keys: ring(second) }, purpose, binding, sealed), refusal);
  t.throws(() => open({ keys: ring(kek(first.id)) }, purpose, binding, sealed), refusal);
  t.throws(() => rewrap({ ...tools, keys: ring(second) }, binding, sealed), refusal);
  t.end();
});

void test('A rewrapped value opens under the new key alone, and its data part has not changed', (t) => {
  fc.assert(
    fc.property(bytes, fields, (plaintext, whose) => {
      const before = seal(tools, purpose, whose, plaintext);
      const after = rewrap({ keys: ring(second, first), random: randomBytes }, whose, before);
      return (
        kekIdOf(after) === second.id &&
        after.subarray(65).equals(before.subarray(65)) &&
        open({ keys: ring(second) }, purpose, whose, after).equals(plaintext) &&
        isRefused(() => open(tools, purpose, whose, after))
      );
    }),
  );
  t.end();
});

void test('A rewrap for the wrong row is refused', (t) => {
  const sealed = seal(tools, purpose, binding, Buffer.from('investor'));
  t.throws(() => rewrap(tools, ['somebody', 'else'], sealed), refusal);
  t.end();
});

void test('The data key is overwritten after use, and the plaintext is left to its owner', (t) => {
  const handedOut: Buffer[] = [];
  const random = (size: number): Buffer => {
    const buffer = randomBytes(size);
    handedOut.push(buffer);
    return buffer;
  };
  const plaintext = Buffer.from('investor');
  seal({ keys, random }, purpose, binding, plaintext);
  t.same(
    handedOut.filter((buffer) => buffer.length === 32).map((buffer) => buffer.equals(Buffer.alloc(32))),
    [true],
  );
  t.equal(plaintext.toString(), 'investor');
  t.end();
});
