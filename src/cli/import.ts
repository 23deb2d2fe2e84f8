import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { ImportJson } from '../features/imports/import-json.js';
import { formatName } from '../features/imports/summary.js';
import { Fault } from '../lib/fault.js';
import { totalsNote, totalView } from '../web/total-view.js';
import { askRunning, print, withInstallation } from './installation.js';
import { userWith } from './user.js';

interface Options {
  user: string;
  account?: string;
  yes: boolean;
}

interface Meant {
  userId: string;
  importId: string;
  account: string | null;
}

const lookAgainMs = 250;
const mostProblems = 20;

/** Once it has been read. Throws a Fault where it cannot be, with where its owner may say more of it. */
async function whenRead(meant: Meant, address: string): Promise<ImportJson> {
  for (;;) {
    const read = await askRunning<ImportJson>({ route: 'POST /imports/looks', body: meant });
    if (read.state === 'failed')
      throw new Fault(422, 'unreadable', `${read.failure ?? 'It cannot be read.'}\n${address}`);
    if (read.state !== 'running') return read;
    await sleep(lookAgainMs);
  }
}

const table = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

const accountWords = ({ account }: ImportJson): string =>
  [account?.name, account?.company, account?.login, account?.server, account?.currency]
    .filter((word) => word !== null && word !== undefined)
    .join(' · ') || 'none that the file names';

const destinationWords = ({ accountId }: ImportJson, { account }: Meant): string =>
  account ?? (accountId === null ? 'a new one' : 'the one that it names');

/** What is in a file: its format and account, counts, its own totals beside ours, and what was left out. */
function linesOf(read: ImportJson, meant: Meant): string[] {
  const { counts, totals, problems, problemCount } = read;
  const shown = problems.slice(0, mostProblems);
  return [
    ...table([
      ['Format', formatName(read.format ?? '')],
      ['Account', accountWords(read)],
      ['Goes to', destinationWords(read, meant)],
      ['Span', read.firstAt === null ? 'no times' : `${read.firstAt} to ${read.lastAt ?? read.firstAt}`],
      ...(counts === null
        ? []
        : [
            ['New', String(counts.new)],
            ['Known', String(counts.duplicate)],
            ['Changed', String(counts.changed)],
            ['Left out', String(counts.rejected)],
          ]),
    ]),
    '',
    ...(totals.length === 0
      ? ['The file prints no totals of its own.']
      : [
          `Its own totals beside ours: ${totalsNote(totals.map((total) => ({ ...total })))}.`,
          ...table([
            ['Figure', 'Report', 'Ours', ''],
            ...totals
              .map(totalView)
              .map(({ name, reported, computed, verdict, reason }) => [
                name,
                reported ?? '—',
                computed ?? '—',
                reason === '' ? verdict : `${verdict}: ${reason}`,
              ]),
          ]),
        ]),
    ...shown.map(({ row, reason }) => (row === null ? reason : `Row ${row}: ${reason}`)),
    ...(problemCount > shown.length ? [`And ${problemCount - shown.length} more such lines.`] : []),
    '',
  ];
}

async function isWanted({ yes }: Options): Promise<boolean> {
  if (yes || !process.stdin.isTTY) return yes;
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await asking.question('Save this? [y/N] ')).trim());
  } finally {
    asking.close();
  }
}

/** Whose file it is, and where their pages are. */
const ownerOf = (email: string): Promise<{ userId: string; url: string }> =>
  withInstallation(async ({ db, config }) => {
    const { user_id: userId, disabled_at: disabledAt } = await userWith(db, email);
    if (disabledAt !== null)
      throw new Fault(409, 'disabled', `${email} is shut out. Let them in again first.`);
    return { userId, url: config.publicUrl };
  });

async function importFile(file: string, options: Options): Promise<void> {
  await askRunning({ route: 'GET /ping' });
  const { userId, url } = await ownerOf(options.user);
  const sent = { route: 'POST /imports', body: { userId, path: resolve(file) } };
  const { importId } = await askRunning<{ importId: string }>(sent);
  const meant = { userId, importId, account: options.account ?? null };
  const address = `${url}/trades/import/${importId}`;
  for (const line of linesOf(await whenRead(meant, address), meant)) print(line);
  if (!(await isWanted(options))) {
    print(`Nothing is saved. Say --yes to save it, or do so at ${address}`);
    return;
  }
  const patienceMs = 600_000;
  const saved = await askRunning<ImportJson>({
    route: 'POST /imports/confirmations',
    body: meant,
    patienceMs,
  });
  print(`Saved: ${saved.counts?.new ?? 0} new rows. It can be taken back at ${address}`);
}

export const importCommand = (): Command =>
  new Command('import')
    .description('import a report or table of trades for somebody, as their page does')
    .argument('<file>', 'a report of MetaTrader, an export of RawJournal, or another table of trades')
    .requiredOption('--user <email>', 'whose trades they are')
    .option(
      '--account <name>',
      'the name or id of an account there is; else the one that the file names, or a new one',
    )
    .option('--yes', 'save what was read without asking', false)
    .action(importFile);
