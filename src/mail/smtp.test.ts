import t, { type Test } from 'tap';
import { needs } from '../testing/needs.js';
import { certificateFor, smtpServer, type SmtpHabits } from '../testing/smtp.js';
import type { Outgoing } from './postman.js';
import { smtpPostman, type SmtpParts, type SmtpSettings } from './smtp.js';

t.setTimeout(120_000);

const letter: Outgoing = {
  to: 'anna@example.org',
  subject: 'Ein Gruß, größer als eine Zeile: 日本語',
  text: 'First line\n.a line that begins with a dot\n\nhttps://journal.example.org/reset/x\n',
  html: '<p>Grüße</p>',
  messageId: '0d9b3a52@example.org',
  date: new Date('2026-03-02T09:00:00Z'),
  headers: { 'List-Unsubscribe': '<https://journal.example.org/letters/weekly/x>' },
};

const account = { user: 'journal', password: 'c4n4ry p@ss' };
const tls = needs('openssl');

async function setting(t: Test, habits: SmtpHabits, more: Partial<SmtpSettings & SmtpParts> = {}) {
  const server = await smtpServer(t, habits);
  const { patienceMs = { silence: 1_000, whole: 2_000 }, ca, password, ...settings } = more;
  const postman = smtpPostman({
    settings: {
      ...{ host: 'localhost', port: server.port, security: 'none', user: null },
      from: { name: 'The journal, ours', address: 'journal@example.org' },
      ...settings,
    },
    password: password ?? (() => Promise.resolve(account.password)),
    patienceMs,
    ...(ca === undefined ? {} : { ca }),
  });
  return { server, postman };
}

void t.test('a letter arrives as it was written, with its own number, both ways', async (t) => {
  const { server, postman } = await setting(t, {});
  t.same(await postman.send(letter), { kind: 'accepted', says: 'localhost took it.' });
  const [taken] = server.taken;
  t.match(taken, { from: 'journal@example.org', to: ['anna@example.org'], isEncrypted: false });
  const data = taken?.data ?? '';
  t.match(data, /^Message-ID: <0d9b3a52@example\.org>\r$/m);
  t.match(data, /^Date: Mon, 02 Mar 2026 09:00:00 \+0000\r$/m);
  t.match(data, /^Auto-Submitted: auto-generated\r$/m);
  t.match(data, /^List-Unsubscribe: <https:\/\/journal\.example\.org\/letters\/weekly\/x>\r$/m);
  t.match(data, /^From: "The journal, ours" <journal@example\.org>\r$/m);
  t.match(data, /^To: anna@example\.org\r$/m);
  t.match(data, /Content-Type: multipart\/alternative/);
  t.match(data, /^\.a line that begins with a dot\r$/m);
  t.match(data, /https:\/\/journal\.example\.org\/reset\/x\r$/m, 'a link stays in one piece');
});

void t.test('nothing is said before STARTTLS, and everything after it', tls, async (t) => {
  const certificate = await certificateFor(t, 'localhost');
  const habits = { certificate, account };
  const wishes = { security: 'starttls', ca: certificate.cert, user: account.user } as const;
  const { server, postman } = await setting(t, habits, wishes);
  t.equal((await postman.send(letter)).kind, 'accepted');
  t.match(server.taken, [{ isEncrypted: true, user: 'journal' }]);
  t.match(server.heard.slice(0, 4), [/^EHLO/, 'STARTTLS', /^EHLO/, 'AUTH']);
  const { kind, says } = await postman.check();
  t.same([kind, says], ['accepted', `localhost:${server.port} (STARTTLS) answers; signed in as journal`]);
});

void t.test('where STARTTLS is not offered neither a letter nor a password leaves', async (t) => {
  const { server, postman } = await setting(t, { account }, { security: 'starttls', user: account.user });
  t.same(await postman.send(letter), {
    kind: 'away',
    says: 'The mail server offers no STARTTLS, and without it nothing is sent.',
  });
  t.notOk(server.heard.some((line) => /^(AUTH|MAIL)/.test(line)));
});

void t.test(
  'a certificate that nobody vouches for, or of another name, ends it before the sign-in',
  tls,
  async (t) => {
    const says = 'The certificate of the mail server was not accepted.';
    const other = await certificateFor(t, 'mail.example.net');
    for (const security of ['starttls', 'tls'] as const)
      for (const ca of [undefined, other.cert]) {
        const habits = { certificate: other, account, isImplicit: security === 'tls' };
        const trusted = ca === undefined ? {} : { ca };
        const { server, postman } = await setting(t, habits, { security, user: account.user, ...trusted });
        t.same(
          await postman.send(letter),
          { kind: 'away', says },
          `${security} ${ca === undefined ? '' : 'trusted'}`,
        );
        t.notOk(server.heard.includes('AUTH'));
      }
  },
);

void t.test('TLS from the first byte', tls, async (t) => {
  const certificate = await certificateFor(t, 'localhost');
  const { server, postman } = await setting(
    t,
    { certificate, isImplicit: true },
    { security: 'tls', ca: certificate.cert },
  );
  t.equal((await postman.send(letter)).kind, 'accepted');
  t.match(server.taken, [{ isEncrypted: true }]);
  const plain = await setting(t, {}, { security: 'tls' });
  t.equal((await plain.postman.send(letter)).kind, 'away', 'not with a server that speaks in plain');
});

void t.test('what a server refuses for good, for now, or of everything', async (t) => {
  const { server, postman } = await setting(t, {});
  const answers = [
    ['GREETING', '421 4.3.2 Too busy', 'away', 'The mail server is not ready (421): 4.3.2 Too busy'],
    ['GREETING', '554 No service', 'away', 'The mail server is not ready (554): No service'],
    ['MAIL', '451 4.3.0 Later', 'away', 'The mail server refused the sender (451): 4.3.0 Later'],
    ['MAIL', '550 5.7.1 Not you', 'away', 'The mail server refused the sender (550): 5.7.1 Not you'],
    [
      'RCPT',
      '450 4.2.1 Greylisted',
      'later',
      'The mail server refused the recipient (450): 4.2.1 Greylisted',
    ],
    ['RCPT', '550 5.1.1 Nobody', 'refused', 'The mail server refused the recipient (550): 5.1.1 Nobody'],
    ['DATA', '451 4.3.0 Later', 'later', 'The mail server did not take the letter (451): 4.3.0 Later'],
    ['END', '452 4.3.1 Full', 'later', 'The mail server did not take the letter (452): 4.3.1 Full'],
    ['END', '554 5.6.0 Spam', 'refused', 'The mail server did not take the letter (554): 5.6.0 Spam'],
  ] as const;
  for (const [command, answer, kind, says] of answers) {
    server.habits = { says: { [command]: answer } };
    t.same(await postman.send(letter), { kind, says }, `${command} ${answer}`);
  }
  t.same(server.taken, []);
});

void t.test('a server’s words are one line, and not without end', async (t) => {
  const { server, postman } = await setting(t, {});
  server.habits = { says: { RCPT: `550-5.1.1 \u0007first\r\n550 ${'x'.repeat(400)}` } };
  const { says } = await postman.send(letter);
  t.notMatch(says, /\p{Cc}/u);
  t.ok(says.length < 280);
});

void t.test(
  'a refused sign-in is told without what was said, and another try takes a new password',
  async (t) => {
    let password = 'wr0ng canary';
    const wishes = { user: account.user, password: () => Promise.resolve(password) };
    const { server, postman } = await setting(t, { account }, wishes);
    t.same(await postman.send(letter), { kind: 'away', says: 'The mail server refused the sign-in (535).' });
    password = account.password;
    t.equal((await postman.send(letter)).kind, 'accepted');
    t.match(server.taken, [{ user: 'journal' }]);
  },
);

void t.test('silence, a broken connection and one byte at a time end in bounded time', async (t) => {
  const { server, postman } = await setting(t, {});
  const troubles: [SmtpHabits, RegExp][] = [
    ...['GREETING', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'END'].flatMap((command): [SmtpHabits, RegExp][] => [
      [{ silentAt: command }, /did not answer in time|broke off/],
      [{ breaksAt: command }, /broke off/],
    ]),
    [{ breaksAt: 'LETTER' }, /broke off/],
    [{ dripsAt: 'GREETING' }, /did not answer in time/],
    [{ dripsAt: 'END' }, /did not answer in time/],
  ];
  for (const [habits, says] of troubles) {
    server.habits = habits;
    const began = performance.now();
    const delivery = await postman.send({ ...letter, text: letter.text.repeat(2_000) });
    t.match(delivery, { kind: 'away', says }, JSON.stringify(habits));
    t.ok(performance.now() - began < 3_000, JSON.stringify(habits));
  }
  server.habits = {};
  t.equal((await postman.send(letter)).kind, 'accepted', 'and then it goes on');
});

void t.test('nobody there, no such name, and a stop while a server draws it out', async (t) => {
  const { server, postman } = await setting(t, { silentAt: 'GREETING' });
  const sending = postman.send(letter);
  setTimeout(() => postman.close(), 100);
  t.same(await sending, { kind: 'away', says: 'RawJournal was stopped meanwhile.' });
  t.equal((await postman.send(letter)).kind, 'away', 'nothing is begun after that');
  t.same(server.taken, []);
  const nobody = await setting(t, {}, { port: 1 });
  t.same(await nobody.postman.send(letter), {
    kind: 'away',
    says: 'No mail server listens at this address.',
  });
  const nowhere = await setting(t, {}, { host: 'mail.invalid' });
  t.match(await nowhere.postman.send(letter), { kind: 'away', says: /name is known|in time/ });
});
