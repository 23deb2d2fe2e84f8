import t from 'tap';
import { testApp, type TestApp } from '../../testing/app.js';
import type { Browser } from '../../testing/browser.js';
import { person } from '../../testing/cast.js';
import { noLimits } from '../../testing/limits.js';
import { scriptedTerminals } from '../../testing/scripted-terminals.js';
import { guide } from '../../alarms/guide.js';
import { limitTable } from '../../web/limits.js';

t.setTimeout(600_000);

const office = async (app: TestApp): Promise<Browser> => {
  const { browser } = await person(app, 'admin', 'admin');
  await browser.get('/admin/alarms');
  return browser;
};
const secret = 'T0CANARY/B0/xyz';
const address = `https://hooks.example.org/services/${secret}`;
const token = '123456789:AAE-canary-abcdefghijklmnopqrstu';

void t.test('ways are set, shown by what is no secret, and removed', async (t) => {
  const app = await testApp(t);
  const browser = await office(app);
  t.match((await browser.get('/admin/alarms')).body, /Nobody is told: set up one of the ways/);
  const hooked = await browser.post('/admin/alarms/webhook', { webhook: address });
  t.equal(hooked.statusCode, 200);
  t.match(hooked.body.trim(), /^<div class="stack" id="ways"/);
  t.match(hooked.body, /posted to <b>hooks\.example\.org<\/b>/);
  const chatted = await browser.post('/admin/alarms/telegram', { chat: '@alarms', botSecret: token });
  t.match(chatted.body, /name="chat" type="text" value="@alarms"/);
  const other = await browser.post('/admin/alarms/telegram', { chat: '-1001', botSecret: '' });
  t.match(other.body, /value="-1001"[^]*One is kept/, 'an empty token leaves the one there is');
  const page = (await browser.get('/admin/alarms')).body;
  for (const text of [hooked.body, chatted.body, page, ...app.logged]) t.notMatch(text, /canary|T0CANARY/i);
  t.same(await app.alarms.post.channels(), ['webhook', 'telegram']);
  await browser.post('/admin/alarms/webhook/removal');
  const last = await browser.post('/admin/alarms/telegram/removal');
  t.match(last.body, /Nobody is told/);
  t.same(await app.alarms.post.ways(), {
    ...{ webhookHost: '', telegramChat: '', hasToken: false, sendsMail: false },
  });
});

void t.test('what cannot be used gets a sentence, and keeps what was typed', async (t) => {
  const app = await testApp(t);
  const browser = await office(app);
  for (const [webhook, sentence] of [
    ['', 'Please fill this in.'],
    ['hooks.example.org/x', 'This is no address of the web.'],
    ['http://hooks.example.org/x', 'The address must begin with https.'],
    ['https://me:pw@hooks.example.org/', 'must not hold a password'],
    ['https://192.168.1.5/hook', 'ALARM_PRIVATE_HOSTS'],
  ] as const) {
    const { statusCode, body } = await browser.post('/admin/alarms/webhook', { webhook });
    t.equal(statusCode, 422, webhook);
    t.match(body, sentence);
    t.match(body, `value="${webhook}"`);
  }
  for (const [fields, sentence] of [
    [{ chat: 'my chat', botSecret: token }, 'A chat is a number'],
    [{ chat: '-1001', botSecret: 'x' }, 'A token of a bot looks like'],
    [{ chat: '-1001', botSecret: '' }, 'Please fill this in.'],
  ] as const) {
    const { statusCode, body } = await browser.post('/admin/alarms/telegram', fields);
    t.equal(statusCode, 422, JSON.stringify(fields));
    t.match(body, sentence);
    t.match(body, `value="${fields.chat}"`);
  }
  t.same(await app.alarms.post.channels(), []);
});

void t.test('the test answers in words on the page, and no more than ten times in a while', async (t) => {
  const limits = { ...noLimits, alarmTestByUser: limitTable.alarmTestByUser };
  const app = await testApp(t, { limits, outside: { resolve: () => Promise.resolve(['10.0.0.1']) } });
  const browser = await office(app);
  await browser.post('/admin/alarms/webhook', { webhook: address });
  for (let i = 0; i < 10; i += 1) {
    const { statusCode, body } = await browser.post('/admin/alarms/tests');
    t.equal(statusCode, 200);
    t.match(body, /<b>Webhook:<\/b> This host is inside of a private network/);
  }
  t.equal((await browser.post('/admin/alarms/tests')).statusCode, 429);
});

void t.test('an alarm stands on the page, in the status, and is explained behind its link', async (t) => {
  const terminals = scriptedTerminals({}, { state: 'quarantined' });
  const app = await testApp(t, { terminals });
  const browser = await office(app);
  t.match((await browser.get('/admin/alarms/current')).body, 'Nothing is amiss');
  await browser.post('/admin/alarms/webhook', { webhook: address });
  await app.alarms.watch.look();
  const { body } = await browser.get('/admin/alarms/current');
  t.match(body, /guide#quarantine">Terminal in quarantine \(2\)<[^]*keeps ending[^]*2 Mar 2026, 09:00/);
  t.match(body, /Messages[^]*waits[^]*Webhook/);
  const alarms = (await app.readStatus()).checks.find(({ name }) => name === 'alarms');
  t.match(alarms, { level: 'amber', says: /^Terminal 2 keeps ending/, fix: /guide#quarantine/ });
  const explained = (await browser.get('/admin/alarms/guide')).body;
  for (const kind of [...Object.keys(guide), 'failed']) t.match(explained, `id="${kind}"`);
  const state = (await browser.get('/admin/state/checks')).body;
  for (const [, anchor] of state.matchAll(/href="\/admin\/alarms\/guide#([^"]+)"/g))
    t.match(explained, `id="${anchor ?? ''}"`, 'each line that is not green leads to what is to be done');
  t.match(state, 'guide#status-alarms');
});

void t.test('mail is a way where it is set up, and goes when nothing else does', async (t) => {
  const letters: string[] = [];
  const mail = (letter: { title: string }) => {
    letters.push(letter.title);
    return Promise.resolve({ isTaken: true, says: 'It was handed over.' });
  };
  const app = await testApp(t, { outside: { mail } });
  const browser = await office(app);
  t.match((await browser.get('/admin/alarms')).body, 'Mail goes to everybody who administers');
  t.match((await browser.post('/admin/alarms/tests')).body, /<b>Mail:<\/b> It was handed over\./);
  t.same(letters, ['Test']);
});
