import type { LightMyRequestResponse } from 'fastify';
import t from 'tap';
import { testApp } from '../testing/app.js';
import { person } from '../testing/cast.js';

t.setTimeout(600_000);

const isClear = ({ statusCode }: LightMyRequestResponse): boolean => statusCode >= 400 && statusCode < 500;

void t.test('a host that is not ours is refused before anything else, and never repeated', async (t) => {
  const world = await testApp(t, { env: { PUBLIC_URL: 'https://journal.example.org' } });
  const hosts = [
    'evil.example',
    'journal.example.org.evil.example',
    'evil.example:443',
    'journal.example.org:8443',
    'JOURNAL.example.org@evil.example',
    'localhost',
    '127.0.0.1:3000',
    ' ',
    'a b',
    '"><script>alert(1)</script>',
  ];
  for (const host of hosts)
    for (const url of ['/', '/login', '/assets/x', '/api/v1/me', '/nowhere']) {
      const refused = await world.app.inject({ url, headers: { host } });
      t.equal(refused.statusCode, 421, `${url} at ${host}`);
      t.notMatch(refused.body + JSON.stringify(refused.headers), /evil|<script>alert/);
      t.match(refused.body, 'This server answers at https:');
    }
  const forwarded = await world
    .browser()
    .get('/login', { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher' });
  t.equal(forwarded.statusCode, 200);
  t.notMatch(forwarded.body + JSON.stringify(forwarded.headers), /evil|gopher/);
  t.equal(
    (await world.app.inject({ url: '/healthz', headers: { host: '10.0.0.7' } })).statusCode,
    200,
    'a watchdog',
  );
});

void t.test('on one’s own machine the other names of loopback lead to the one that is used', async (t) => {
  const world = await testApp(t);
  for (const host of ['localhost:3000', '127.0.0.1', '[::1]:3000', 'localhost']) {
    const led = await world.app.inject({ url: '/login?next=/x', headers: { host } });
    t.equal(led.statusCode, 307);
    t.equal(led.headers.location, 'http://127.0.0.1:3000/login?next=/x');
    const sent = await world.app.inject({ method: 'POST', url: '/login', headers: { host } });
    t.equal(sent.statusCode, 421, 'but no form is sent on');
  }
  const double = await world.app.inject({ url: '//evil.example/x', headers: { host: 'localhost:3000' } });
  t.match(double.headers.location ?? 'http://127.0.0.1:3000/', /^http:\/\/127\.0\.0\.1:3000\//);
});

void t.test('no address leads out of the folder of assets, and an odd one is refused clearly', async (t) => {
  const world = await testApp(t);
  const up = [
    '../',
    '..%2f',
    '%2e%2e/',
    '%2e%2e%2f',
    '..%5c',
    '..\\',
    '....//',
    '%252e%252e%252f',
    '.%00./',
    '..;/',
  ];
  const targets = ['package.json', 'src/main.ts', 'etc/passwd'];
  const odd = [
    '%00',
    'css/%00',
    '%',
    '%ff',
    '%2f%2fetc%2fpasswd',
    '//etc/passwd',
    '/etc/passwd',
    '',
    '.',
    '~',
    'x'.repeat(5000),
  ];
  const paths = [...up.flatMap((step) => targets.map((target) => step.repeat(6) + target)), ...odd];
  for (const path of paths) {
    const refused = await world.app.inject({ url: `/assets/${path}`, headers: { host: '127.0.0.1:3000' } });
    t.ok(isClear(refused), `${refused.statusCode} to ${path.slice(0, 60)}`);
    t.notMatch(refused.body, /rawjournal",|root:x|import /);
  }
});

void t.test('an address of any length or content is answered clearly', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'trader');
  const long = 'x'.repeat(12_000);
  const paths = [
    `/${long}`,
    `/verify/${long}`,
    `/reset/${long}`,
    '/verify/%ff',
    '/%c0%ae',
    '/a%00b',
    '/%0d%0ax:%20y',
  ];
  for (const url of [
    ...paths,
    `/settings/security/sessions/${long}/revocation`,
    '/api/v1/%',
    `/api/v1/${long}`,
  ]) {
    const refused = await browser.get(url);
    t.ok(isClear(refused), `${refused.statusCode} to ${url.slice(0, 40)}`);
    t.match(refused.headers['x-content-type-options'], 'nosniff');
    t.notOk(refused.body.includes(long.slice(0, 500)), 'and not repeated');
  }
  for (const query of [
    `a=${long}`,
    '__proto__=x',
    'next[]=x',
    'next=a&next=b',
    '%00=%00',
    '%ff',
    '&&=',
    'next=%0d%0a',
  ])
    t.equal((await world.browser().get(`/login?${query}`)).statusCode, 200, query.slice(0, 20));
});

void t.test('cookies of any content make nobody of anybody', async (t) => {
  const world = await testApp(t);
  await person(world, 'trader');
  const odd = [
    'sid=',
    'sid=%00',
    'sid=%E0%A4%A',
    'sid="',
    `sid=${'x'.repeat(8000)}`,
    'sid=a; sid=b',
    '__proto__=x',
    ';;;',
    'flash=__proto__; sid=x',
    'flash=constructor',
  ];
  for (const cookie of odd) {
    const answer = await world.app.inject({ url: '/dashboard', headers: { host: '127.0.0.1:3000', cookie } });
    t.equal(answer.statusCode, 303, cookie.slice(0, 30));
    const page = await world.app.inject({ url: '/login', headers: { host: '127.0.0.1:3000', cookie } });
    t.equal(page.statusCode, 200, cookie.slice(0, 30));
  }
});
