import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { ask, Unasked, usualWay, type Way } from './ask.js';
import { isPublicAddress } from './public-address.js';

const listen = async (t: Test, server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
};
/** Counts whoever connects, whatever they want. */
const canary = async (t: Test) => {
  const seen = { dials: 0 };
  const sockets: Socket[] = [];
  const server = createSocketServer((socket) => {
    seen.dials += 1;
    sockets.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '::', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { seen, port: (server.address() as AddressInfo).port };
};
const host = async (t: Test, answer: (request: IncomingMessage, reply: ServerResponse) => void) => {
  const port = await listen(t, createServer(answer));
  const calls: string[] = [];
  const way: Way = {
    ...usualWay([`hook.example:${port}`]),
    resolve: (name) => {
      calls.push(name);
      return Promise.resolve(['127.0.0.1']);
    },
  };
  return { url: `http://hook.example:${port}/`, way, calls, port };
};
const sentence = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (error: unknown) => (error instanceof Unasked ? error.message : String(error)),
  );

/** As text in an address, and for what it stands. */
const inside: readonly string[] = [
  ...[
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.254',
  ],
  ...[
    '169.254.169.254',
    '169.254.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '192.0.0.170',
    '192.0.2.1',
  ],
  ...[
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.7',
    '203.0.113.7',
    '192.88.99.1',
    '224.0.0.1',
    '239.255.255.250',
  ],
  ...['240.0.0.1', '255.255.255.255'],
  // Other ways to write 127.0.0.1 and 10.0.0.1.
  ...['2130706433', '0x7f000001', '017700000001', '127.1', '0x7f.0.0.1', '127.0.1', '10.1', '①②⑦.⓪.⓪.①'],
  ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:a00:1]', '[::ffff:8.8.8.8]', '[::127.0.0.1]'],
  ...['[64:ff9b::7f00:1]', '[64:ff9b:1::a00:1]', '[2002:7f00:1::]', '[2001:0:7f00:1::]', '[fe80::1]'],
  ...['[fc00::1]', '[fd12:3456:789a::1]', '[fec0::1]', '[ff02::1]', '[2001:db8::1]', '[100::1]', '[3fff::1]'],
];

void t.test('an address inside is refused before anybody dials, however it is written', async (t) => {
  const { seen, port } = await canary(t);
  t.ok(inside.length >= 45, `${inside.length} rows`);
  for (const address of inside) {
    const url = `https://${address}:${port}/hook`;
    t.match(await sentence(ask({ url, body: {} }, usualWay())), /inside of a private network/, url);
  }
  for (const url of [
    ...['ftp://example.org/', 'file:///etc/passwd', 'javascript:alert(1)', 'gopher://127.0.0.1/', '', 'hook'],
    ...[
      'http://example.org/',
      'https://user:secret@example.org/',
      'https://user@127.0.0.1/',
      'unix:/run/x.sock',
    ],
  ])
    t.match(await sentence(ask({ url }, usualWay())), /no address of the web|https|password/, url);
  t.equal(seen.dials, 0);
});

void t.test('a name is refused for any private address it stands for', async (t) => {
  const { seen, port } = await canary(t);
  const url = `https://hook.example:${port}/`;
  const bare = (address: string): string => address.replace(/^\[(.*)\]$/, '$1');
  for (const address of inside.map(bare)) {
    const way = { ...usualWay(), resolve: () => Promise.resolve([address]) };
    t.match(await sentence(ask({ url }, way)), /private network/, address);
    const mixed = { ...usualWay(), resolve: () => Promise.resolve(['8.8.8.8', address]) };
    t.match(await sentence(ask({ url }, mixed)), /private network/, `${address} beside a public one`);
  }
  const none = { ...usualWay(), resolve: () => Promise.reject(new Error('ENOTFOUND')) };
  t.equal(await sentence(ask({ url }, none)), 'No host of this name is known.');
  t.match(await sentence(ask({ url: `https://localhost:${port}/` }, usualWay())), /private network/);
  t.equal(seen.dials, 0);
});

void t.test('public addresses are public, to the edges of what is not', async (t) => {
  for (const address of [
    ...[
      '8.8.8.8',
      '1.1.1.1',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
    ],
    ...['128.0.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0', '198.17.255.255'],
    ...['198.20.0.0', '223.255.255.255', '2606:4700::1111', '2a00:1450:4001::1', '2001:200::1', '2003::1'],
  ])
    t.ok(isPublicAddress(address), address);
  for (const odd of ['', 'localhost', 'fe80::1%eth0', '2606:4700::1111%lo', '1.2.3', '8.8.8.8 ', '08.8.8.8'])
    t.notOk(isPublicAddress(odd), odd);
});

void t.test('the name is resolved once, and what was looked at is what is dialled', async (t) => {
  const named = await host(t, ({ headers }, reply) => reply.end(headers.host));
  t.match(await ask({ url: named.url }, named.way), { status: 200, body: new URL(named.url).host });
  t.same(named.calls, ['hook.example'], 'a second answer of the resolver is never asked for');
});

void t.test('only the host that is named with its port may be inside', async (t) => {
  const { url, way, port } = await host(t, (_request, reply) => reply.end('taken'));
  t.equal((await ask({ url, body: { a: 1 } }, way)).body, 'taken');
  const other = { ...way, allowed: [`hook.example:${port + 1}`] };
  t.equal(await sentence(ask({ url }, other)), 'The address must begin with https.');
  const secure = url.replace('http:', 'https:');
  t.match(await sentence(ask({ url: secure }, other)), /private network/);
  t.match(await sentence(ask({ url: secure.replace('hook.', 'hook2.') }, way)), /private network/);
});

void t.test('a redirect is an answer, and is not followed', async (t) => {
  const { seen, port } = await canary(t);
  const { url, way } = await host(t, (_request, reply) =>
    reply.writeHead(302, { location: `http://127.0.0.1:${port}/latest/meta-data` }).end(),
  );
  t.match(await ask({ url }, way), { status: 302 });
  t.equal(seen.dials, 0);
});

void t.test('an answer that is endless, or longer than it says, is cut off', async (t) => {
  const endless = await host(t, (_request, reply) => {
    const pour = (): void => {
      while (!reply.destroyed && reply.write('x'.repeat(65_536)));
    };
    reply.on('drain', pour);
    pour();
  });
  const { body } = await ask({ url: endless.url }, { ...endless.way, mostBytes: 100_000 });
  t.equal(body.length, 100_000);
});

void t.test('whoever is slow is left, before an answer and in the middle of one', async (t) => {
  const silent = await host(t, () => undefined);
  const dripping = await host(t, (_request, reply) => {
    const timer = setInterval(() => reply.write('.'), 20);
    reply.on('close', () => clearInterval(timer));
  });
  for (const { url, way } of [silent, dripping]) {
    const startMs = performance.now();
    const said = await sentence(ask({ url, body: {} }, { ...way, timeoutMs: 300 }));
    t.equal(said, 'The host did not answer in time.');
    t.ok(performance.now() - startMs < 2_000);
  }
  const slowName = { ...usualWay(), timeoutMs: 100, resolve: () => new Promise<string[]>(() => undefined) };
  t.equal(
    await sentence(ask({ url: 'https://hook.example/' }, slowName)),
    'The host did not answer in time.',
  );
});

void t.test('nobody there, and no certificate, are told apart', async (t) => {
  const plain = await host(t, (_request, reply) => reply.end());
  const secure = plain.url.replace('http:', 'https:');
  t.match(await sentence(ask({ url: secure }, plain.way)), /cannot be reached|certificate/);
  const gone = { ...plain.way, allowed: ['hook.example:1'] };
  t.equal(await sentence(ask({ url: 'http://hook.example:1/' }, gone)), 'Nothing listens at this address.');
});
