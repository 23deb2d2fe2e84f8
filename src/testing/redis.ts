import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Redis server of the test's own, on a unix socket, keeping nothing on disk. `url` is the socket's path. */
export interface TestRedis {
  readonly url: string;
  /** SIGKILL; settles when the process is gone. */
  kill(): Promise<void>;
  /** A new, empty server at the same socket. */
  restart(): Promise<void>;
  /** Stops it answering without closing a connection, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Kills it and removes its folder. */
  stop(): Promise<void>;
}

const answers = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(socketPath, () => socket.write('PING\r\n'));
    socket.once('data', (reply) => {
      socket.destroy();
      resolve(reply.toString().startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });

const launch = async (folder: string, socketPath: string): Promise<ChildProcess> => {
  const where = ['--port', '0', '--unixsocket', socketPath, '--dir', folder];
  const server = spawn('redis-server', [...where, '--save', '', '--appendonly', 'no'], { stdio: 'ignore' });
  await once(server, 'spawn');
  const killServer = (): boolean => server.kill('SIGKILL');
  process.once('exit', killServer);
  server.once('exit', () => process.removeListener('exit', killServer));
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (server.exitCode !== null) break;
    if (await answers(socketPath)) return server;
    await sleep(25);
  }
  killServer();
  throw new Error('redis-server did not start.');
};

const end = async (server: ChildProcess): Promise<void> => {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGKILL');
  await exited;
};

export const startRedis = async (): Promise<TestRedis> => {
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-redis-'));
  const url = join(folder, 'redis.sock');
  let server = await launch(folder, url);
  return {
    url,
    kill: () => end(server),
    restart: async () => {
      await end(server);
      server = await launch(folder, url);
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    stop: async () => {
      await end(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
};
