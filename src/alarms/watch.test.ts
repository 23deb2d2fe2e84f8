import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { leaseMs } from '../data/alarms.js';
import type { LastBackup } from '../domain/alarm-facts.js';
import { dayMs, hourMs, minuteMs } from '../lib/clock.js';
import { testApp, type TestApp } from '../testing/app.js';
import { asAdministrator } from '../testing/database.js';
import { scriptedTerminals } from '../testing/scripted-terminals.js';
import { stolen } from '../testing/steps.js';

t.setTimeout(600_000);

interface Post {
  url: string;
  body: { id: string; kind: string; telling: string; text: string; link: string; chat_id?: string };
}

/** A host on this machine that takes what is posted, and answers as it is told to. */
async function host(t: Test) {
  const posts: Post[] = [];
  const answers = { status: 200, body: '{"ok":true}', hangs: false };
  const server: Server = createServer((incoming, outgoing) => {
    let text = '';
    incoming.on('data', (part: Buffer) => (text += part.toString()));
    incoming.on('end', () => {
      posts.push({ url: incoming.url ?? '', body: JSON.parse(text) as Post['body'] });
      if (!answers.hangs) outgoing.writeHead(answers.status).end(answers.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { posts, answers, port: (server.address() as AddressInfo).port };
}

const token = '123456789:AAE-canary-abcdefghijklmnopqrstu';
const states = { terminal: 'ready' as 'ready' | 'quarantined' | 'starting' };

interface World extends TestApp {
  posts: Post[];
  answers: { status: number; body: string; hangs: boolean };
  webhook: string;
  backup: { last: LastBackup };
  minute: (count?: number) => Promise<void>;
  sendAll: () => Promise<void>;
}

async function world(t: Test): Promise<World> {
  const { posts, answers, port } = await host(t);
  const terminals = scriptedTerminals({});
  const [slot] = terminals.slots;
  const usual = slot?.view();
  if (slot === undefined || usual === undefined) throw new Error('There is no terminal.');
  slot.view = () => ({ ...usual, state: states.terminal });
  states.terminal = 'ready';
  const backup: World['backup'] = { last: 'not set up' };
  const app = await testApp(t, {
    terminals,
    env: { ALARM_PRIVATE_HOSTS: `hook.example:${port},127.0.0.1:${port}` },
    readLastBackup: () => Promise.resolve(backup.last),
    outside: {
      resolve: () => Promise.resolve(['127.0.0.1']),
      telegramApi: `http://127.0.0.1:${port}`,
    },
  });
  const { watch } = app.alarms;
  const sendAll = async (): Promise<void> => {
    while (await watch.sendOne());
  };
  const minute = async (count = 1): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      await watch.look();
      await sendAll();
      app.clock.advance(minuteMs);
    }
  };
  const webhook = `http://hook.example:${port}/secret-path`;
  return { ...app, posts, answers, webhook, backup, minute, sendAll };
}

const tellings = ({ posts }: World): string[] => posts.map(({ body }) => `${body.kind} ${body.telling}`);
const rows = <T extends object>({ login }: World, text: string): Promise<T[]> =>
  asAdministrator(login, async (client) => (await client.query<T>(text)).rows);

void t.test('a terminal in quarantine is told once when it begins and once when it ends', async (t) => {
  const app = await world(t);
  t.equal(await app.alarms.post.setWebhook(app.webhook), null);
  await app.minute(2);
  states.terminal = 'quarantined';
  await app.minute(5);
  states.terminal = 'starting';
  await app.minute(3);
  states.terminal = 'ready';
  await app.minute(5);
  t.same(tellings(app), ['quarantine begin', 'quarantine end']);
  const [first] = app.posts;
  t.equal(first?.url, '/secret-path');
  t.match(first?.body, {
    text: /^RawJournal: Terminal in quarantine\nTerminal 1 keeps ending/,
    link: 'http://127.0.0.1:3000/admin/alarms/guide#quarantine',
  });
  t.same(await rows(app, 'select * from alarms'), [], 'and nothing is left of it');
});

void t.test('a restart neither repeats nor loses what is told', async (t) => {
  const app = await world(t);
  await app.alarms.post.setWebhook(app.webhook);
  states.terminal = 'quarantined';
  await app.alarms.watch.look();
  // The program ends here, before anything is sent: another one goes on.
  t.equal(app.posts.length, 0);
  await app.sendAll();
  await app.minute(3);
  t.same(tellings(app), ['quarantine begin']);
  // It ends in the middle of sending: after a while it is sent again, under the same id.
  app.answers.hangs = true;
  states.terminal = 'ready';
  for (let i = 0; i < 4; i += 1) {
    await app.alarms.watch.look();
    app.clock.advance(minuteMs);
  }
  const cut = app.alarms.watch.sendOne();
  while (app.posts.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  app.answers.hangs = false;
  t.notOk(await app.alarms.watch.sendOne(), 'nobody else sends it meanwhile');
  app.clock.advance(leaseMs);
  t.ok(await app.alarms.watch.sendOne());
  t.same(tellings(app).slice(1), ['quarantine end', 'quarantine end']);
  t.equal(app.posts[1]?.body.id, app.posts[2]?.body.id);
  await cut;
  const [row] = await rows<{ is_delivered: boolean }>(
    app,
    "select is_delivered from alarm_messages where telling = 'end'",
  );
  t.equal(row?.is_delivered, true, 'the late word of the first try takes nothing back');
});

void t.test('two programs that look at once tell once, and send each message once', async (t) => {
  const app = await world(t);
  await app.alarms.post.setWebhook(app.webhook);
  states.terminal = 'quarantined';
  await Promise.all(Array.from({ length: 6 }, () => app.alarms.watch.look()));
  await Promise.all(Array.from({ length: 6 }, () => app.sendAll()));
  t.same(tellings(app), ['quarantine begin']);
});

void t.test(
  'what does not get through is tried again, ever more rarely, and given up after two days',
  async (t) => {
    const app = await world(t);
    await app.alarms.post.setWebhook(app.webhook);
    app.backup.last = new Date(app.clock.now().getTime() - 30 * hourMs);
    app.answers.status = 500;
    await app.alarms.watch.look();
    const triedAt: number[] = [];
    for (let minute = 0; minute < 50 * 60; minute += 1) {
      if (await app.alarms.watch.sendOne()) triedAt.push(minute);
      app.clock.advance(minuteMs);
    }
    t.same(triedAt.slice(0, 8), [0, 1, 3, 7, 15, 31, 63, 123]);
    t.equal(triedAt.length, 7 + 46, 'then once an hour');
    const last = async () => (await app.alarms.watch.lastMessages(1))[0];
    t.match(await last(), { is_delivered: false, answer: 'It was refused (status 500).' });
    t.not((await last())?.done_at, null);
    app.answers.status = 204;
    await app.alarms.watch.look();
    await app.sendAll();
    t.match(await last(), { telling: 'reminder', is_delivered: true, says: /80 h old/ });
  },
);

void t.test('what begins while nobody can be told is told as soon as somebody can', async (t) => {
  const app = await world(t);
  app.backup.last = new Date(app.clock.now().getTime() - 30 * hourMs);
  await app.minute(3);
  t.same([await rows(app, 'select * from alarm_messages'), app.posts], [[], []]);
  await app.alarms.post.setWebhook(app.webhook);
  await app.minute(2);
  app.clock.advance(dayMs);
  await app.minute(2);
  app.backup.last = app.clock.now();
  await app.minute(2);
  t.same(tellings(app), ['backup begin', 'backup reminder', 'backup end']);
});

void t.test('each way gets the message, and one that fails keeps none from the others', async (t) => {
  const app = await world(t);
  await app.alarms.post.setWebhook(app.webhook.replace('secret-path', 'hook'));
  t.ok(await app.alarms.post.setTelegram({ chat: '-100123', token }));
  app.backup.last = new Date(app.clock.now().getTime() - 30 * hourMs);
  await app.minute();
  t.same(app.posts.map(({ url }) => url).sort(), [`/bot${token}/sendMessage`, '/hook']);
  t.match(app.posts.find(({ url }) => url !== '/hook')?.body, {
    chat_id: '-100123',
    text: /Backup late or not verified\nThe last verified backup is 30 h old\./,
  });
});

void t.test('the test says in words what came back', async (t) => {
  const app = await world(t);
  const { post, watch } = app.alarms;
  t.same(await watch.test(), [], 'where no way is set up nothing is sent');
  await post.setWebhook(app.webhook);
  await post.setTelegram({ chat: '-100123', token });
  const said = async () => (await watch.test()).map(({ says }) => says);
  t.same(await said(), ['It was taken (status 200).', 'Telegram took it.']);
  app.answers.status = 302;
  t.match((await said())[0], /leads elsewhere \(status 302\)/);
  app.answers.status = 401;
  t.match(await said(), ['It was refused (status 401).', 'Telegram does not know this bot']);
  Object.assign(app.answers, {
    status: 400,
    body: '{"ok":false,"description":"Bad Request: chat not found"}',
  });
  t.match((await said())[1], 'Telegram refused it (status 400): Bad Request: chat not found.');
  app.answers.body = '<html>';
  t.match((await said())[1], 'it does not say why');
});

void t.test('secrets are sealed or in a file of their own, and nowhere else', async (t) => {
  const app = await world(t);
  const { post, watch } = app.alarms;
  await post.setWebhook(app.webhook);
  await post.setTelegram({ chat: '-100123', token });
  app.answers.status = 500;
  app.backup.last = null;
  app.clock.advance(2 * dayMs);
  await app.minute(2);
  await watch.test();
  const dump = await stolen(app);
  for (const text of [dump, ...app.logged, JSON.stringify(await post.ways())]) {
    t.notMatch(text, 'canary');
    t.notMatch(text, 'secret-path');
  }
  const file = join(app.stateDir, 'credentials', 'telegram_bot_token');
  t.equal(await readFile(file, 'utf8'), token);
  t.equal((await stat(file)).mode & 0o777, 0o600);
  await post.clearTelegram();
  await t.rejects(stat(file));
  t.same(await post.channels(), ['webhook']);
});

void t.test(
  'an address that may not be asked is refused when it is set, and again when it is used',
  async (t) => {
    const app = await world(t);
    for (const address of ['https://127.0.0.1/', 'https://[::ffff:10.0.0.1]/', 'http://example.org/', 'x'])
      t.type(await app.alarms.post.setWebhook(address), 'string', address);
    t.match(await app.alarms.post.ways(), { webhookHost: '' });
    t.equal(await app.alarms.post.setWebhook('https://looks-public.example/'), null);
    const [outcome] = await app.alarms.watch.test();
    t.match(outcome, { isTaken: false, says: /inside of a private network/ });
  },
);
