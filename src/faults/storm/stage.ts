import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stateFolders, type StateFolders } from '../../app/state.js';
import { random as spreading } from '../../app/storage.js';
import { connectAccount, loginAt } from '../../bench/installation.js';
import { addPeople, type BenchUser } from '../../bench/people.js';
import { addAccount } from '../../data/accounts.js';
import { openDatabase, type Database } from '../../data/database.js';
import type { AdminLogin } from '../../data/migrate.js';
import { rolePasswords } from '../../data/roles.js';
import { issueToken } from '../../data/tokens.js';
import { freePort } from '../../testing/free-port.js';
import { serviceUnit, startServers, type Servers } from '../../testing/servers.js';
import type { Unit } from '../../testing/unit.js';
import type { Books } from '../oracle.js';
import { until, type Watched } from '../rig.js';
import { accountRow, askApi, epochOf, readWhole } from '../whole-reading.js';
import { Surfer } from './surfer.js';

export const kinds = ['service', 'postgresql', 'redis'] as const;
export type Kind = (typeof kinds)[number];

/** Somebody with an account that trades at a simulated broker, and one for what they enter by hand. */
export interface Actor {
  surfer: Surfer;
  owner: Watched;
  manualAccountId: string;
}

/** The program, PostgreSQL and Redis as they are in an installation of somebody's own, and its users. */
export interface Stage {
  units: Readonly<Record<Kind, Unit>>;
  url: string;
  folders: StateFolders;
  login: AdminLogin;
  actors: readonly Actor[];
  /** how many times as long as promised everything may take */
  patience: number;
  booksOf(actor: Actor): Books;
  /** lines of the program's log that tell of an error */
  errors: string[];
}

export interface StageOrder {
  users: number;
  patience: number;
  /** from its end until each is started again, in ms */
  restartMs: Readonly<Record<'service' | 'servers', () => number>>;
}

const answers = async (url: string): Promise<boolean> =>
  (await fetch(`${url}/login`).catch(() => null))?.status === 200;

async function newActor(
  { db, folders, url }: Pick<Stage, 'folders' | 'url'> & { db: Database },
  { userId, session }: BenchUser,
  at: number,
): Promise<Actor & { token: string }> {
  const login = loginAt(at);
  const owner = { ...(await connectAccount({ db, folders }, userId, login)), ...login };
  const id = randomUUID();
  const made = { id, userId, type: 'manual', category: 'Real', label: 'By hand', at: new Date() } as const;
  const token = await db.withTenant('app', userId, async (tx) => {
    await addAccount(tx, { ...made, connection: null, currency: { code: 'USD', digits: 2 } });
    return issueToken(tx, { userId, name: 'storm', scope: 'write', at: new Date() });
  });
  return { surfer: new Surfer(url, session, token), owner, manualAccountId: id, token };
}

interface Ground {
  folder: string;
  servers: Servers;
  service: Unit;
  url: string;
  errors: string[];
}

async function furnished(ground: Ground, { users, patience }: StageOrder): Promise<Stage & { db: Database }> {
  const { folder, servers, service, url, errors } = ground;
  service.start();
  await until('the program', () => answers(url), 60_000 * patience);
  const stateDir = join(folder, 'state');
  const folders = await stateFolders(stateDir);
  const passwords = await rolePasswords(folders.credentials);
  const pool = { poolSize: { app: 4, sync: 2 }, onError: () => undefined, random: spreading };
  const db = openDatabase({ address: servers.login.address, passwords, ...pool });
  const people = await addPeople(db, users);
  const tokens = new Map<Actor, string>();
  for (const [at, person] of people.entries()) {
    const { token, ...actor } = await newActor({ db, folders, url }, person, at);
    tokens.set(actor, token);
  }
  const epochMs = await epochOf({ stateDir });
  const booksOf = (actor: Actor): Books => {
    const account: Books['account'] = (owner) => accountRow({ db }, owner);
    const ask: Parameters<typeof readWhole>[0]['ask'] = (owner) =>
      askApi({ url }, owner, tokens.get(actor) ?? '');
    const read: Books['read'] = async (owner) => {
      // The first may have been under way before the call.
      await readWhole({ account, ask, patience }, owner);
      await readWhole({ account, ask, patience }, owner);
    };
    return { db, epochMs, clock: { now: () => new Date() }, account, read };
  };
  return {
    units: { service, postgresql: servers.postgres, redis: servers.redis },
    ...{ url, folders, login: servers.login, actors: [...tokens.keys()], patience, booksOf, errors, db },
  };
}

/** Sets it up, lets `work` use it, and leaves nothing of it behind. */
export async function onStage<T>(order: StageOrder, work: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-storm-'));
  // PostgreSQL runs as somebody else where root runs this.
  await chmod(folder, 0o711);
  try {
    const servers = await startServers(folder, order.restartMs.servers);
    const port = String(await freePort());
    const own = { STATE_DIR: join(folder, 'state'), PORT: port, LOG_LEVEL: 'warn' };
    const errors: string[] = [];
    const onText = (text: string): void =>
      void errors.push(...text.split('\n').filter((line) => /"level":[56]0/.test(line)));
    const service = serviceUnit({ ...own, ...servers.env }, { restartMs: order.restartMs.service, onText });
    try {
      const ground = { folder, servers, service, url: `http://127.0.0.1:${port}`, errors };
      const { db, ...stage } = await furnished(ground, order);
      return await work(stage).finally(() => db.close());
    } finally {
      await service.stop('SIGTERM');
      await servers.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 20 });
  }
}
