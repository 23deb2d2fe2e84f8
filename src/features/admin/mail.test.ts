import { createHash, randomUUID } from 'node:crypto';
import t from 'tap';
import { queueLetter } from '../../data/letters.js';
import { sampleLinks } from './mail-samples.js';
import { testApp, type TestApp } from '../../testing/app.js';
import type { Browser } from '../../testing/browser.js';
import { person } from '../../testing/cast.js';
import { askForReset, letterRows, mailWorld } from '../../testing/mail.js';
import { smtpServer } from '../../testing/smtp.js';

t.setTimeout(600_000);

const office = async (app: TestApp): Promise<Browser> => {
  const { browser } = await person(app, 'admin', 'admin');
  await browser.get('/admin/mail');
  return browser;
};
const pageOf = async (app: TestApp): Promise<string> => {
  const [letter] = await letterRows(app);
  return `/admin/mail/letters/${letter?.id ?? ''}`;
};
const link = /\/reset\/[\w-]{43}/;

void t.test(
  'where no mail is set up the administrator reads letters here, and hands their links over',
  async (t) => {
    const app = await testApp(t, { postman: null });
    const anna = await person(app, 'anna');
    await askForReset({ app }, anna.email);
    const browser = await office(app);
    const list = (await browser.get('/admin/mail')).body;
    t.match(list, /No mail is set up[^]*anna@example\.org[^]*A new password[^]*kept here/);
    t.notMatch(list, 'Send me a test letter');
    t.notMatch(list, link, 'not in the list');
    const { body } = await browser.get(await pageOf(app));
    t.match(body, link);
    t.match(body, 'A new password for RawJournal');
    const found = link.exec(body)?.[0] ?? '';
    t.equal((await app.browser().get(found)).statusCode, 200, 'and the link works');
  },
);

void t.test('where letters leave the house, nobody reads somebody else’s link', async (t) => {
  const world = await mailWorld(t, { says: { GREETING: '421 Busy' } });
  const { app, anna } = world;
  await askForReset(world, anna.email);
  const browser = await office(app);
  const page = await pageOf(app);
  for (const path of [page, `${page}/html`]) {
    const { statusCode, body } = await browser.get(path);
    t.equal(statusCode, 200);
    t.match(body, '/reset/…');
    t.notMatch(body, link);
  }
  const list = (await browser.get('/admin/mail/list')).body;
  t.match(list.trim(), /^<section class="panel" id="mail"/);
  t.match(list, /by 127\.0\.0\.1:\d+ \(without TLS, on this machine\)/);
  t.match(list, /is tried again[^]*The mail server is not ready \(421\): Busy/);
});

void t.test(
  'a letter as HTML stands under a policy that lets it do nothing, and shows what was typed as text',
  async (t) => {
    const app = await testApp(t, { postman: null });
    const anna = await person(app, 'anna');
    const label = '<img src=x onerror=alert(1)>';
    await app.db.withTenant('app', anna.userId, (tx) =>
      queueLetter(tx, {
        ...{ userId: anna.userId, kind: 'needs-password', at: app.clock.now() },
        facts: { accountId: randomUUID(), label },
      }),
    );
    const browser = await office(app);
    const page = await pageOf(app);
    const { headers, body } = await browser.get(`${page}/html`);
    const style = /<style>([^]*?)<\/style>/.exec(body)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    t.match(headers['content-security-policy'], `style-src 'sha256-${hash}'`);
    t.match(headers['content-security-policy'], /^sandbox; default-src 'none'/);
    t.notMatch(headers['content-security-policy'], /unsafe/);
    t.notMatch(body, label);
    t.match(body, '&lt;img src=x onerror=alert(1)&gt;');
    t.notMatch(body, /<[^>]*\ssrc=|url\(|@import/, 'nothing from elsewhere');
    const shown = (await browser.get(page)).body;
    t.match(shown, '&lt;img src=x');
    t.match(shown, /No new trades|no new trades/);
  },
);

void t.test('what a letter says of somebody’s money is only theirs', async (t) => {
  const world = await mailWorld(t, { says: { GREETING: '421 Busy' } });
  const { app, anna } = world;
  const row = { label: 'Swing', currency: 'USD', net: '+777.00', trades: '3', winRate: '66.7 %' };
  const accounts = [{ ...row, best: 'Tue +800.00', worst: 'Wed −23.00' }];
  await app.db.withTenant('app', anna.userId, (tx) =>
    queueLetter(tx, {
      ...{ userId: anna.userId, kind: 'weekly', at: app.clock.now() },
      facts: { week: '23 Feb to 1 Mar 2026', accounts, totals: [] },
    }),
  );
  const browser = await office(app);
  const page = await pageOf(app);
  const { statusCode, body } = await browser.get(page);
  t.equal(statusCode, 200);
  t.notMatch(body, /777|Swing/);
  t.match(body, 'shown to nobody else');
  t.equal((await browser.get(`${page}/html`)).statusCode, 404);
});

void t.test('a letter that was given up is sent again by hand, one that has left is not', async (t) => {
  const world = await mailWorld(t, { says: { RCPT: '550 5.1.1 Nobody' } });
  const { app, server, anna } = world;
  await askForReset(world, anna.email);
  const browser = await office(app);
  const tries = `${await pageOf(app)}/tries`;
  t.match((await browser.get('/admin/mail/list')).body, /given up[^]*Send again/);
  server.habits = {};
  t.match((await browser.post(tries)).body, 'It is tried again now.');
  t.match(await letterRows(app), [{ state: 'sent', facts: null }]);
  t.match(server.taken, [{ to: ['anna@example.org'] }]);
  t.match((await browser.post(tries)).body, 'It cannot be sent again');
  t.equal(server.taken.length, 1);
  t.notMatch((await browser.get('/admin/mail/list')).body, 'Send again');
  t.equal((await browser.post(`/admin/mail/letters/${randomUUID()}/tries`)).statusCode, 404);
});

void t.test('a test letter says what came back; its second click sends no second one', async (t) => {
  const server = await smtpServer(t);
  const env = { SMTP_URL: `smtp://127.0.0.1:${server.port}`, MAIL_FROM: 'journal@example.org' };
  const app = await testApp(t, { env, postman: 'own' });
  const browser = await office(app);
  const formId = randomUUID();
  t.match(
    (await browser.post('/admin/mail/tests', { formId })).body,
    /To admin@example\.org: 127\.0\.0\.1 took it\./,
  );
  await browser.post('/admin/mail/tests', { formId });
  t.equal(server.taken.length, 1);
  t.match(server.taken, [{ to: ['admin@example.org'] }]);
  server.habits = { says: { MAIL: '550 5.7.1 Not from you' } };
  const refused = (await browser.post('/admin/mail/tests', { formId: randomUUID() })).body;
  t.match(refused, /role="alert"[^]*The mail server refused the sender \(550\): 5\.7\.1 Not from you/);
  const found = (await app.readStatus()).checks.find(({ name }) => name === 'mail');
  t.match(found, { level: 'amber', says: /1 letter waiting, since 0 s in vain; The mail server refused/ });
});

void t.test('each kind of letter can be looked at', async (t) => {
  const app = await testApp(t);
  const browser = await office(app);
  const links = sampleLinks();
  t.equal(links.length, 10);
  for (const { href } of links) {
    const { statusCode, body } = await browser.get(href);
    t.equal(statusCode, 200, href);
    t.match(body, /<h1>[^<]+<\/h1>/);
    t.notMatch(body, /undefined|NaN|\[object/);
  }
  t.equal((await browser.get('/admin/mail/samples/constructor')).statusCode, 404);
});

void t.test('the status says that no mail is set up, and asks for nothing', async (t) => {
  const app = await testApp(t, { postman: null });
  const found = (await app.readStatus()).checks.find(({ name }) => name === 'mail');
  t.match(found, { level: 'green', says: /not set up/, fix: null });
});

void t.test('alarms go to everybody who administers, each of them once', async (t) => {
  const { app, server } = await mailWorld(t);
  const browser = await office(app);
  await person(app, 'second', 'admin');
  t.match((await browser.get('/admin/alarms')).body, 'Mail goes to everybody who administers');
  t.match(
    (await browser.post('/admin/alarms/tests')).body,
    /<b>Mail:<\/b> It was sent to 2 administrators\./,
  );
  t.same(
    server.taken
      .map(({ to }) => to)
      .flat()
      .sort(),
    ['admin@example.org', 'second@example.org'],
  );
  const letter = {
    ...({ id: randomUUID(), kind: 'disk', telling: 'begin', title: 'Disk more than 80 % full' } as const),
    ...{ says: 'It is 84 % full.', link: 'http://127.0.0.1:3000/admin/alarms/guide#disk', at: '' },
  };
  for (let i = 0; i < 3; i += 1)
    t.same(await app.alarms.post.send('mail', letter), {
      isTaken: true,
      says: 'It was sent to 2 administrators.',
    });
  t.equal(server.taken.length, 4, 'the same alarm is one letter each');
  server.habits = { says: { GREETING: '421 Busy' } };
  const other = await app.alarms.post.send('mail', { ...letter, id: randomUUID() });
  t.same(
    other,
    { isTaken: true, says: 'The mail server is not ready (421): Busy' },
    'the queue goes on by itself',
  );
  t.match(
    (await browser.post('/admin/alarms/tests')).body,
    /<b>Mail:<\/b> (It waits|The mail server is not ready)/,
  );
});
