import { rm } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { z } from 'zod';
import { Fault } from '../lib/fault.js';

/** `GET /status` → what answers it. A body comes as parsed JSON, unchecked; what is thrown as a Fault is told. */
export type ControlRoutes = Readonly<Record<string, (body: unknown) => unknown>>;

const mostBytes = 64 * 1024;

async function bodyOf(incoming: IncomingMessage): Promise<unknown> {
  let text = '';
  incoming.setEncoding('utf8');
  // Read to its end, or the refusal has nowhere to go; but no more is kept than can be used.
  for await (const part of incoming) if (text.length <= mostBytes) text += String(part);
  if (text.length > mostBytes) throw new Fault(413, 'too_large', 'That is more than a command can be.');
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new Fault(422, 'invalid', 'That is not JSON.');
  }
}

const refusalOf = (error: unknown): { status: number; message: string } => {
  if (error instanceof Fault) return { status: error.status, message: error.message };
  if (error instanceof z.ZodError) return { status: 422, message: z.prettifyError(error) };
  return { status: 500, message: 'It failed; the log says why.' };
};

async function answer(routes: ControlRoutes, incoming: IncomingMessage): Promise<[number, unknown]> {
  const route = routes[`${incoming.method ?? ''} ${incoming.url ?? ''}`];
  if (route === undefined) return [404, { message: 'The running program does not know this command.' }];
  return [200, (await route(await bodyOf(incoming))) ?? null];
}

const send = (outgoing: ServerResponse, status: number, body: unknown): unknown =>
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** Answers the command line on a socket that only this installation's user can open. */
export async function serveControl(
  path: string,
  routes: ControlRoutes,
  onError: (error: unknown) => void,
): Promise<Server> {
  await rm(path, { force: true });
  const server = createServer((incoming, outgoing) => {
    answer(routes, incoming).then(
      ([status, body]) => send(outgoing, status, body),
      (error: unknown) => {
        const { status, message } = refusalOf(error);
        if (status === 500) onError(error);
        send(outgoing, status, { message });
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, exclusive: true }, resolve);
  });
  return server;
}

/** Ends at once: whoever still waits for an answer gets none. */
export const closeControl = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** Whether a process listens there, however busy it is. */
export const isServed = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== 'ENOENT' && code !== 'ECONNREFUSED'),
    );
  });

export interface Question {
  /** `GET /status` */
  route: string;
  body?: object;
  /** how long the program may be silent */
  patienceMs?: number;
}

const refusal = z.object({ message: z.string() });

/**
 * Asks the running process; null when none answers in time. Throws a Fault with what it refuses. The socket is its
 * user's alone and its other end is this very program: the shape of an answer is its own.
 */
export const askControl = <T>(
  path: string,
  { route, body, patienceMs = 10_000 }: Question,
): Promise<T | null> =>
  new Promise((resolve, reject) => {
    const [method, url] = route.split(' ');
    const sent = body === undefined ? '' : JSON.stringify(body);
    const headers = { 'content-length': Buffer.byteLength(sent) };
    const options = { socketPath: path, method, path: url, headers, timeout: patienceMs };
    const asking = request(options, (answered) => {
      let text = '';
      answered.setEncoding('utf8');
      answered.on('data', (part: string) => (text += part));
      answered.on('error', () => resolve(null));
      answered.on('end', () => {
        const { statusCode = 500 } = answered;
        if (statusCode === 200) resolve(JSON.parse(text) as T);
        else reject(new Fault(statusCode, 'refused', refusal.parse(JSON.parse(text)).message));
      });
    });
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(null));
    asking.end(sent);
  });
