import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from '../app/postgres-binaries.js';
import { ensureDatabase, type AdminLogin } from '../data/migrate.js';
import { projectRoot } from './database.js';
import { debianPostgres, letsIn, newCluster } from './debian-cluster.js';
import { plainEnvironment } from './program.js';
import { Unit, type UnitOptions } from './unit.js';

/** What an installation of somebody's own keeps beside the program, each with a folder of its own. */
export interface Servers {
  postgres: Unit;
  redis: Unit;
  login: AdminLogin;
  /** what the program is told of both */
  env: { DATABASE_URL: string; REDIS_URL: string };
  stop(): Promise<void>;
}

/** As the installer sets them. */
const postgresSettings = ['shared_buffers=512MB', 'work_mem=16MB'];
const redisSettings = ['--maxmemory', '256mb', '--maxmemory-policy', 'noeviction'];

const binaries = async (): Promise<string> =>
  (await debianPostgres()) ?? dirname((await findBinaries()).postgres);

async function untilAnswers(login: AdminLogin): Promise<void> {
  for (let attempt = 0; attempt < 1_200; attempt += 1) {
    if (await letsIn(login)) return;
    await sleep(25);
  }
  throw new Error('PostgreSQL did not start.');
}

/** PostgreSQL of the distribution where there is one, and Redis. Started again after `restartMs`, whatever ends them. */
export async function startServers(folder: string, restartMs: () => number): Promise<Servers> {
  const [cluster, cache] = [join(folder, 'postgresql'), join(folder, 'redis')];
  for (const path of [cluster, cache]) await mkdir(path);
  const socket = join(cache, 'redis.sock');
  const start = await newCluster(await binaries(), cluster);
  const common = { restartMs, ready: null, endsAll: true };
  const postgres = new Unit({ ...common, launch: () => start(postgresSettings) });
  const where = ['--port', '0', '--unixsocket', socket, '--dir', cache];
  const launch = () => spawn('redis-server', [...where, ...redisSettings], { stdio: 'ignore' });
  const redis = new Unit({ ...common, launch });
  const login = { address: { host: cluster, port: 5432, database: 'rawjournal' }, user: 'postgres' };
  const stop = async (): Promise<void> => {
    await Promise.all([postgres.stop('SIGINT'), redis.stop('SIGTERM')]);
  };
  try {
    for (const unit of [postgres, redis]) unit.start();
    await untilAnswers({ ...login, address: { ...login.address, database: 'postgres' } });
    await ensureDatabase(login, 'postgres');
  } catch (error) {
    await stop();
    throw error;
  }
  const url = `postgres://postgres@/rawjournal?host=${encodeURIComponent(cluster)}&port=5432`;
  return { postgres, redis, login, env: { DATABASE_URL: url, REDIS_URL: socket }, stop };
}

/** The program itself. What it starts has to end without help when it is killed. */
export function serviceUnit(
  env: Record<string, string>,
  how: Required<Pick<UnitOptions, 'restartMs' | 'onText'>>,
): Unit {
  const launch = () =>
    spawn(process.execPath, [join(projectRoot, 'dist', 'main.js')], {
      env: plainEnvironment(env),
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  return new Unit({ launch, ...how, ready: /is ready at/, endsAll: false });
}
