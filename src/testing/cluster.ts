import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { startPostgres, type EmbeddedPostgres } from '../app/postgres.js';
import type { AdminLogin } from '../data/migrate.js';

export interface TestCluster {
  server: EmbeddedPostgres;
  login: AdminLogin;
  dataDir: string;
  /** everything the server and its supervisor said */
  lines: string[];
}

/** A PostgreSQL of the test's own, whose roles and whose life it may end as it likes. */
export async function ownCluster(t: Test): Promise<TestCluster> {
  const state = await realpath(await mkdtemp(join(tmpdir(), 'rawjournal-pg-')));
  await chmod(state, 0o755); // the server may run as somebody else
  const dataDir = join(state, 'postgres');
  const lines: string[] = [];
  const server = await startPostgres({
    dataDir,
    socketDir: join(state, 'run'),
    log: (line) => void lines.push(line),
  });
  t.teardown(async () => {
    await server.stop();
    await rm(state, { recursive: true, force: true, maxRetries: 20 });
  });
  const { host, port, user } = server.connection;
  return { server, login: { address: { host, port, database: 'postgres' }, user }, dataDir, lines };
}
