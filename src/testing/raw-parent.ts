import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Test } from 'tap';
import type { Child, Launch } from '../terminals/launch.js';
import { childMessage, type ChildMessage, type Method, type Params } from '../terminals/protocol.js';

export interface Answer {
  parts: unknown[];
  error: Extract<ChildMessage, { type: 'error' }> | null;
  progress: number;
}

export interface Conversation {
  /** all that the child has said, in order */
  messages: ChildMessage[];
  /** of its lines, in bytes */
  lengths: number[];
  until: (isDone: () => boolean) => Promise<void>;
  write: (text: string) => void;
  ask: <M extends Method>(method: M, params: Params<M>, deadlineMs?: number) => Promise<Answer>;
}

/** Speaks with a child line by line, without a supervision between. Fails where a line is no message. */
export function conversation(socket: Socket): Conversation {
  const messages: ChildMessage[] = [];
  const lengths: number[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: socket }).on('line', (line) => {
    lengths.push(Buffer.byteLength(line));
    messages.push(childMessage.parse(JSON.parse(line)));
    for (const wake of waiting) wake();
  });
  const until = (isDone: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!isDone()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const write = (text: string): void => void socket.write(text);
  let lastId = 0;
  const ask: Conversation['ask'] = async (method, params, deadlineMs = 30_000) => {
    const id = (lastId += 1);
    write(`${JSON.stringify({ type: 'call', id, deadlineMs, method, params })}\n`);
    const replies = () => messages.filter((each) => each.type === 'reply' && each.id === id);
    const failed = () => messages.find((each) => each.type === 'error' && each.id === id);
    await until(() => failed() !== undefined || replies().some((each) => each.type === 'reply' && each.last));
    const error = failed();
    return {
      parts: replies().map((each) => (each.type === 'reply' ? each.result : null)),
      error: error?.type === 'error' ? error : null,
      progress: messages.filter((each) => each.type === 'progress' && each.call === id).length,
    };
  };
  return { messages, lengths, until, write, ask };
}

export interface RawParent extends Conversation {
  child: Child;
  socket: Socket;
  server: Server;
  token: string;
  /** the child's own */
  folder: string;
}

/** A listener, one child that dialled it, and nobody who would end it before the test does. */
export async function rawParent(t: Test, launch: Launch, slot = 1): Promise<RawParent> {
  const folder = join(t.testdir({}), `slot-${slot}`);
  mkdirSync(folder, { mode: 0o700 });
  const [token, tokenFile] = [randomBytes(16).toString('hex'), join(folder, 'token')];
  writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const child = launch({ slot, port: (server.address() as AddressInfo).port, tokenFile, folder });
  t.teardown(async () => {
    child.kill('SIGKILL');
    await child.exited;
  });
  const [socket] = (await once(server, 'connection')) as [Socket];
  // A child that is killed breaks its connection.
  socket.on('error', () => undefined);
  return { child, socket, server, token, folder, ...conversation(socket) };
}
