import t, { type Test } from 'tap';
import { dayMs, hourMs } from '../lib/clock.js';
import { person, tokenOf } from '../testing/cast.js';
import { letterRows, mailWorld } from '../testing/mail.js';
import { headerOf, textOf, type SmtpServer } from '../testing/smtp.js';
import { ask } from '../testing/steps.js';
import { seedAccount } from '../testing/trading.js';
import { unsubscribing } from './unsubscribe.js';
import { seedTrades, type WishedTrade } from '../testing/trades.js';

t.setTimeout(600_000);

const offPath = ({ taken }: SmtpServer): string =>
  taken.map((letter) => new URL(headerOf(letter, 'List-Unsubscribe').slice(1, -1)).pathname)[0] ?? '';

const closed = (text: string, gross: number): WishedTrade => ({
  openedAt: new Date(Date.parse(text) - 600_000),
  closedAt: new Date(text),
  gross,
  commission: 0,
});

/** Monday, 2 March 2026, 09:00 UTC; the week before went from 23 February on. */
async function reader(t: Test, timeZone = 'UTC') {
  const world = await mailWorld(t);
  const { app, anna } = world;
  const on = await anna.browser.fill('/settings/profile', '/settings/profile', {
    ...{ name: 'Anna', timeZone, weekly: 'yes' },
  });
  t.equal(on.statusCode, 303);
  const { accountId } = await seedAccount(app, anna.userId, { label: 'Swing', trades: 0 });
  const owned = { userId: anna.userId, accountId };
  await seedTrades(app, owned, [
    closed('2026-02-22T23:30:00Z', 100_000),
    closed('2026-02-23T10:00:00Z', 4_000),
    closed('2026-02-24T10:00:00Z', -1_500),
    closed('2026-02-24T11:00:00Z', 500),
    closed('2026-03-01T22:00:00Z', 2_000),
    closed('2026-03-02T08:00:00Z', 70_000),
  ]);
  return { ...world, owned };
}

void t.test(
  'the week is told by the figures of the analytics, each account and day of the reader',
  async (t) => {
    const { app, server, anna, owned } = await reader(t);
    await app.letters.writeWeekly();
    const [taken] = server.taken;
    if (taken === undefined) throw new Error('nothing has left');
    t.same(taken.to, ['anna@example.org']);
    t.equal(headerOf(taken, 'Subject'), 'Your week: 23 Feb to 1 Mar 2026');
    const token = await tokenOf(app, anna);
    const query = `account=${owned.accountId}&from=2026-02-23&to=2026-03-01`;
    const answer = await app
      .browser()
      .get(`/api/v1/analytics/summary?${query}`, { authorization: `Bearer ${token}` });
    const { trades, journal } = answer.json<{ trades: number; journal: Record<string, unknown> }>();
    t.same([trades, Number(journal['net']), Number(journal['winRate'])], [4, 50, 0.75]);
    const text = textOf(taken);
    t.match(text, /net \+50\.00, n 4, won 75\.0 %/);
    t.match(text, /best day Mon \+40\.00, worst day Tue −10\.00/);
    t.match(headerOf(taken, 'List-Unsubscribe'), /^<http:\/\/127\.0\.0\.1:3000\/letters\/weekly\/\S+>$/);
    t.match(await letterRows(app), [{ kind: 'weekly', state: 'sent', facts: null }]);
  },
);

void t.test('once a week, however often it is asked, and on the reader’s Monday alone', async (t) => {
  const { app, server } = await reader(t, 'America/New_York');
  await app.letters.writeWeekly();
  t.same(server.taken, [], 'four in the morning there');
  for (let hour = 0; hour < 24 * 7; hour += 1) {
    await Promise.all([app.letters.writeWeekly(), app.letters.writeWeekly()]);
    app.clock.advance(hourMs);
  }
  await app.letters.send();
  t.equal(server.taken.length, 1);
  app.clock.advance(7 * dayMs);
  await app.letters.writeWeekly();
  t.equal(server.taken.length, 1, 'nothing for a week without a closed trade');
});

void t.test('of two accounts of one kind of money each stands by itself, and both together', async (t) => {
  const { app, server, anna } = await reader(t);
  const second = await seedAccount(app, anna.userId, { label: 'Scalping', trades: 0 });
  const euros = await seedAccount(app, anna.userId, { label: 'Euros', currency: 'EUR', trades: 0 });
  await seedTrades(app, { userId: anna.userId, accountId: second.accountId }, [
    closed('2026-02-25T10:00:00Z', -2_000),
  ]);
  await seedTrades(app, { userId: anna.userId, accountId: euros.accountId }, [
    closed('2026-02-26T10:00:00Z', 1_000),
  ]);
  await app.letters.writeWeekly();
  const [taken] = server.taken;
  const text = taken === undefined ? '' : textOf(taken);
  t.match(text, /^Swing USD\n {2}net \+50\.00, n 4/m);
  t.match(text, /^Scalping USD\n {2}net −20\.00, n 1, won 0\.0 %/m);
  t.match(text, /^Euros EUR\n {2}net \+10\.00, n 1/m);
  t.match(text, /^Together\n\nAll Real USD\n {2}net \+30\.00, n 5, won 60\.0 %/m);
  t.notMatch(text, /All Real EUR/);
});

void t.test('only who wants it gets it, and the link in it ends it without a sign-in', async (t) => {
  const { app, server, anna } = await reader(t);
  const bob = await person(app, 'bob');
  await seedAccount(app, bob.userId, { trades: 4 });
  await app.letters.writeWeekly();
  t.same(
    server.taken.map(({ to }) => to),
    [['anna@example.org']],
  );
  const path = offPath(server);
  const stranger = app.browser();
  t.match((await stranger.get(path)).body, 'Send no more of them');
  t.match(
    (await anna.browser.get('/settings/profile')).body,
    /name="weekly" value="yes" checked/,
    'looking ends nothing',
  );
  await stranger.get(path);
  t.match((await stranger.post(path)).body, 'You get none from now on');
  t.notMatch((await anna.browser.get('/settings/profile')).body, /name="weekly" value="yes" checked/);
  app.clock.advance(7 * dayMs);
  await app.letters.writeWeekly();
  t.equal(server.taken.length, 1);
});

void t.test('a mail program ends it with one click, as RFC 8058 has it, and nothing but that', async (t) => {
  const one = { 'List-Unsubscribe': '<https://journal.example.org/x>' };
  t.same(unsubscribing('https://journal.example.org/x'), {
    ...{ ...one, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
  });
  t.same(Object.keys(unsubscribing('http://127.0.0.1/x')), ['List-Unsubscribe'], 'TLS is asked for');
  const kinds = {
    'application/x-www-form-urlencoded': 'List-Unsubscribe=One-Click',
    'multipart/form-data; boundary=b':
      '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
  };
  for (const [type, payload] of Object.entries(kinds)) {
    const { app, server, anna } = await reader(t);
    await app.letters.writeWeekly();
    const host = new URL(app.kit.site.publicUrl).host;
    const headers = { host, 'content-type': type };
    const answer = await app.app.inject({ method: 'POST', url: offPath(server), headers, payload });
    t.equal(answer.statusCode, 200, type);
    t.notMatch(String(answer.headers['set-cookie']), app.kit.cookies.session, 'nobody is signed in by it');
    t.notMatch((await anna.browser.get('/settings/profile')).body, /name="weekly" value="yes" checked/);
  }
});

void t.test('whoever is about to leave gets none', async (t) => {
  const { app, server } = await reader(t);
  await ask(app, "update users set leaves_at = '2026-03-05T09:00:00Z'");
  await app.letters.writeWeekly();
  t.same(server.taken, []);
  await ask(app, 'update users set leaves_at = null');
  await app.letters.writeWeekly();
  t.equal(server.taken.length, 1, 'and whoever stays after all gets it');
});

void t.test('a forged link ends nobody’s letters', async (t) => {
  const { app, server, anna } = await reader(t);
  await app.letters.writeWeekly();
  const path = offPath(server);
  const bob = await person(app, 'bob');
  const bobs = Buffer.from(bob.userId.replaceAll('-', ''), 'hex').toString('base64url');
  const signature = path.split('.')[1] ?? '';
  const stranger = app.browser();
  await stranger.get('/login');
  for (const forged of [
    `/letters/weekly/${bobs}.${signature}`,
    path.slice(0, -1),
    `${path}x`,
    '/letters/weekly/x',
  ]) {
    t.equal((await stranger.get(forged)).statusCode, 404, forged);
    t.equal((await stranger.post(forged)).statusCode, 404, forged);
  }
  t.match((await anna.browser.get('/settings/profile')).body, /name="weekly" value="yes" checked/);
});
