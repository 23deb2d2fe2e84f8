import { randomBytes, randomUUID } from 'node:crypto';
import { addAccount, listAccounts } from '../data/accounts.js';
import { sealPassword } from '../data/broker-password.js';
import type { Database, Tx } from '../data/database.js';
import { loadKeyring } from '../data/keyring.js';
import type { Category } from '../data/schema-trading.js';
import { secretFile } from '../data/secret-file.js';
import { addUser, removeUser } from '../data/users.js';
import type { Clock } from '../lib/clock.js';
import type { Keyring } from '../lib/seal.js';
import type { Sync } from '../sync/sync.js';
import { simulatedServers } from '../terminals/simulator/brokers.js';
import { createPasswords } from '../web/passwords.js';
import type { StateFolders } from './state.js';

/** A trader with invented accounts, for whoever wants to look around first. */
export interface Demo {
  userId: string;
  email: string;
  password: string;
}

const email = 'demo@rawjournal.invalid';

/** The categories of the first three simulated servers; all of their money is invented, which every page says. */
const accounts: readonly { label: string; category: Category }[] = [
  { label: 'Swing, New York', category: 'Real' },
  { label: 'Challenge, Athens', category: 'Challenge' },
  { label: 'Gold, cents', category: 'Demo' },
];

const random = (size: number): Buffer => randomBytes(size);

async function connect(tx: Tx, keyring: Keyring, userId: string, at: Date): Promise<void> {
  for (const [index, { label, category }] of accounts.entries()) {
    const server = simulatedServers[index];
    if (server === undefined) continue;
    const id = randomUUID();
    const belongsTo = { userId, accountId: id, server: server.name, login: server.login };
    const sealedPassword = sealPassword({ keyring, random }, belongsTo, server.investorPassword);
    const connection = { server: server.name, login: server.login, sealedPassword };
    await addAccount(tx, { id, userId, type: 'live', category, label, at, connection });
  }
}

const findDemo = async (db: Database, at: Date): Promise<string | null> =>
  (await db.lookup('email', email, at))?.user_id ?? null;

/** The demonstration's trader with three accounts, made at the first start. */
export async function ensureDemo(db: Database, folders: StateFolders, clock: Clock): Promise<Demo> {
  const at = clock.now();
  const password = await secretFile(folders.credentials, 'demo_password');
  const known = await findDemo(db, at);
  if (known !== null) return { userId: known, email, password };
  const keyring = await loadKeyring(folders.keys, random);
  const passwordHash = await (await createPasswords(random)).hash(password);
  const userId = randomUUID();
  await db.withTenant('app', userId, async (tx) => {
    const person = { userId, email, passwordHash, verifiedAt: at, createdAt: at, isDemo: true };
    await addUser(tx, { ...person, role: 'user', timeZone: 'UTC' });
    await connect(tx, keyring, userId, at);
  });
  return { userId, email, password };
}

/** Has the accounts of the demonstration read that never were. */
export async function readDemo(db: Database, sync: Sync, { userId }: Demo): Promise<void> {
  const rows = await db.withTenant('app', userId, (tx) => listAccounts(tx, userId));
  for (const row of rows) if (row.connected_at === null) sync.ask(userId, row.id);
}

/** Where terminals are real there is no demonstration. */
export async function removeDemo(db: Database, clock: Clock): Promise<void> {
  const known = await findDemo(db, clock.now());
  if (known !== null) await db.withTenant('app', known, (tx) => removeUser(tx, known));
}
