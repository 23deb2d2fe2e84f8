import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import t, { type Test } from 'tap';
import { testApp, type TestApp } from '../testing/app.js';
import type { Browser } from '../testing/browser.js';
import { password, person } from '../testing/cast.js';
import { seedAccount } from '../testing/trading.js';
import { rowsOf } from '../testing/rows.js';

t.setTimeout(600_000);

const form = 'application/x-www-form-urlencoded';

/** Sends a body as it is, with the page's form token in a header, as the scripts of the pages do. */
const send = (
  browser: Browser,
  url: string,
  type: string,
  payload: string | Buffer,
): Promise<LightMyRequestResponse> =>
  browser.request({
    method: 'POST',
    url,
    headers: { 'content-type': type, 'x-csrf-token': browser.token },
    payload,
  });

const isClear = ({ statusCode }: LightMyRequestResponse): boolean => statusCode >= 400 && statusCode < 500;

const guestForms = ['/login', '/signup', '/reset'];
const ownForms = [
  '/settings/profile',
  '/settings/security/password',
  '/settings/security/two-factor',
  '/settings/security/two-factor/confirmation',
  '/settings/tokens',
  '/accounts',
];

const pairs = (count: number): string => Array.from({ length: count }, (_, i) => `f${i}=x`).join('&');
const names = [
  'email',
  'password',
  'name',
  'timeZone',
  'current',
  'code',
  'scope',
  'formId',
  'type',
  'label',
  'category',
  'server',
  'login',
  'investorPassword',
];
const each = (value: string): string => names.map((name) => name + value).join('&');

/** Type and body of forms that none of our pages could have sent. */
const damaged: [string, string | Buffer][] = [
  [form, ''],
  [form, '&&&==&='],
  [form, each('=a') + '&' + each('=b')],
  [form, each('[]=a')],
  [form, each('[x][y]=a')],
  [form, each('=%00')],
  [form, each('=a%00b')],
  [form, each('=%ff%fe%80')],
  [form, each('=%zz%')],
  [form, Buffer.from([0x65, 0x3d, 0xff, 0xfe, 0x00, 0x26, 0xc3, 0x28])],
  [form, pairs(1000)],
  [form, '__proto__=x&constructor=x&toString=x&__proto__[email]=a@example.org&hasOwnProperty=x'],
  [form, `email=${'x'.repeat(60_000)}`],
  [form, `email=${'x'.repeat(70_000)}`],
  [form, Buffer.alloc(10 * 1024 * 1024, 'a=b&')],
  ['application/json', '{}'],
  ['application/json', '[]'],
  ['application/json', '"text"'],
  ['application/json', 'null'],
  ['application/json', '{"email":'],
  ['application/json', JSON.stringify(Object.fromEntries(names.map((name) => [name, { a: [1] }])))],
  ['application/json', JSON.stringify(Object.fromEntries(names.map((name) => [name, ['a']])))],
  ['application/json', JSON.stringify(Object.fromEntries(names.map((name) => [name, 7])))],
  ['application/json', '{"__proto__":{"email":"a@example.org"}}'],
  ['application/json', '{"constructor":{"prototype":{"email":"a@example.org"}}}'],
  ['application/json', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  [
    'multipart/form-data; boundary=x',
    '--x\r\ncontent-disposition: form-data; name="email"\r\n\r\na\r\n--x--\r\n',
  ],
  ['text/plain', each('=a')],
  ['application/xml', '<email>a</email>'],
  ['nonsense', 'x'],
  [`${form}; charset=utf-7`, '+AGU-'],
];

const label = (type: string, body: string | Buffer): string =>
  `${type.slice(0, 40)} ${JSON.stringify(body.toString('latin1').slice(0, 40))}`;

async function refusesAll(t: Test, world: TestApp, browser: Browser, urls: string[]): Promise<void> {
  const before = await rowsOf(world.login, null);
  for (const url of urls)
    for (const [type, body] of damaged) {
      const answer = await send(browser, url, type, body);
      t.ok(isClear(answer), `${answer.statusCode} to ${url}: ${label(type, body)}`);
    }
  t.same(await rowsOf(world.login, null), before, 'nothing is stored');
  t.same(world.mail, [], 'nothing is sent');
  t.equal(Object.hasOwn(Object.prototype, 'email'), false, 'no prototype was reached');
}

void t.test('a form that is damaged is refused wherever a stranger can send one', async (t) => {
  const world = await testApp(t, { isEmpty: true });
  const browser = world.browser();
  await browser.get('/setup');
  await refusesAll(t, world, browser, [...guestForms, '/setup']);
});

void t.test('a form that is damaged is refused wherever a signed-in person can send one', async (t) => {
  const world = await testApp(t);
  const { browser, userId } = await person(world, 'trader');
  await browser.get('/settings/profile');
  const { accountId } = await seedAccount(world, userId);
  const own = ['', '/credentials', '/removal'].map((form) => `/accounts/${accountId}${form}`);
  await refusesAll(t, world, browser, [...ownForms, ...own]);
});

void t.test(
  'form tokens that are old, foreign, broken or missing are refused, and nothing happens',
  async (t) => {
    const world = await testApp(t);
    const owner = await person(world, 'owner');
    const thief = await person(world, 'thief');
    await thief.browser.get('/settings/profile');
    await owner.browser.get('/settings/profile');
    const before = await rowsOf(world.login, null);
    const { token } = owner.browser;
    const mangled = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`;
    for (const _csrf of ['', 'x', thief.browser.token, mangled, `${token}x`, token.toUpperCase(), '\u0000']) {
      const refused = await owner.browser.post('/settings/profile', {
        _csrf,
        name: 'Forged',
        timeZone: 'UTC',
      });
      t.equal(refused.statusCode, 403, JSON.stringify(_csrf.slice(0, 8)));
      t.match(refused.body, /Reload the page/);
    }
    const odd = [{ _csrf: { a: 1 } }, { _csrf: [token] }, { _csrf: 7 }, { _csrf: true }];
    for (const fields of odd) {
      const payload = JSON.stringify({ ...fields, name: 'Forged', timeZone: 'UTC' });
      const refused = await owner.browser.request({
        method: 'POST',
        url: '/settings/profile',
        headers: { 'content-type': 'application/json' },
        payload,
      });
      t.equal(refused.statusCode, 403, payload);
    }
    t.same(await rowsOf(world.login, null), before);
    owner.browser.setCookie('csrf', 'planted');
    t.equal((await owner.browser.post('/settings/profile', { name: 'x', timeZone: 'UTC' })).statusCode, 403);
  },
);

void t.test('what comes in reaches no header of the answer', async (t) => {
  const world = await testApp(t);
  const { browser, email } = await person(world, 'trader');
  const crlf = 'x\r\nset-cookie: sid=evil\r\n\r\n<b>evil</b>';
  await browser.get('/settings/profile');
  const answers = [
    await world.browser().fill('/login', '/login', { email: crlf, password, next: crlf }),
    await world.browser().fill('/login', '/login', { email, password, next: `/${crlf}` }),
    await world.browser().get(`/verify/${encodeURIComponent(crlf)}`),
    await browser.post(`/verify/${encodeURIComponent(crlf)}`),
    await browser.post('/settings/profile', { name: crlf, timeZone: crlf }),
    await browser.post('/settings/tokens', { name: crlf, scope: 'read', formId: randomUUID() }),
    await browser.get(`/settings/profile?x=${encodeURIComponent(crlf)}`),
  ];
  for (const { headers, body } of answers) {
    t.notMatch(JSON.stringify(headers['set-cookie'] ?? ''), 'evil');
    t.notMatch(body, '<b>evil</b>', 'nor as markup');
    t.notMatch(headers.location ?? '', /[\r\n]/);
  }
});
