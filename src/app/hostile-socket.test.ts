import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { testApp, type TestApp } from '../testing/app.js';
import { rowsOf } from '../testing/rows.js';

t.setTimeout(600_000);

/** The whole program on a real port. */
async function listening(t: Test): Promise<TestApp & { port: number }> {
  const world = await testApp(t);
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  return { ...world, port: (world.app.server.address() as AddressInfo).port };
}

interface Heard {
  /** everything that came back */
  text: string;
  ms: number;
}

/** Says exactly these bytes, keeps quiet, and hears until the server hangs up or the patience ends. */
async function say(port: number, bytes: string | Buffer, patienceMs = 3_000): Promise<Heard> {
  const socket = connect(port, '127.0.0.1');
  const began = performance.now();
  const heard: Buffer[] = [];
  socket.on('data', (part) => heard.push(part));
  socket.on('error', () => undefined); // a reset is an answer too
  await once(socket, 'connect');
  socket.write(bytes);
  await Promise.race([once(socket, 'close'), sleep(patienceMs, undefined, { ref: false })]);
  const ms = performance.now() - began;
  socket.destroy();
  return { text: Buffer.concat(heard).toString('latin1'), ms };
}

const host = 'Host: 127.0.0.1:3000\r\n';
const close = 'Connection: close\r\n';
const type = 'Content-Type: application/x-www-form-urlencoded\r\n';
const post = `POST /login HTTP/1.1\r\n${host}${type}Sec-Fetch-Site: same-origin\r\n`;
const statuses = ({ text }: Heard): string[] =>
  [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => status ?? '');

void t.test('requests that are not well made are refused, and never twice', async (t) => {
  const world = await listening(t);
  const before = await rowsOf(world.login, null);
  const tries: [string, string | Buffer, string[]][] = [
    ['no Host', `GET /login HTTP/1.1\r\n${close}\r\n`, ['400']],
    ['no Host in HTTP/1.0', 'GET /login HTTP/1.0\r\n\r\n', ['421']],
    ['an empty Host', `GET /login HTTP/1.1\r\nHost:\r\n${close}\r\n`, ['421', '400']],
    [
      'an address with another host',
      `GET http://evil.example/login HTTP/1.1\r\n${host}${close}\r\n`,
      ['200'],
    ],
    ['no address', `GET evil HTTP/1.1\r\n${host}${close}\r\n`, ['400', '404']],
    ['an unknown method', `BREW /login HTTP/1.1\r\n${host}${close}\r\n`, ['400']],
    ['TRACE', `TRACE /login HTTP/1.1\r\n${host}${close}\r\n`, ['404', '400']],
    ['CONNECT', `CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n`, ['400', '404', '405', '']],
    [
      'a header with a line feed',
      `GET /login HTTP/1.1\r\n${host}X: a\nSet-Cookie: b\r\n${close}\r\n`,
      ['400'],
    ],
    ['a header with NUL', `GET /login HTTP/1.1\r\n${host}X: a\0b\r\n${close}\r\n`, ['400']],
    ['headers of 40 KB', `GET /login HTTP/1.1\r\n${host}X: ${'a'.repeat(40_000)}\r\n${close}\r\n`, ['431']],
    [
      'an address of 40 KB',
      `GET /${'a'.repeat(40_000)} HTTP/1.1\r\n${host}${close}\r\n`,
      ['431', '414', '400'],
    ],
    ['two lengths', `${post}Content-Length: 3\r\nContent-Length: 30\r\n\r\na=b`, ['400']],
    [
      'a length and chunks',
      `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      ['400'],
    ],
    ['a negative length', `${post}Content-Length: -3\r\n\r\na=b`, ['400']],
    ['a broken chunk', `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n`, ['400', '403']],
    ['HTTP/2 by surprise', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ['400', '505', '']],
    ['noise', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0xff]), ['400', '']],
  ];
  for (const [name, bytes, accepted] of tries) {
    const heard = await say(world.port, bytes);
    const [status = '', ...more] = statuses(heard);
    t.ok(accepted.includes(status), `${name}: ${status} of ${accepted.join(', ')}`);
    t.same(more, [], `${name}: one answer`);
    t.notMatch(heard.text, /set-cookie: b|evil\.example/i, `${name}: nothing is repeated`);
  }
  t.same(await rowsOf(world.login, null), before);
});

void t.test('a body that is longer than it was said to be begins no second request', async (t) => {
  const world = await listening(t);
  const smuggled = `a=bGET /dashboard HTTP/1.1\r\n${host}\r\n`;
  const heard = await say(world.port, `${post}${close}Content-Length: 3\r\n\r\n${smuggled}`);
  const [status = '', ...more] = statuses(heard);
  t.ok(['400', '403'].includes(status), status);
  t.same(more, [], 'one answer');
  t.notMatch(heard.text, '/login', 'not that of the dashboard');
});

void t.test('a body that is said to be too long is refused before it is sent', async (t) => {
  const world = await listening(t);
  for (const length of ['10485760', '1000000000000']) {
    const heard = await say(world.port, `${post}${close}Content-Length: ${length}\r\n\r\na=b`);
    t.same(statuses(heard), ['413'], length);
    t.ok(heard.ms < 2_500, 'at once');
  }
});

void t.test('a body that is too long without having said so is cut off', async (t) => {
  const world = await listening(t);
  const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`;
  const heard = await say(world.port, `${post}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(20)}`);
  t.same(statuses(heard), ['413']);
});

void t.test('whoever sends too slowly is hung up on, headers or body', async (t) => {
  const world = await testApp(t);
  t.equal(world.app.server.requestTimeout, 30_000, 'the whole request within half a minute');
  world.app.server.requestTimeout = 100;
  world.app.server.headersTimeout = 100;
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = world.app.server.address() as AddressInfo;
  const slow = [`${post}Content-Length: 100\r\n\r\na=`, `GET /login HTTP/1.1\r\n${host}X-Slow:`];
  const heard = await Promise.all(slow.map((bytes) => say(port, bytes, 15_000)));
  for (const each of heard) {
    t.same(statuses(each), ['408']);
    t.ok(each.ms < 9_000, `looked after every five seconds: ${Math.round(each.ms)} ms`);
  }
});

void t.test('a socket that is refused is hung up on, so that none is kept for nothing', async (t) => {
  const world = await listening(t);
  const asks = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2l4dGVlbiBsZXR0ZXJzIQ==\r\n`;
  for (const path of ['/live', '/api/v1/stream']) {
    const heard = await say(world.port, `GET ${path} HTTP/1.1\r\n${host}${asks}\r\n`);
    t.not(statuses(heard)[0], '101', path);
    t.match(heard.text, /^connection: close\r$/im, path);
    t.ok(heard.ms < 2_500, `${path}: after ${Math.round(heard.ms)} ms`);
  }
});

void t.test('whoever hangs up in the middle does no harm', async (t) => {
  const world = await listening(t);
  const before = await rowsOf(world.login, null);
  await Promise.all(
    Array.from({ length: 20 }, () => say(world.port, `${post}Content-Length: 100\r\n\r\na=`, 20)),
  );
  const after = await say(world.port, `GET /healthz HTTP/1.1\r\n${host}${close}\r\n`);
  t.same(statuses(after), ['200']);
  t.same(await rowsOf(world.login, null), before);
  t.notMatch(world.logged.join('\n'), /"level":(50|60)/, 'and is no error of ours');
});
