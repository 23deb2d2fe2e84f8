import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { Test } from 'tap';
import { limitTable } from '../web/limits.js';
import { testApp, type TestApp } from './app.js';
import { domain, prepareSite, startNginx, type Site } from './nginx.js';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** name, value, name, value, as they came */
  rawHeaders: string[];
  body: Buffer;
}

export interface Asking {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** the address of loopback that asks */
  from?: string;
}

export interface Proxied {
  world: TestApp;
  site: Site;
  /** host and port, as people type them */
  authority: string;
  ask: (asking: Asking) => Promise<Answer>;
  /** Resolves to the answer of the handshake and the first `bytes` of what follows, or to what came within 10 s. */
  upgrade: (
    path: string,
    headers: Record<string, string>,
    bytes: number,
  ) => Promise<{ status: number; heard: string }>;
}

const read = async (answer: IncomingMessage): Promise<Answer> => {
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  const { statusCode: status = 0, headers, rawHeaders } = answer;
  return { status, headers, rawHeaders, body: Buffer.concat(parts) };
};

const websocket = {
  ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
  'sec-websocket-key': Buffer.from('sixteen letters!').toString('base64'),
};

/** The whole program behind a real nginx, as an installation of somebody's own has it. */
export async function throughNginx(t: Test): Promise<Proxied> {
  const site = await prepareSite(t);
  const authority = `${domain}:${site.httpsPort}`;
  const world = await testApp(t, { env: { PUBLIC_URL: `https://${authority}` }, limits: limitTable });
  await world.app.listen({ path: site.socket });
  await startNginx(t, site);
  const way = (headers: Record<string, string> = {}) => ({
    ...{ host: '127.0.0.1', port: site.httpsPort, servername: domain, ca: site.certificate, agent: false },
    headers: { host: authority, ...headers },
  });
  return {
    world,
    site,
    authority,
    ask: ({ path, method = 'GET', headers, body, from }) =>
      new Promise((resolve, reject) => {
        const asked = request({
          ...way(headers),
          path,
          method,
          ...(from === undefined ? {} : { localAddress: from }),
        });
        asked.on('response', (answer) => void read(answer).then(resolve, reject));
        asked.on('error', reject).end(body);
      }),
    upgrade: (path, headers, bytes) =>
      new Promise((resolve, reject) => {
        const asked = request({ ...way({ ...websocket, ...headers }), path });
        asked.on('upgrade', (answer, socket, head) => {
          let heard = head.toString('latin1');
          const finish = (): void => {
            socket.destroy();
            resolve({ status: answer.statusCode ?? 0, heard });
          };
          const hear = (part: Buffer): void => {
            heard += part.toString('latin1');
            if (heard.length >= bytes) finish();
          };
          socket.on('data', hear).on('error', reject).on('close', finish);
          setTimeout(finish, 10_000).unref();
          if (heard.length >= bytes) finish();
        });
        asked.on('response', (answer) => {
          answer.resume();
          resolve({ status: answer.statusCode ?? 0, heard: '' });
        });
        asked.on('error', reject).end();
      }),
  };
}
