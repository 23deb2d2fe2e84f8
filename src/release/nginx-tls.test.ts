import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { connect as connectTls, getCiphers, type ConnectionOptions } from 'node:tls';
import t, { type Test } from 'tap';
import {
  complaintsOf,
  domain,
  hasBrotli,
  prepareSite,
  rendered,
  startNginx,
  type Site,
} from '../testing/nginx.js';
import { needs } from '../testing/needs.js';
import { projectRoot } from '../testing/database.js';

t.setTimeout(120_000);
const nginx = needs('nginx');

async function running(t: Test): Promise<Site> {
  const site = await prepareSite(t);
  await startNginx(t, site);
  return site;
}

void t.test(
  'nginx finds nothing wrong with the site, with and without the other protocol',
  nginx,
  async (t) => {
    t.equal(complaintsOf(await prepareSite(t)), '');
    for (const [ipv6, brotli] of [
      ['no', 'no'],
      ['no', hasBrotli ? 'yes' : 'no'],
    ] as const)
      t.equal(complaintsOf(await prepareSite(t, { ipv6, brotli })), '');
    const site = await prepareSite(t);
    const broken = readFileSync(join(site.folder, 'site.conf'), 'utf8').replace(
      'server_tokens',
      'server_token',
    );
    writeFileSync(join(site.folder, 'site.conf'), broken);
    t.match(complaintsOf(site), 'unknown directive "server_token"', 'and would');
  },
);

void t.test('the site is written for the nginx that is there, and odd values are refused', async (t) => {
  const good = {
    domain,
    certificate: '/etc/a.crt',
    key: '/etc/a.key',
    nginx: '1.22.1',
    ipv6: 'yes',
    brotli: 'no',
  };
  t.match(rendered(good), 'listen [::]:443 ssl http2;');
  t.notMatch(rendered(good), /@[A-Z0-9_]+@/, 'no place is left open');
  t.match(rendered(good), 'return 301 https://journal.example.org$request_uri;');
  t.match(rendered({ ...good, nginx: '1.26.3' }), /listen 443 ssl;\n.*\n {4}http2 on;/);
  t.match(rendered({ ...good, https: '8443' }), 'https://journal.example.org:8443$request_uri');
  t.match(rendered({ ...good, domain: '203.0.113.9' }), 'server_name 203.0.113.9;');
  const odd: [string, string][] = [
    ['domain', 'a b'],
    ['domain', 'a;return 200'],
    ['domain', ''],
    ['domain', '-a.example'],
    ['domain', '$host'],
    ['certificate', '/etc/a.crt;'],
    ['certificate', 'a.crt'],
    ['key', '/etc/"a"'],
    ['key', '/etc/a|b&c'],
    ['https', '443 ssl'],
    ['http', 'localhost:80'],
    ['nginx', 'new'],
    ['colour', 'red'],
  ];
  for (const [name, value] of odd)
    t.throws(() => rendered({ ...good, [name]: value }), /\S/, `${name} ${value}`);
});

/** What one handshake agrees on, or the word with which it was broken off. */
const agree = (site: Site, options: ConnectionOptions): Promise<string> =>
  new Promise((resolve) => {
    const socket = connectTls({
      ...{ host: '127.0.0.1', port: site.httpsPort, servername: domain, ca: site.certificate },
      ...options,
    });
    socket.once('secureConnect', () => {
      resolve(`${socket.getProtocol() ?? ''} ${socket.getCipher().standardName}`);
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });

const only = (version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3', ciphers: string): ConnectionOptions => ({
  ...{ minVersion: version, maxVersion: version, ciphers },
});

void t.test(
  'TLS 1.2 and 1.3 are agreed on by strong suites alone, and anything older is refused',
  nginx,
  async (t) => {
    const site = await running(t);
    for (const old of ['TLSv1', 'TLSv1.1'] as const)
      t.equal(await agree(site, only(old, 'ALL@SECLEVEL=0')), 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', old);
    const agreed = new Set<string>();
    const suites = getCiphers()
      .filter((name) => !name.startsWith('tls_'))
      .map((name) => name.toUpperCase());
    for (const suite of suites) agreed.add(await agree(site, only('TLSv1.2', `${suite}:@SECLEVEL=0`)));
    const names = [...agreed].filter((name) => !name.startsWith('ERR_')).sort();
    t.same(names, [
      'TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
      'TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
      'TLSv1.2 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
    ]);
    t.ok(suites.length > 20, `of ${suites.length} that were offered, one by one`);
    for (const suite of ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'])
      t.equal(await agree(site, only('TLSv1.3', suite)), `TLSv1.3 ${suite}`);
    for (const curve of ['X25519', 'prime256v1', 'secp384r1'])
      t.match(await agree(site, { ecdhCurve: curve }), /^TLSv1\.3/, curve);
    t.notMatch(await agree(site, { ecdhCurve: 'secp521r1' }), /^TLS/);
  },
);

void t.test('a session is remembered by the server, and no ticket leaves it', nginx, async (t) => {
  const site = await running(t);
  const socket = connectTls({
    ...{ host: '127.0.0.1', port: site.httpsPort, servername: domain, ca: site.certificate },
    maxVersion: 'TLSv1.2',
  });
  await once(socket, 'secureConnect');
  t.equal(socket.getTLSTicket(), undefined);
  socket.destroy();
});

void t.test('HTTP/2 is offered', nginx, async (t) => {
  const site = await running(t);
  const client = connectHttp2(`https://127.0.0.1:${site.httpsPort}`, {
    ca: site.certificate,
    servername: domain,
  });
  const stream = client.request({ ':path': '/', ':authority': `${domain}:${site.httpsPort}` });
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  t.equal(headers[':status'], 503, 'nobody listens behind it');
  client.destroy();
});

interface Plain {
  status: number;
  location: string | undefined;
  body: string;
}

const plain = (port: number, host: string, path: string): Promise<Plain> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers: { host } }, (answer) => {
      let body = '';
      answer.on('data', (part: Buffer) => (body += String(part)));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, location: answer.headers.location, body }),
      );
    });
    asked.on('error', reject).end();
  });

void t.test(
  'without encryption there is the way to it, and what proves the name to an authority',
  nginx,
  async (t) => {
    const site = await running(t);
    const { status, location } = await plain(site.httpPort, domain, '/trades?symbol=EURUSD&n=%2F');
    t.equal(status, 301);
    t.equal(location, `https://${domain}:${site.httpsPort}/trades?symbol=EURUSD&n=%2F`);
    writeFileSync(join(site.folder, 'acme/.well-known/acme-challenge/token'), 'proof');
    writeFileSync(join(site.folder, 'acme/secret'), 'secret');
    t.match(await plain(site.httpPort, domain, '/.well-known/acme-challenge/token'), {
      status: 200,
      body: 'proof',
    });
    t.equal((await plain(site.httpPort, domain, '/.well-known/acme-challenge/other')).status, 404);
    for (const path of [
      '/.well-known/acme-challenge/../../secret',
      '/.well-known/acme-challenge/%2e%2e/%2e%2e/secret',
    ])
      t.notMatch((await plain(site.httpPort, domain, path)).body, 'secret', path);
  },
);

/** All that comes back of bytes sent as they are. */
const bytesBack = async (socket: ReturnType<typeof connect>, text: string): Promise<string> => {
  let heard = '';
  socket.on('data', (part) => (heard += String(part)));
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return heard;
};

void t.test('who asks for another name, or for none, gets not a byte', nginx, async (t) => {
  const site = await running(t);
  for (const host of ['evil.example', '127.0.0.1', `${domain}.evil.example`]) {
    const text = `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    t.equal(await bytesBack(connect(site.httpPort, '127.0.0.1'), text), '', `plain: ${host}`);
    const tls = connectTls({
      host: '127.0.0.1',
      port: site.httpsPort,
      servername: domain,
      ca: site.certificate,
    });
    await once(tls, 'secureConnect');
    t.equal(await bytesBack(tls, text), '', `encrypted: ${host}`);
  }
});

for (const [linter, args] of [
  ['shellcheck', []],
  ['shfmt', ['-i', '2', '-ci', '-d']],
] as const)
  void t.test(`${linter} has nothing to say of the script that renders it`, needs(linter), async (t) => {
    const script = join(projectRoot, 'nginx/render.sh');
    const { status, stdout } = spawnSync(linter, [...args, script], { encoding: 'utf8' });
    t.equal(status, 0, stdout);
  });
