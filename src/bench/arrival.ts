import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listAccounts } from '../data/accounts.js';
import { recordedServer } from '../terminals/simulator/recordings.js';
import { residentMb, startChild } from './children.js';
import type { Dealing } from './dealing.js';
import { connectAccount, withProgram, type Installation } from './installation.js';
import { addPeople } from './people.js';
import { memoryOf } from './stats.js';

const login = '5100121';
const patienceMs = 240_000;
const mostMb = 300;

/** As the terminals' own package dumps an account. */
async function record(folder: string, { deals, orders, balance }: Dealing): Promise<void> {
  const account = {
    ...{
      login,
      server: recordedServer,
      name: 'Bench',
      company: 'Bench',
      currency: 'USD',
      currency_digits: 2,
    },
    ...{ trade_mode: 2, margin_mode: 2, leverage: 100, balance, credit: 0, profit: 0, equity: balance },
    ...{ margin: 0, margin_free: balance, margin_level: 0 },
  };
  for (const [name, content] of Object.entries({ account, deals, orders }))
    await writeFile(join(folder, `${name}.json`), JSON.stringify(content));
}

/** Resolves when the account of the one user has been read; ms. */
async function untilRead({ db }: Installation, userId: string): Promise<number> {
  const start = performance.now();
  for (;;) {
    const [account] = await db.withTenant('app', userId, (tx) => listAccounts(tx, userId));
    const tookMs = performance.now() - start;
    if (account?.state === 'live' && account.full_synced_at !== null) return tookMs;
    if (tookMs > patienceMs) throw new Error(`The account did not arrive: ${account?.state ?? 'gone'}.`);
    await sleep(250);
  }
}

async function arrive(installation: Installation): Promise<void> {
  const { db, url, program } = installation;
  const [user] = await addPeople(db, 1);
  if (user === undefined) throw new Error('There is nobody.');
  const idleMb = residentMb(program.pid);
  await connectAccount(installation, user.userId, { server: recordedServer, login, password: 'investor' });
  const memory = memoryOf(program.pid);
  const pages = [{ url: `${url}/live?view=board`, origin: url, cookie: `sid=${user.session}` }];
  const page = await startChild('bench/pages.js', { PAGES: JSON.stringify(pages) }, /ready/);
  const tookMs = await untilRead(installation, user.userId);
  await page.stop();
  process.stdout.write(
    `ingest: the whole program takes it in from a terminal in ${(tookMs / 1_000).toFixed(1)} s; resident memory ` +
      `${idleMb.toFixed(0)} MB before, ${memory.stop().mostMb.toFixed(0)} MB at most (aim: ${mostMb})\n`,
  );
}

/** The real program while a big account comes in, from a simulated terminal. */
export async function arrival(history: Dealing): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-recorded-'));
  try {
    await record(folder, history);
    await withProgram({ SIMULATOR_RECORDINGS: folder }, arrive);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
