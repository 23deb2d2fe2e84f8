import { createHash, createHmac } from 'node:crypto';
import { test } from 'tap';
import { scramVerifier } from './scram.js';

/** The exchange printed in RFC 7677 section 3: user "user", password "pencil". */
const rfc7677 = {
  salt: Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'),
  authMessage:
    'n=user,r=rOprNGfwEbeRWgbNEkqO,' +
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,' +
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  proof: Buffer.from('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=', 'base64'),
  serverSignature: '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
};

const sign = (key: string): Buffer =>
  createHmac('sha256', Buffer.from(key, 'base64')).update(rfc7677.authMessage).digest();

void test("The verifier accepts RFC 7677's client and signs as RFC 7677's server", (t) => {
  const verifier = scramVerifier('pencil', rfc7677.salt);
  const parts = /^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$([\w+/=]{44}):([\w+/=]{44})$/.exec(verifier);
  const [, storedKey = '', serverKey = ''] = parts ?? [];
  t.equal(sign(serverKey).toString('base64'), rfc7677.serverSignature);
  const signature = sign(storedKey);
  const clientKey = rfc7677.proof.map((byte, i) => byte ^ signature.readUInt8(i));
  t.equal(createHash('sha256').update(clientKey).digest('base64'), storedKey);
  t.end();
});

void test('Another password, another salt and another count of iterations give another verifier', (t) => {
  const others = [
    scramVerifier('pencil', rfc7677.salt),
    scramVerifier('Pencil', rfc7677.salt),
    scramVerifier('pencil', Buffer.alloc(16, 1)),
    scramVerifier('pencil', rfc7677.salt, 8192),
  ];
  t.equal(new Set(others).size, 4);
  t.match(others[3], /^SCRAM-SHA-256\$8192:/);
  t.end();
});

void test('A password that SASLprep could change is refused, and not repeated in the refusal', (t) => {
  for (const password of ['', 'pässword', 'tab\there', 'ends\n']) {
    t.throws(() => scramVerifier(password, rfc7677.salt), {
      message: "A role's password has to be printable ASCII.",
    });
  }
  t.end();
});
