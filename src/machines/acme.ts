import { execFileSync } from 'node:child_process';
import { createHash, createPublicKey, randomBytes, verify, type JsonWebKey } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * A certificate authority after RFC 8555, for one account and one order at a time, that checks by http-01 as Let's
 * Encrypt does: signatures, nonces, and what the name serves. `node acme.js PORT ADDRESS`: every name leads to that
 * address; the certificate of its root is printed first.
 */
const port = Number(process.argv[2]);
const address = process.argv[3];
const base = `http://127.0.0.1:${String(port)}`;
const folder = mkdtempSync(join(tmpdir(), 'rawjournal-acme-'));
const file = (name: string): string => join(folder, name);
const openssl = (...args: string[]): Buffer =>
  execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });

openssl(
  ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
  ...['-subj', '/CN=Authority of a test', '-keyout', file('ca.key'), '-out', file('ca.pem')],
);

const nonces = new Set<string>();
const state = { key: null as JsonWebKey | null, name: '', token: '', status: 'pending', chain: '' };

const fresh = (): string => {
  const nonce = randomBytes(16).toString('base64url');
  nonces.add(nonce);
  return nonce;
};

const envelope = z.object({ protected: z.string(), payload: z.string(), signature: z.string() });
const heading = z.object({
  nonce: z.string(),
  url: z.string(),
  jwk: z.record(z.string(), z.string()).optional(),
});

/** What a request says, once its signature, its address and its nonce are right. */
function opened(text: string, url: string): Record<string, unknown> {
  const signed = envelope.parse(JSON.parse(text));
  const head = heading.parse(JSON.parse(Buffer.from(signed.protected, 'base64url').toString()));
  if (!nonces.delete(head.nonce)) throw new Error('badNonce');
  if (head.url !== `${base}${url}`) throw new Error('unauthorized');
  const jwk = head.jwk ?? state.key;
  if (jwk === null) throw new Error('accountDoesNotExist');
  const data = Buffer.from(`${signed.protected}.${signed.payload}`);
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  if (!verify('sha256', data, key, Buffer.from(signed.signature, 'base64url'))) throw new Error('malformed');
  if (url === '/account') state.key = jwk;
  const payload = Buffer.from(signed.payload, 'base64url').toString();
  return payload === '' ? {} : (JSON.parse(payload) as Record<string, unknown>);
}

/** RFC 7638. */
function thumbprint(key: JsonWebKey): string {
  const members = key.kty === 'RSA' ? ['e', 'kty', 'n'] : ['crv', 'kty', 'x', 'y'];
  const text = JSON.stringify(Object.fromEntries(members.map((member) => [member, key[member]])));
  return createHash('sha256').update(text).digest('base64url');
}

const served = (name: string, token: string): Promise<string> =>
  new Promise((resolve) => {
    get(
      { host: address, headers: { Host: name }, path: `/.well-known/acme-challenge/${token}` },
      (answer) => {
        let text = '';
        answer.on('data', (part: Buffer) => (text += String(part)));
        answer.on('end', () => {
          resolve(answer.statusCode === 200 ? text.trim() : String(answer.statusCode));
        });
      },
    ).on('error', (error) => {
      resolve(error.message);
    });
  });

function issue(csr: string): string {
  writeFileSync(file('csr.der'), Buffer.from(csr, 'base64url'));
  openssl(
    ...[
      'x509',
      '-req',
      '-inform',
      'DER',
      '-in',
      file('csr.der'),
      '-CA',
      file('ca.pem'),
      '-CAkey',
      file('ca.key'),
    ],
    ...['-CAcreateserial', '-copy_extensions', 'copy', '-days', '90', '-out', file('leaf.pem')],
  );
  return readFileSync(file('leaf.pem'), 'utf8') + readFileSync(file('ca.pem'), 'utf8');
}

const order = (): object => ({
  status: state.chain !== '' ? 'valid' : state.status === 'valid' ? 'ready' : state.status,
  identifiers: [{ type: 'dns', value: state.name }],
  authorizations: [`${base}/authorization`],
  finalize: `${base}/finalize`,
  ...(state.chain === '' ? {} : { certificate: `${base}/certificate` }),
});
const challenge = (): object => ({
  type: 'http-01',
  url: `${base}/challenge`,
  token: state.token,
  status: state.status,
});

type Answer = [status: number, body: object | string, headers?: Record<string, string>];
const named = z.object({ identifiers: z.array(z.object({ value: z.string() })) });

const posts: Record<string, (said: Record<string, unknown>) => Answer | Promise<Answer>> = {
  '/account': () => [201, { status: 'valid' }, { Location: `${base}/account/1` }],
  '/order': (said) => {
    Object.assign(state, {
      name: named.parse(said).identifiers[0]?.value ?? '',
      token: fresh(),
      status: 'pending',
      chain: '',
    });
    return [201, order(), { Location: `${base}/order/1` }];
  },
  '/order/1': () => [200, order()],
  '/authorization': () => [
    200,
    { status: state.status, identifier: { type: 'dns', value: state.name }, challenges: [challenge()] },
  ],
  '/challenge': async () => {
    const wanted = `${state.token}.${thumbprint(state.key ?? {})}`;
    state.status = (await served(state.name, state.token)) === wanted ? 'valid' : 'invalid';
    return [200, challenge(), { Link: `<${base}/authorization>;rel="up"` }];
  },
  '/finalize': ({ csr }) => {
    if (state.status !== 'valid') return [403, { type: 'urn:ietf:params:acme:error:orderNotReady' }];
    state.chain = issue(z.string().parse(csr));
    return [200, order(), { Location: `${base}/order/1` }];
  },
  '/certificate': () => [200, state.chain, { 'Content-Type': 'application/pem-certificate-chain' }],
};

const directory = {
  newNonce: `${base}/nonce`,
  newAccount: `${base}/account`,
  newOrder: `${base}/order`,
  revokeCert: `${base}/revoke`,
  keyChange: `${base}/key`,
};

async function answer(request: IncomingMessage): Promise<Answer> {
  const url = request.url ?? '';
  if (url === '/directory') return [200, directory];
  if (url === '/nonce') return [request.method === 'HEAD' ? 200 : 204, ''];
  const post = posts[url];
  if (post === undefined || request.method !== 'POST')
    return [404, { type: 'urn:ietf:params:acme:error:malformed' }];
  let text = '';
  for await (const part of request) text += String(part);
  try {
    return await post(opened(text, url));
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return [400, { type: `urn:ietf:params:acme:error:${what}`, detail: what }];
  }
}

function send(response: ServerResponse, [status, body, headers]: Answer): void {
  const type = typeof body === 'string' ? {} : { 'Content-Type': 'application/json' };
  response.writeHead(status, { 'Replay-Nonce': fresh(), 'Cache-Control': 'no-store', ...type, ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

createServer((request, response) => {
  void answer(request).then((found) => {
    send(response, found);
  });
}).listen(port, '127.0.0.1', () => process.stdout.write(readFileSync(file('ca.pem'))));
