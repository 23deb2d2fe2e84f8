import type { FastifyReply, FastifyRequest } from 'fastify';
import fc from 'fast-check';
import t from 'tap';
import { cookiesFor } from './cookies.js';
import { sayNext, spokenOnce } from './flash.js';
import { isSameOrigin } from './origin.js';
import { csrfOwner, initials } from './page.js';
import { device, when } from './words.js';

void t.test('initials are of the name, else of the address, two letters at most', async (t) => {
  const cases: [string, string, string][] = [
    ['Ada Lovelace', 'x@y.org', 'AL'],
    ['ada', 'x@y.org', 'A'],
    ['Ada Byron King Lovelace', 'x@y.org', 'AB'],
    ['', 'ada.lovelace@example.org', 'AL'],
    ['', 'ada@example.org', 'AE'],
    ['  zoë-anne  ', 'x@y.org', 'ZA'],
    ['👍 up', 'x@y.org', '👍U'],
    ['', '', ''],
  ];
  for (const [name, email, expected] of cases) t.equal(initials(name, email), expected, name || email);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => !/[\ud800-\udbff]$/.test(initials(name, 'a@b'))),
  );
});

void t.test('a form belongs to the session that drew it', async (t) => {
  const of = (visitor: { doorId: string } | null) => csrfOwner({ visitor } as FastifyRequest);
  t.equal(of({ doorId: 'one' }), 'one');
  t.equal(of(null), 'nobody');
});

/** A reply that remembers the cookies it was given. */
const recorder = () => {
  const given: unknown[][] = [];
  const reply = {
    setCookie: (...args: unknown[]) => (given.push(['set', ...args]), reply),
    clearCookie: (...args: unknown[]) => (given.push(['clear', ...args]), reply),
  };
  return { reply: reply as unknown as FastifyReply, given };
};

void t.test('what is said on the next page is a key, said once, and only one of ours', async (t) => {
  const cookies = cookiesFor('https://journal.example.org');
  const { reply, given } = recorder();
  sayNext(reply, cookies, 'verified');
  t.same(given, [['set', '__Host-flash', 'verified', { ...cookies.flags, maxAge: 60 }]]);
  const heard = (value: string | undefined) => {
    const next = recorder();
    const request = {
      cookies: value === undefined ? {} : { '__Host-flash': value },
    } as unknown as FastifyRequest;
    return { flash: spokenOnce(request, next.reply, cookies), given: next.given };
  };
  t.match(heard('verified').flash, [{ kind: 'good', text: /confirmed/ }]);
  t.same(heard('verified').given, [['clear', '__Host-flash', cookies.flags]]);
  t.same(heard(undefined), { flash: [], given: [] });
  for (const forged of ['You have won', '__proto__', 'constructor', 'toString', ''])
    t.same(heard(forged).flash, [], forged);
});

void t.test('cookies are tied to the host by the browser wherever there is https', async (t) => {
  const flags = { path: '/', httpOnly: true, sameSite: 'lax' };
  t.same(cookiesFor('https://journal.example.org'), {
    session: '__Host-sid',
    csrf: '__Host-csrf',
    flash: '__Host-flash',
    device: '__Host-device',
    flags: { ...flags, secure: true },
  });
  t.same(cookiesFor('http://127.0.0.1:3000'), {
    session: 'sid',
    csrf: 'csrf',
    flash: 'flash',
    device: 'device',
    flags: { ...flags, secure: false },
  });
});

void t.test(
  'the browser’s word on where a form comes from is final; without it the origin must be ours',
  async (t) => {
    const own = 'https://journal.example.org';
    const is = (headers: Record<string, string>) => isSameOrigin({ headers }, own);
    t.ok(is({ 'sec-fetch-site': 'same-origin' }));
    t.ok(is({ 'sec-fetch-site': 'same-origin', origin: 'null' }));
    for (const site of ['same-site', 'cross-site', 'none', '', 'SAME-ORIGIN', 'same-origin, cross-site'])
      t.notOk(is({ 'sec-fetch-site': site, origin: own }), site);
    t.ok(is({ origin: own }));
    const foreign = ['null', '', 'https://evil.example', `${own}.evil.example`, `${own}/`, `${own}:444`];
    for (const origin of [...foreign, 'http://journal.example.org', 'https://JOURNAL.example.org'])
      t.notOk(is({ origin }), origin);
    t.notOk(is({}), 'neither');
    t.notOk(is({ referer: `${own}/login` }), 'a referrer is no proof');
  },
);

void t.test('an instant is told in the person’s own zone, and what never was is null', async (t) => {
  const at = new Date('2026-03-29T01:30:00Z');
  t.equal(when(at, 'UTC'), '29 Mar 2026, 01:30');
  t.equal(when(at, 'Europe/Berlin'), '29 Mar 2026, 03:30', 'summer time has begun');
  t.equal(when(at, 'America/New_York'), '28 Mar 2026, 21:30');
  t.equal(when(null, 'UTC'), null);
});

void t.test('a browser is told in a few words', async (t) => {
  const agents: [string, string][] = [
    ['Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge on Windows'],
    ['Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36', 'Chrome on Android'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1', 'Safari on iOS'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Version/18.0 Safari/605.1', 'Safari on macOS'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0', 'Firefox on Linux'],
    ['curl/8.5.0', 'curl'],
    ['<script>alert(1)</script> (Windows)', 'A browser on Windows'],
    ['', 'Unknown browser'],
  ];
  for (const [agent, words] of agents) t.equal(device(agent), words);
});
