import { openDatabase, type RolePasswords } from '../data/database.js';
import { factsOf, type Facts } from '../data/fingerprints.js';
import { catalogBreaches } from '../data/lint.js';
import type { AdminLogin } from '../data/migrate.js';
import { withSnapshot } from '../data/snapshot.js';
import { differences } from '../lib/differences.js';
import { connectionOf, feed, ProgramFailed, start, type PostgresPrograms, type Running } from './programs.js';

/** pg_restore at work on an empty database, fed from memory. */
export interface ScratchRestore {
  /** Once it has given up, what else comes is thrown away: `finish` tells. */
  take(chunk: Buffer): Promise<void>;
  /** Null, or why it failed. */
  finish(): Promise<string | null>;
  abort(): void;
}

const why = (error: unknown): string => (error instanceof ProgramFailed ? error.brief : String(error));

export function restoreInto(scratch: AdminLogin, programs: PostgresPrograms): ScratchRestore {
  const { args, env } = connectionOf(scratch);
  const running: Running = start(programs.restore, [...args, '--exit-on-error', '--no-password'], env);
  running.stdout.resume();
  let isListening = true;
  return {
    take: async (chunk) => {
      if (isListening) isListening = await feed(running.stdin, chunk);
    },
    finish: async () => {
      running.stdin.end();
      return running.ended.then(() => null, why);
    },
    abort: () => running.kill(),
  };
}

const plain = (facts: Facts): unknown => JSON.parse(JSON.stringify(facts));

/** `tables.trades.<user>.hash` → whose part of what it is. */
function placeOf(path: string): string {
  const [kind, name = '', of = ''] = path.split('.');
  if (kind === 'tables') return of === '' ? `table ${name}` : `table ${name} of ${of}`;
  return `${kind === 'accounts' ? 'the ledger' : 'a figure'} of the account ${name}`;
}

/** What differs between a restored database and what it should be, a sentence each; at most ten. */
export async function examineScratch(
  scratch: AdminLogin,
  passwords: RolePasswords,
  expected: Facts,
): Promise<string[]> {
  const found = await withSnapshot(scratch.address, passwords.backup, ({ tx }) => factsOf(tx));
  const differing = differences(plain(expected), plain(found)).map(placeOf);
  const db = openDatabase({
    ...{ address: scratch.address, passwords, poolSize: { app: 1, sync: 1 } },
    ...{ random: () => 0, onError: () => undefined },
  });
  try {
    const breaches = await catalogBreaches(db);
    return [...new Set(differing)]
      .map((place) => `${place} is not what was backed up`)
      .concat(breaches)
      .slice(0, 10);
  } finally {
    await db.close();
  }
}
