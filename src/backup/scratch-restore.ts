import type { RolePasswords } from '../data/database.js';
import { factsOf, type Facts } from '../data/fingerprints.js';
import { breachesIn, ownedByBackup } from '../data/lint.js';
import type { Scratch } from '../data/scratch.js';
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

export function restoreInto(scratch: Scratch, programs: PostgresPrograms): ScratchRestore {
  const { args, env } = connectionOf(scratch);
  const owned = scratch.keepsOwners ? [] : ['--no-owner'];
  const running: Running = start(
    programs.restore,
    [...args, '--exit-on-error', '--no-password', ...owned],
    env,
  );
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
export const examineScratch = (
  { address, keepsOwners }: Scratch,
  passwords: Pick<RolePasswords, 'backup'>,
  expected: Facts,
): Promise<string[]> =>
  withSnapshot(address, passwords.backup, async ({ tx }) => {
    const differing = differences(plain(expected), plain(await factsOf(tx))).map(placeOf);
    const breaches = await (keepsOwners ? breachesIn(tx) : breachesIn(tx, ownedByBackup));
    return [...new Set(differing)]
      .map((place) => `${place} is not what was backed up`)
      .concat(breaches)
      .slice(0, 10);
  });
