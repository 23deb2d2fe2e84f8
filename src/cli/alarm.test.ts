import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { setWebhook } from '../data/alarm-ways.js';
import { nobody } from '../data/database.js';
import { loadKeyring } from '../data/keyring.js';
import { outside } from '../testing/outside.js';
import { cli } from '../testing/place.js';
import { smtpServer } from '../testing/smtp.js';

t.setTimeout(300_000);

interface Posted {
  title: string;
  says: string;
  link: string;
  text: string;
}

async function host(t: Test) {
  const posts: Posted[] = [];
  const answers = { status: 200 };
  const server = createServer((incoming, outgoing) => {
    let text = '';
    incoming.on('data', (part: Buffer) => (text += part.toString()));
    incoming.on('end', () => {
      posts.push(JSON.parse(text) as Posted);
      outgoing.writeHead(answers.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return { posts, answers, port: (server.address() as AddressInfo).port };
}

void t.test('that a unit failed is told on the ways that are set up, while nothing runs', async (t) => {
  const { posts, answers, port } = await host(t);
  const home = await outside(t, undefined, { ALARM_PRIVATE_HOSTS: `127.0.0.1:${port}` });
  const failed = (unit = 'rawjournal.service') => home.run(['alarm', 'failed', unit]);
  t.match(await failed(), {
    code: 0,
    stdout: 'rawjournal.service failed, and nobody is told: no way for alarms is set up',
  });
  const tools = { keyring: await loadKeyring(home.credentials, randomBytes), random: randomBytes };
  const address = `http://127.0.0.1:${port}/canary`;
  await home.db.withTenant('sync', nobody, (tx) => setWebhook(tx, tools, address));
  t.match(await failed('rawjournal-backup.service'), {
    code: 0,
    stdout: 'webhook: It was taken (status 200).\n',
  });
  t.match(posts, [
    {
      title: 'A service failed',
      says: /^rawjournal-backup\.service failed on \S+\. Look there: journalctl -u rawjournal-backup\.service$/,
      link: /\/admin\/alarms\/guide#failed$/,
      text: /rawjournal-backup\.service/,
    },
  ]);
  answers.status = 500;
  const refused = await failed();
  t.match(refused, { code: 1, stdout: 'webhook: It was refused (status 500).\n' });
  t.notMatch(refused.stdout + refused.stderr, 'canary');
  t.match(await failed('a b; c'), { code: 1, stderr: 'That is no name of a unit' });
  t.equal(posts.length, 2);
});

void t.test('without the key, or without the database, it says why nobody is told', async (t) => {
  const { port } = await host(t);
  const home = await outside(t, undefined, { ALARM_PRIVATE_HOSTS: `127.0.0.1:${port}` });
  const keyring = await loadKeyring(home.credentials, randomBytes);
  await home.db.withTenant('sync', nobody, (tx) =>
    setWebhook(tx, { keyring, random: randomBytes }, `http://127.0.0.1:${port}/`),
  );
  await rename(join(home.credentials, 'kek_active'), join(home.stateDir, 'kek_active'));
  await rename(join(home.credentials, `kek_${keyring.active.id}`), join(home.stateDir, 'away'));
  t.match(await home.run(['alarm', 'failed', 'x.service']), {
    code: 1,
    stdout: 'The key that opens its address is gone',
  });
  const env = { ...home.settings, DATABASE_URL: 'postgres://u@127.0.0.1:1/rawjournal' };
  const { code, stderr } = await cli(env, ['alarm', 'failed', 'rawjournal.service']);
  t.equal(code, 1);
  t.match(stderr, 'rawjournal.service failed, and nobody can be told: ');
  t.notMatch(stderr, /\n +at /);
});

void t.test('an administrator gets a letter of it where mail is set up', async (t) => {
  const server = await smtpServer(t);
  const mail = { SMTP_URL: `smtp://127.0.0.1:${server.port}`, MAIL_FROM: 'journal@example.org' };
  const home = await outside(t, undefined, mail);
  const made = await home.run(
    ['user', 'create', '--email', 'admin@example.org', '--admin', '--password-stdin'],
    'correct horse battery staple 9\n',
  );
  t.equal(made.code, 0, made.stderr);
  t.match(await home.run(['alarm', 'failed', 'rawjournal.service']), {
    code: 0,
    stdout: 'mail: It was sent to one administrator.',
  });
  t.match(server.taken, [{ to: ['admin@example.org'], data: /rawjournal\.service failed on/ }]);
});
