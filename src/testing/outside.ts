import { join } from 'node:path';
import type { Test } from 'tap';
import { stateFolders } from '../app/state.js';
import { openDatabase, type Database } from '../data/database.js';
import { ensureDatabase, migrate, type AdminLogin } from '../data/migrate.js';
import { rolePasswords } from '../data/roles.js';
import { ownCluster } from './cluster.js';
import { on, projectRoot } from './database.js';
import { cli, place } from './place.js';
import type { Ended } from './program.js';

/** An installation on a database that is there without it, migrated; nothing runs yet. */
export interface Outside {
  /** settings of the program and its commands */
  settings: Record<string, string>;
  stateDir: string;
  credentials: string;
  login: AdminLogin;
  db: Database;
  run: (args: string[], input?: string) => Promise<Ended>;
}

const urlOf = ({ address: { host, port, database }, user }: AdminLogin): string =>
  `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;

export async function outside(
  t: Test,
  server?: AdminLogin,
  more: Record<string, string> = {},
): Promise<Outside> {
  const { env, stateDir } = await place(t);
  const cluster = server ?? (await ownCluster(t)).login;
  const login = on(cluster, 'rawjournal');
  await ensureDatabase(login, cluster.address.database);
  const { credentials } = await stateFolders(stateDir);
  const passwords = await rolePasswords(credentials);
  await migrate(login, passwords, join(projectRoot, 'migrations'));
  const db = openDatabase({
    ...{ address: login.address, passwords },
    ...{ random: () => Math.random(), onError: () => undefined },
  });
  t.teardown(() => db.close());
  const settings = { ...env, DATABASE_URL: urlOf(login), ...more };
  return { settings, stateDir, credentials, login, db, run: (args, input) => cli(settings, args, input) };
}
