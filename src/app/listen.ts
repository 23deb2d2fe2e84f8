import { chmod, lstat, rm } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { Fault } from '../lib/fault.js';
import type { Config } from './config.js';
import { isServed } from './control.js';

/** Makes room for a socket where one was left behind. Throws a Fault where somebody listens, or something else lies. */
async function makeRoom(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return;
  if (!found.isSocket())
    throw new Fault(
      500,
      'configuration',
      `SOCKET is "${path}", where something else lies: name another path.`,
    );
  if (await isServed(path))
    throw new Fault(500, 'configuration', `Another program listens at ${path}: stop it, or set SOCKET anew.`);
  await rm(path, { force: true });
}

/**
 * Begins to answer: at host and port, or on a socket that this user and its group may open, which is how a proxy of
 * this machine is known from everybody else. Throws where that place is taken.
 */
export async function listen(
  app: FastifyInstance,
  { host, port, socket }: Pick<Config, 'host' | 'port' | 'socket'>,
): Promise<void> {
  if (socket === null) {
    await app.listen({ host, port });
    return;
  }
  await makeRoom(socket);
  await app.listen({ path: socket });
  await chmod(socket, 0o660);
}
