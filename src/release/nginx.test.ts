import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import t from 'tap';
import { person, tokenOf } from '../testing/cast.js';
import { needs } from '../testing/needs.js';
import { domain, hasBrotli } from '../testing/nginx.js';
import { observatory } from '../testing/observatory.js';
import { throughNginx, type Answer, type Proxied } from '../testing/through-nginx.js';

t.setTimeout(180_000);
const nginx = needs('nginx');

/** Names of headers that came more than once, but for cookies, of which there may be several. */
const twice = ({ rawHeaders }: Answer): string[] => {
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  return names.filter((name, at) => names.indexOf(name) !== at && name !== 'set-cookie');
};

const json = (answer: Answer): unknown => JSON.parse(answer.body.toString());
const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };

void t.test('a page comes with every header once, and earns at least 135 points', nginx, async (t) => {
  const { ask, authority } = await throughNginx(t);
  for (const path of ['/', '/login', '/signup', '/none', '/healthz']) {
    const answer = await ask({ path });
    t.same(twice(answer), [], path);
    t.equal(answer.headers['strict-transport-security'], 'max-age=63072000; includeSubDomains', path);
    t.equal(answer.headers['server'], 'nginx', 'and no version');
  }
  for (const path of ['/', '/login']) {
    const { status, headers, body } = await ask({ path });
    t.equal(status, 200);
    const { score, points } = observatory({
      ...{ url: `https://${authority}${path}`, redirectsTo: `https://${authority}${path}` },
      headers: headers as Record<string, string>,
      cookies: headers['set-cookie'] ?? [],
      scripts: [...body.toString().matchAll(/<script[^>]* src="([^"]+)"/g)].map(
        ([, address]) => address ?? '',
      ),
    });
    process.stderr.write(`${path}: ${score} points (${points.map((each) => each.join(' ')).join(', ')})\n`);
    t.ok(score >= 135, `${path}: ${score}`);
  }
});

void t.test('what is claimed of an address is dropped: the visitor is who connects', nginx, async (t) => {
  const { ask, world, authority } = await throughNginx(t);
  const headers = {
    'x-forwarded-for': '8.8.8.8',
    'x-real-ip': '8.8.4.4',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    forwarded: 'for=9.9.9.9;host=evil.example',
  };
  const { status, body } = await ask({ path: '/login', headers, from: '127.0.0.9' });
  t.equal(status, 200);
  t.notMatch(body.toString(), 'evil.example');
  t.match(world.logged.join(''), '"ip":"127.0.0.9"');
  t.notMatch(world.logged.join(''), /8\.8\.[48]|9\.9\.9\.9/);
  const past = { host: authority, ...headers };
  await world.app.inject({ url: '/login', remoteAddress: '203.0.113.7', headers: past });
  t.match(world.logged.join(''), '"ip":"203.0.113.7"', 'and over TCP nobody is believed');
  t.notMatch(world.logged.join(''), /8\.8\.[48]/);
});

void t.test(
  'pages and programs keep their sockets through it, and a stranger gets none',
  nginx,
  async (t) => {
    const { upgrade, ask, world, authority } = await throughNginx(t);
    const anna = await person(world, 'anna');
    const cookie = `${world.kit.cookies.session}=${anna.browser.cookie(world.kit.cookies.session) ?? ''}`;
    const origin = `https://${authority}`;
    t.match(await upgrade('/live?view=shell', { cookie, origin }, 20), { status: 101, heard: /id="/ });
    t.equal((await upgrade('/live', { cookie, origin: 'https://evil.example' }, 1)).status, 403);
    for (let turn = 0; turn < 20; turn += 1) t.not((await upgrade('/live', { origin }, 1)).status, 101);
    const authorization = `Bearer ${await tokenOf(world, anna)}`;
    t.match(await upgrade('/api/v1/stream', { authorization }, 30), { status: 101, heard: /SNAPSHOT/ });
    t.equal(
      (await ask({ path: '/api/v1/stream', headers: { authorization } })).status,
      426,
      'and not without asking for one',
    );
    t.not((await upgrade('/dashboard', { cookie, origin }, 1)).status, 101, 'nowhere else');
  },
);

void t.test(
  'what is too large is refused by path, in a sentence or in the form of the API',
  nginx,
  async (t) => {
    const { ask, world } = await throughNginx(t);
    const send = (path: string, megabytes: number): Promise<Answer> =>
      ask({
        path,
        method: 'POST',
        headers: { ...form, 'content-length': String(megabytes * 1024 * 1024), expect: '100-continue' },
      });
    const refused: [string, number][] = [
      ['/login', 2],
      ['/trades/new', 2],
      ['/trades/import/1/answer', 2],
      ['/trades/import', 258],
      ['/trades/1/screenshots', 52],
    ];
    for (const [path, megabytes] of refused) {
      const answer = await send(path, megabytes);
      t.equal(answer.status, 413, `${path} ${megabytes} MB`);
      t.equal(answer.headers['content-type'], 'text/plain');
      t.match(answer.body.toString(), /^This is larger than what can be sent here: /);
      t.same(twice(answer), []);
      t.equal(answer.headers['strict-transport-security'], 'max-age=63072000; includeSubDomains');
    }
    for (const [path, megabytes] of [
      ['/api/v1/trades', 2],
      ['/api/v1/imports', 258],
      ['/api/v1/trades/1/screenshots', 52],
    ] as const) {
      const answer = await send(path, megabytes);
      t.equal(answer.status, 413, `${path} ${megabytes} MB`);
      t.match(json(answer), { error: { code: 'too_large', message: String } });
    }
    const whole = 40 * 1024 * 1024;
    for (const path of [
      '/trades/import',
      '/trades/1/screenshots',
      '/api/v1/imports',
      '/api/v1/trades/1/screenshots',
    ]) {
      const { status } = await ask({ path, method: 'POST', headers: form, body: Buffer.alloc(whole) });
      t.ok([303, 401, 415].includes(status), `${path} reaches RawJournal: ${status}`);
    }
    for (let turn = 0; turn < 20; turn += 1) {
      const own = await ask({
        path: '/login',
        method: 'POST',
        headers: form,
        body: Buffer.alloc(900_000, 'a'),
      });
      t.match(
        own.body.toString(),
        'What you sent is larger than this page accepts.',
        'RawJournal’s own page',
      );
      t.equal(own.status, 413);
    }
    t.notMatch(world.logged.join('\n'), /"level":(50|60)/);
  },
);

/** Opens a connection, sends `text`, and says how long it was left open and what was answered. */
async function stall({ site, authority }: Proxied, text: string): Promise<{ ms: number; heard: string }> {
  const began = performance.now();
  const socket: TLSSocket = connect({
    host: '127.0.0.1',
    port: site.httpsPort,
    servername: domain,
    ca: site.certificate,
  });
  let heard = '';
  socket.on('data', (part) => (heard += String(part)));
  socket.on('error', () => undefined);
  socket.write(text.replace('HOST', authority));
  await once(socket, 'close');
  return { ms: performance.now() - began, heard };
}

void t.test('who stops sending is hung up on within 15 seconds', nginx, async (t) => {
  const proxied = await throughNginx(t);
  const began = `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na=`;
  const slow = [
    `POST /login HTTP/1.1\r\nHost: HOST\r\n${began}`,
    `POST /trades/import HTTP/1.1\r\nHost: HOST\r\n${began}`,
    `POST /api/v1/imports HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab`,
    'GET /login HTTP/1.1\r\nHost: HOST\r\nX-Slow:',
    '',
  ];
  const stalls = await Promise.all(slow.map((text) => stall(proxied, text)));
  for (const [at, { ms, heard }] of stalls.entries()) {
    t.ok(ms <= 15_000, `${slow[at]?.split('\r\n')[0] ?? ''}: ${Math.round(ms)} ms`);
    t.notMatch(heard, /^HTTP\/1\.1 [23]/);
  }
  t.notMatch(proxied.world.logged.join(''), '"method":"POST"', 'and RawJournal never hears of it');
});

void t.test('a flood is answered with 429, and others are let through', nginx, async (t) => {
  const { ask } = await throughNginx(t);
  const flood = await Promise.all(
    Array.from({ length: 100 }, () => ask({ path: '/healthz', from: '127.0.0.5' })),
  );
  const [passed, refused] = [200, 429].map((status) => flood.filter((answer) => answer.status === status));
  t.equal((passed?.length ?? 0) + (refused?.length ?? 0), 100);
  t.ok((passed?.length ?? 0) >= 41, `${passed?.length ?? 0} of 100 at once`);
  t.ok((refused?.length ?? 0) >= 20, `${refused?.length ?? 0} of 100 refused`);
  t.match(refused?.[0], { headers: { 'retry-after': '5', 'content-type': 'text/plain' } });
  t.match(refused?.[0]?.body.toString(), 'Wait a few seconds');
  t.equal((await ask({ path: '/healthz', from: '127.0.0.6' })).status, 200);
  const api = await Promise.all(
    Array.from({ length: 60 }, () => ask({ path: '/api/v1/me', from: '127.0.0.5' })),
  );
  const turnedAway = api.find((answer) => answer.status === 429);
  t.match(turnedAway === undefined ? null : json(turnedAway), { error: { code: 'too_many_requests' } });
});

void t.test('one address holds 60 requests at a time, and the next one is refused', nginx, async (t) => {
  const { site, authority, ask } = await throughNginx(t);
  const waiting = `POST /login HTTP/1.1\r\nHost: ${authority}\r\nContent-Length: 9\r\n\r\na`;
  const way = { host: '127.0.0.1', port: site.httpsPort, servername: domain, ca: site.certificate };
  const sockets: TLSSocket[] = [];
  t.teardown(() => sockets.forEach((socket) => socket.destroy()));
  let refused = 0;
  for (let turn = 0; turn < 65; turn += 1) {
    const socket = connect(way);
    socket.on('data', (part: Buffer) => (refused += Number(part.toString().startsWith('HTTP/1.1 429'))));
    socket.on('error', () => undefined);
    socket.write(waiting);
    sockets.push(socket);
    await sleep(60); // slower than the limit of requests
  }
  await sleep(500);
  t.equal(refused, 5);
  t.equal((await ask({ path: '/healthz', from: '127.0.0.8' })).status, 200, 'others are served');
});

void t.test('pages are compressed on the way, assets are as they were built', nginx, async (t) => {
  const { ask } = await throughNginx(t);
  const page = await ask({ path: '/', headers: { 'accept-encoding': 'gzip' } });
  t.equal(page.headers['content-encoding'], 'gzip');
  const text = gunzipSync(page.body).toString();
  t.match(text, '</html>');
  const [, script = ''] = /<script[^>]* src="([^"]+)"/.exec(text) ?? [];
  for (const [encoding, unpack] of [
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const) {
    const asset = await ask({ path: script, headers: { 'accept-encoding': encoding } });
    t.equal(asset.headers['content-encoding'], encoding);
    t.equal(asset.headers['cache-control'], 'public, max-age=31536000, immutable');
    t.ok(unpack(asset.body).length > asset.body.length);
    t.same(twice(asset), []);
  }
  t.equal((await ask({ path: '/' })).headers['content-encoding'], undefined, 'who did not ask gets it plain');
  if (!hasBrotli) return;
  const smaller = await ask({ path: '/', headers: { 'accept-encoding': 'gzip, br' } });
  t.equal(smaller.headers['content-encoding'], 'br');
  t.match(brotliDecompressSync(smaller.body).toString(), '</html>');
});

void t.test('while RawJournal is away a page says so and comes back by itself', nginx, async (t) => {
  const { ask, world } = await throughNginx(t);
  await ask({ path: '/' });
  await world.app.close();
  const page = await ask({ path: '/' });
  t.equal(page.status, 503);
  t.match(page.headers, { 'retry-after': '5', refresh: '5', 'cache-control': 'no-store' });
  t.equal(page.body.toString(), 'RawJournal is being started. Try again in a few seconds.\n');
  const sent = await ask({ path: '/login', method: 'POST', headers: form, body: 'a=b' });
  t.equal(sent.status, 503);
  t.equal(sent.headers['refresh'], undefined, 'no form is sent twice');
  t.match(json(await ask({ path: '/api/v1/me' })), { error: { code: 'unavailable' } });
});
