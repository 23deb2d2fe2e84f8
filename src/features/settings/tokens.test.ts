import { randomUUID } from 'node:crypto';
import t from 'tap';
import { secretHash } from '../../lib/secret.js';
import { testApp } from '../../testing/app.js';
import type { Browser } from '../../testing/browser.js';
import { person, tokenOf } from '../../testing/cast.js';
import { ask, shownToken, stolen } from '../../testing/steps.js';

t.setTimeout(600_000);

const formIdOf = (html: string): string => /name="formId" value="([^"]+)"/.exec(html)?.[1] ?? '';
const idsOf = (html: string): string[] => [
  ...new Set([...html.matchAll(/tokens\/([0-9a-f-]{36})\/revocation/g)].map(([, id]) => id ?? '')),
];

const make = async (browser: Browser, more: Record<string, string> = {}) => {
  const page = await browser.get('/settings/tokens');
  return browser.post('/settings/tokens', {
    name: 'spreadsheet',
    scope: 'read',
    formId: formIdOf(page.body),
    ...more,
  });
};
const statusWith = async (browser: Browser, token: string): Promise<number> =>
  (await browser.get('/api/v1/me', { authorization: `Bearer ${token}` })).statusCode;

void t.test('a token is shown once and kept as a hash', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'trader');
  const made = await make(browser);
  t.equal(made.statusCode, 200);
  const token = shownToken(made.body);
  t.match(token, /^rj_[\w-]{43}$/);
  t.equal(await statusWith(world.browser(), token), 200, 'it works');
  for (const path of ['/settings/tokens', '/settings/tokens/list']) {
    const { body } = await browser.get(path);
    t.match(body, 'spreadsheet');
    t.match(body, `…${token.slice(-4)}`, 'enough to tell it from others');
    t.notOk(body.includes(token), 'never again');
  }
  const rows = await stolen(world);
  t.ok(rows.includes(secretHash(token)));
  t.notOk(rows.includes(token) || rows.includes(token.slice(3)));
});

void t.test('the same form sent twice makes one token and says so', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'trader');
  const formId = formIdOf((await browser.get('/settings/tokens')).body);
  const fields = { name: 'spreadsheet', scope: 'write', formId };
  const answers = await Promise.all([1, 2, 3].map(() => browser.post('/settings/tokens', fields)));
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [200, 422, 422]);
  for (const { body } of answers.filter(({ statusCode }) => statusCode === 422)) {
    t.match(body, 'This form was sent twice; one token was made.');
    t.equal(shownToken(body), '');
    t.not(formIdOf(body), formId, 'the form that comes back is a new one');
  }
  t.equal((await ask(world, 'select from api_tokens')).length, 1);
  t.equal((await make(browser)).statusCode, 200, 'a new form makes another');
});

void t.test('a revoked token is dead at once, and only its owner can revoke it', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  const other = await person(world, 'other');
  const token = await tokenOf(world, owner);
  const [id = ''] = idsOf((await owner.browser.get('/settings/tokens')).body);
  await other.browser.get('/settings/tokens');
  t.equal((await other.browser.post(`/settings/tokens/${id}/revocation`)).statusCode, 404);
  t.equal(await statusWith(world.browser(), token), 200, 'still alive');
  const region = await owner.browser.post(`/settings/tokens/${id}/revocation`);
  t.equal(region.statusCode, 200);
  t.match(region.body, 'No tokens yet');
  t.equal(await statusWith(world.browser(), token), 401);
  t.equal(
    (await owner.browser.post(`/settings/tokens/${id}/revocation`)).statusCode,
    404,
    'the second click',
  );
});

void t.test('the list says what a token may do and when it was last used', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'trader');
  const token = shownToken((await make(browser, { scope: 'write' })).body);
  t.match((await browser.get('/settings/tokens')).body, /read and write.*—/s);
  world.clock.advance(90 * 60_000);
  await statusWith(world.browser(), token);
  t.match((await browser.get('/settings/tokens')).body, '2 Mar 2026, 10:30');
});

void t.test('a refused form keeps what was typed, says why, and makes nothing', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'trader');
  const tries: [Record<string, string>, RegExp][] = [
    [{ name: ' ' }, /Please fill this in/],
    [{ name: 'x'.repeat(61) }, /within 60 characters/],
    [{ scope: 'admin' }, /Choose what the token may do/],
  ];
  for (const [fields, sentence] of tries) {
    const refused = await make(browser, fields);
    t.equal(refused.statusCode, 422);
    t.match(refused.body, sentence);
    t.match(refused.body, `value="${fields['name'] ?? 'spreadsheet'}"`);
  }
  for (const formId of ['', 'not-a-number', `${randomUUID()}x`])
    t.equal((await make(browser, { formId })).statusCode, 422, 'a form without its own number');
  t.equal((await ask(world, 'select from api_tokens')).length, 0);
});
