import { chmod, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stateFolders } from '../app/state.js';
import { random } from '../app/storage.js';
import { listAccounts } from '../data/accounts.js';
import { openDatabase, type Database } from '../data/database.js';
import { rolePasswords } from '../data/roles.js';
import { lacking, programPath } from '../testing/needs.js';
import { domain, nginxOf, siteIn, type Site } from '../testing/nginx.js';
import { startServers, type Servers } from '../testing/servers.js';
import { memoryOf } from '../testing/wine.js';
import { cookiesFor } from '../web/cookies.js';
import { freePort } from '../testing/free-port.js';
import { startChild } from './children.js';
import { connectAccount, loginAt } from './installation.js';
import { measured, type Group, type Heads } from './memory-groups.js';
import { addPeople, type BenchUser } from './people.js';

const users = 20;
const accountsOfUser = 2;
const pagesOfUser = 2;
const mostMb = 3 * 1024;
const watchMs = 120_000;
const everyMs = 5_000;
const patienceMs = 600_000;

/** Where pages are asked for: through nginx where it is installed. */
interface Front {
  url: string;
  env: Record<string, string>;
  site: Site | null;
}

async function frontIn(folder: string): Promise<Front> {
  if (programPath('nginx') === null) {
    const port = String(await freePort());
    return { url: `http://127.0.0.1:${port}`, env: { PORT: port }, site: null };
  }
  await mkdir(join(folder, 'nginx'));
  const site = await siteIn(join(folder, 'nginx'), {}, 'worker_processes auto;');
  const url = `https://${domain}:${site.httpsPort}`;
  return { url, env: { SOCKET: site.socket, PUBLIC_URL: url }, site };
}

async function peopled(db: Database, stateDir: string): Promise<BenchUser[]> {
  const folders = await stateFolders(stateDir);
  const people = await addPeople(db, users);
  for (const [at, { userId }] of people.entries())
    for (let own = 0; own < accountsOfUser; own += 1)
      await connectAccount({ db, folders }, userId, loginAt(at * accountsOfUser + own));
  return people;
}

async function allRead(db: Database, people: readonly BenchUser[]): Promise<void> {
  const endMs = performance.now() + patienceMs;
  for (const { userId } of people)
    for (;;) {
      const accounts = await db.withTenant('app', userId, (tx) => listAccounts(tx, userId));
      if (accounts.every(({ full_synced_at }) => full_synced_at !== null)) break;
      if (performance.now() > endMs) throw new Error('Not all accounts were read.');
      await sleep(500);
    }
}

const openPages = ({ url, site }: Front, people: readonly BenchUser[]) => {
  const page = { url: `${url}/live?view=board`, origin: url };
  const ca = site === null ? {} : { ca: site.certificate };
  const { session: name } = cookiesFor(url);
  const pages = people.flatMap(({ session }) =>
    Array.from({ length: pagesOfUser }, () => ({ ...page, ...ca, cookie: `${name}=${session}` })),
  );
  return startChild('bench/pages.js', { PAGES: JSON.stringify(pages) }, /ready/);
};

const totalOf = (groups: readonly Group[]): number => groups.reduce((sum, { mb }) => sum + mb, 0);

/** Of all moments that were looked at, the one at which most was taken. */
async function watched(heads: Heads): Promise<Group[]> {
  let most: Group[] = [];
  for (let leftMs = watchMs; leftMs > 0; leftMs -= everyMs) {
    const groups = await measured(heads);
    if (totalOf(groups) > totalOf(most)) most = groups;
    await sleep(everyMs);
  }
  return most;
}

function report(groups: readonly Group[], front: Front): void {
  const line = (name: string, processes: number, mb: number, more = ''): void =>
    void process.stdout.write(
      `memory: ${name.padEnd(12)}${String(processes).padStart(10)}${mb.toFixed(0).padStart(8)} MB${more}\n`,
    );
  const all = groups.reduce((sum, { processes }) => sum + processes, 0);
  process.stdout.write(
    `memory: ${users} users with ${users * pagesOfUser} pages open, ${users * accountsOfUser} accounts, four terminals ` +
      `under Wine in which simulators stand for MetaTrader${front.site === null ? '; no nginx here' : ''}; ` +
      `proportional shares, the most of ${watchMs / 60_000} minutes\n`,
  );
  for (const { name, processes, mb } of groups) line(name, processes, mb);
  const total = totalOf(groups);
  line('all', all, total, ` (aim: ${mostMb})${total <= mostMb ? '' : ' NOT KEPT'}`);
  // What is reserved and not used yet, so that it is known what is left for a real MetaTrader.
  const shared = groups.find(({ name }) => name === 'PostgreSQL')?.sharedMb ?? 0;
  const terminals = groups.filter(({ name }) => name.startsWith('terminal'));
  const others = total - totalOf(terminals) + (512 - shared) + 256;
  process.stdout.write(
    `memory: with PostgreSQL's 512 MB and Redis's 256 MB full, ${((mostMb - others) / 4).toFixed(0)} MB are left for ` +
      `each of four terminals; a stand-in takes ${(totalOf(terminals) / terminals.length).toFixed(0)} MB\n`,
  );
}

async function measure(folder: string, stateDir: string, servers: Servers): Promise<void> {
  const front = await frontIn(folder);
  const env = { STATE_DIR: stateDir, LOG_LEVEL: 'warn', ...front.env, ...servers.env };
  const program = await startChild('bench/appliance.js', env, /^ready$/m);
  const nginx = front.site === null ? null : await nginxOf(front.site);
  try {
    const passwords = await rolePasswords(join(stateDir, 'credentials'));
    const pool = { poolSize: { app: 2, sync: 1 }, onError: () => undefined, random };
    const db = openDatabase({ address: servers.login.address, passwords, ...pool });
    const people = await peopled(db, stateDir);
    const pages = await openPages(front, people);
    await allRead(db, people);
    // What looks on is no part of what is looked at.
    await db.close();
    const { postgres, redis } = servers;
    const heads = {
      service: program.pid,
      PostgreSQL: postgres.pid,
      Redis: redis.pid,
      nginx: nginx?.pid ?? null,
    };
    const groups = await watched(heads);
    await pages.stop();
    report(groups, front);
  } finally {
    await nginx?.stop();
    await program.stop();
  }
}

/** What all processes of an installation take together, with the installer's settings and every terminal under Wine. */
export async function memory(): Promise<void> {
  const reason = lacking('wine') ?? lacking('redis-server');
  if (reason !== null) {
    process.stdout.write(`memory: skipped: ${reason}\n`);
    return;
  }
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rawjournal-memory-')));
  // PostgreSQL runs as somebody else where root runs this.
  await chmod(folder, 0o711);
  // Its name is that of a folder in memory too.
  const stateDir = join(folder, basename(folder));
  await mkdir(stateDir, { mode: 0o700 });
  try {
    const servers = await startServers(folder, () => 5_000);
    await measure(folder, stateDir, servers).finally(() => servers.stop());
  } finally {
    for (const path of [folder, memoryOf(stateDir)])
      await rm(path, { recursive: true, force: true, maxRetries: 20 });
  }
}
