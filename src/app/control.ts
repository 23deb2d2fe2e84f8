import { rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { Status } from '../features/status/status.js';

/** Answers the command line on a socket that only this installation's user can open. */
export async function serveControl(path: string, readStatus: () => Promise<Status>): Promise<Server> {
  await rm(path, { force: true });
  const server = createServer((incoming, outgoing) => {
    if (incoming.method !== 'GET' || incoming.url !== '/status') {
      outgoing.writeHead(404).end();
      return;
    }
    readStatus().then(
      (status) => outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(status)),
      () => outgoing.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, exclusive: true }, resolve);
  });
  return server;
}

/** Asks the running process for its status; null when none answers within 10 s. */
export const askStatus = (path: string): Promise<Status | null> =>
  new Promise((resolve) => {
    const asking = request({ socketPath: path, path: '/status', timeout: 10_000 }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('end', () => {
        // The socket is 0700 and its other end is this very program: the shape is its own.
        resolve(answer.statusCode === 200 ? (JSON.parse(text) as Status) : null);
      });
    });
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => {
      resolve(null);
    });
    asking.end();
  });
