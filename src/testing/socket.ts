import '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import type { TestApp } from './app.js';

const host = '127.0.0.1:3000';

/** One open socket as its program or page sees it. */
export interface Line {
  socket: Awaited<ReturnType<FastifyInstance['injectWS']>>;
  /** every message so far, in order */
  heard: string[];
  /** the code it was closed with; null while it is open */
  closed: () => number | null;
}

/** Opens a socket without a network. Rejects with the status where it is refused. */
export async function dial(
  { app }: Pick<TestApp, 'app'>,
  path: string,
  headers: Record<string, string>,
): Promise<Line> {
  const heard: string[] = [];
  let code: number | null = null;
  const socket = await app.injectWS(
    path,
    { headers: { host, ...headers }, socket: { remoteAddress: '203.0.113.7' } } as never,
    {
      onInit: (opening) => {
        opening.on('message', (data: Buffer) => heard.push(String(data)));
        opening.on('close', (ended: number) => (code = ended));
        // As browsers and programs do; this client has to be told.
        opening.on('ping', () => opening.pong());
      },
    },
  );
  return { socket, heard, closed: () => code };
}

/** The status of a handshake; 101 is success. */
export const handshake = async (
  world: Pick<TestApp, 'app'>,
  path: string,
  headers: Record<string, string>,
): Promise<number> => {
  try {
    (await dial(world, path, headers)).socket.terminate();
    return 101;
  } catch (error) {
    return Number(/\d{3}$/.exec(String(error))?.[0]);
  }
};

/** The same over a port, for what stands in the answer's head. */
export async function answeredHead(
  { app }: Pick<TestApp, 'app'>,
  path: string,
  headers: Record<string, string>,
): Promise<IncomingMessage> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
  const key = Buffer.from('sixteen letters!').toString('base64');
  return new Promise((resolve, reject) => {
    const asked = request({
      ...{ host: '127.0.0.1', port, path },
      headers: { host, ...upgrade, 'sec-websocket-key': key, ...headers },
    });
    asked.on('upgrade', (answer, socket) => {
      socket.destroy();
      resolve(answer);
    });
    asked.on('response', (answer) => {
      answer.resume();
      resolve(answer);
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** Waits until something is so; fails the test when it has not become so. */
export async function until(t: Test, what: string, isSo: () => boolean, mostMs = 60_000): Promise<void> {
  const endMs = performance.now() + mostMs;
  while (!isSo() && performance.now() < endMs) await sleep(10);
  if (!isSo()) t.fail(`not so after ${mostMs} ms: ${what}`);
}
