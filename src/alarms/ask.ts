import { lookup } from 'node:dns/promises';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.js';

export interface Question {
  url: string;
  /** sent as JSON, by POST; without one it is a GET */
  body?: object;
  headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  status: number;
  body: string;
}

/** What stands between a question and the network. */
export interface Way {
  /** `host:port` of hosts that may be private, and be asked without TLS */
  allowed: readonly string[];
  timeoutMs: number;
  mostBytes: number;
  /** the addresses of a name */
  resolve: (host: string) => Promise<readonly string[]>;
}

/** Why there is no answer, as a sentence for whoever set the address; it never names the address itself. */
export class Unasked extends Error {}

export const usualWay = (allowed: readonly string[] = []): Way => ({
  allowed,
  timeoutMs: 10_000,
  mostBytes: 100_000,
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
});

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80');
const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

/** The address of a question, if it may be asked at all. Throws an Unasked. */
export function checkedUrl(text: string, allowed: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Unasked('This is no address of the web.');
  if (url.username !== '' || url.password !== '') throw new Unasked('The address must not hold a password.');
  if (url.protocol === 'http:' && !isAllowed(url, allowed))
    throw new Unasked('The address must begin with https.');
  const host = bare(url.hostname);
  if (isIP(host) !== 0 && !isPublicAddress(host) && !isAllowed(url, allowed)) throw inside();
  return url;
}

const isAllowed = (url: URL, allowed: readonly string[]): boolean =>
  allowed.includes(`${url.hostname}:${portOf(url)}`);

const inside = (): Unasked =>
  new Unasked(
    'This host is inside of a private network. If that is meant, name it with its port in ALARM_PRIVATE_HOSTS.',
  );

/** The one address that will be dialled. All that the name stands for are looked at: one that is private is enough. */
async function addressOf(url: URL, { allowed, resolve }: Way): Promise<string> {
  const host = bare(url.hostname);
  const found = isIP(host) === 0 ? await resolve(host).catch(() => []) : [host];
  const [first] = found;
  if (first === undefined) throw new Unasked('No host of this name is known.');
  if (!isAllowed(url, allowed) && !found.every(isPublicAddress)) throw inside();
  return first;
}

/** In the place of a second resolution, which could say something else. */
const always =
  (address: string): LookupFunction =>
  (_host, options, done) => {
    const family = isIP(address);
    if (options.all === true) done(null, [{ address, family }]);
    else done(null, address, family);
  };

/** What is longer is cut off there, and the rest is not waited for. */
async function textOf(incoming: IncomingMessage, mostBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size >= mostBytes) break;
  }
  return Buffer.concat(parts).subarray(0, mostBytes).toString('utf8');
}

const send = (url: URL, options: RequestOptions, sent: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const asking = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, resolve);
    asking.on('error', reject);
    asking.end(sent);
  });

const failure = (error: unknown, isLate: boolean): Unasked => {
  if (error instanceof Unasked) return error;
  if (isLate) return new Unasked('The host did not answer in time.');
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED') return new Unasked('Nothing listens at this address.');
  if (/CERT|SSL|TLS|SELF_SIGNED|VERIFY|ALTNAME/.test(code))
    return new Unasked('The host’s certificate was not accepted.');
  return new Unasked('The host cannot be reached.');
};

/**
 * Asks a host outside, once: its name is resolved once and exactly the address that was looked at is dialled, on a
 * connection of its own. Redirects are not followed: they are answers like any other. Throws an Unasked.
 */
export async function ask({ url: text, body, headers = {} }: Question, way: Way): Promise<Answer> {
  const url = checkedUrl(text, way.allowed);
  const signal = AbortSignal.timeout(way.timeoutMs);
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('late')), { once: true });
  });
  const work = async (): Promise<Answer> => {
    const address = await addressOf(url, way);
    const sent = body === undefined ? '' : JSON.stringify(body);
    const incoming = await send(
      url,
      {
        ...{ agent: false, signal, lookup: always(address), autoSelectFamily: false },
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...{ accept: 'application/json', 'user-agent': 'RawJournal' },
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
          ...headers,
        },
      },
      sent,
    );
    return { status: incoming.statusCode ?? 0, body: await textOf(incoming, way.mostBytes) };
  };
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    throw failure(error, signal.aborted);
  }
}
