import { randomUUID } from 'node:crypto';
import { accountOf, addAccount, removeAccount, type AccountRow } from '../../data/accounts.js';
import { accountAt } from '../../data/adopted.js';
import { recordActivity } from '../../data/audit.js';
import { heldSiblings } from '../../data/backtests.js';
import type { Tx } from '../../data/database.js';
import { countRows, removeBatchRows, type ImportCounts } from '../../data/import-rows.js';
import { changeImport, forgetAccount, heldImport, isElseEmpty, type ImportRow } from '../../data/imports.js';
import { bringEntries } from '../../data/journal-import.js';
import { admitAccount, admitImport } from '../../data/plan-gates.js';
import type { Category } from '../../data/schema-trading.js';
import type { Occasion } from '../../domain/activity.js';
import type { PlanTable } from '../../domain/plans.js';
import { parseRule } from '../../domain/server-clock.js';
import { Fault, notFound } from '../../lib/fault.js';
import { saveBatch, undoBatch } from '../../sync/batches.js';
import { saveBacktest, undoBacktest } from './save-backtest.js';
import { holdsTrades, isBacktest, summaryOf, type Summary } from './summary.js';

/** Where a batch is to go: an account there is, or one that is made for it. */
export type Destination =
  | { kind: 'account'; accountId: string }
  | { kind: 'new'; label: string; category: Category; clockRule: string }
  /** none: a backtest, by the name that its owner gives it */
  | { kind: 'backtest'; name: string | null };

export type Counts = ImportCounts & { rejected: number };

const utcRule = 'fixed:0';

const conflict = (code: string, sentence: string): Fault => new Fault(409, code, sentence);

const notReady: Record<string, string> = {
  running: 'The file is still being read; wait until its preview is there.',
  failed: 'This file could not be read, so there is nothing to save. Send another one.',
  undone: 'This import was taken back. Send the file again to import it.',
};

/** An account tells all of its times by one clock; those of a file in UTC would be taken for times of that clock. */
const hasOtherClock = ({ clock_rule: rule }: AccountRow, { clock }: Summary): boolean =>
  clock === 'utc' && rule !== '' && rule !== utcRule;

/** Why a report cannot go into an account; null: it can. */
export function misfit(account: AccountRow, summary: Summary): string | null {
  const { account: told } = summary;
  if (told.login !== null && account.login !== null && told.login !== account.login)
    return `This report is of login ${told.login}, and “${account.label}” is login ${account.login}. Choose another account, or a new one.`;
  if (told.currency !== null && account.currency !== null && told.currency !== account.currency)
    return `This report is in ${told.currency}, and “${account.label}” is in ${account.currency}. Choose another account, or a new one.`;
  if (hasOtherClock(account, summary))
    return `This file tells its times in UTC, and “${account.label}” keeps another clock. Choose a new account; from RawJournal itself take the JSON export, which has the broker’s own times.`;
  return null;
}

export const countsOf = async (
  tx: Tx,
  batch: { userId: string; importId: string },
  accountId: string | null,
  { rejected }: Summary,
): Promise<Counts> => ({ ...(await countRows(tx, batch, accountId)), rejected });

async function newAccount(
  tx: Tx,
  userId: string,
  to: Extract<Destination, { kind: 'new' }>,
  { summary, at }: { summary: Summary; at: Date },
): Promise<string> {
  const id = randomUUID();
  const { login, server, currency } = summary.account;
  if (login !== null && server !== null && (await accountAt(tx, userId, { server, login })) !== undefined)
    throw conflict('duplicate_account', `You have login ${login} at ${server} already: choose that account.`);
  await addAccount(tx, {
    ...{ id, userId, type: 'report', category: to.category, label: to.label, at, connection: null },
    clockRule: parseRule(to.clockRule),
    place: login === null || server === null ? undefined : { server, login },
    currency: currency === null ? undefined : { code: currency, digits: summary.digits },
  });
  return id;
}

async function destined(
  tx: Tx,
  userId: string,
  to: Exclude<Destination, { kind: 'backtest' }>,
  told: { summary: Summary; at: Date },
): Promise<string> {
  if (to.kind === 'new') return newAccount(tx, userId, to, told);
  const account = await accountOf(tx, userId, to.accountId);
  if (account === undefined) throw notFound();
  const sentence = misfit(account, told.summary);
  if (sentence !== null) throw conflict('wrong_account', sentence);
  return account.id;
}

/** Saves what was looked at. Saving the same again does nothing. Throws a Fault 402, 404 or 409. */
export async function saveImport(
  tx: Tx,
  { userId, importId }: { userId: string; importId: string },
  { to, occasion, plans }: { to: Destination; occasion: Occasion; plans: PlanTable | null },
): Promise<void> {
  const { at } = occasion;
  // The same test's imports first, in one order: two of them may be decided on at once.
  await heldSiblings(tx, { userId, importId });
  const row = await heldImport(tx, userId, importId);
  if (row === undefined || row.kind === 'manual') throw notFound();
  if (row.state === 'saved') return;
  const summary = summaryOf(row.head);
  if (row.state !== 'ready' || summary === null)
    throw conflict('not_ready', notReady[row.state] ?? 'There is nothing to save yet.');
  if (isBacktest(row.format)) {
    const name = to.kind === 'backtest' ? to.name : null;
    await saveBacktest(tx, { userId, importId }, { name, at, summary });
    return noteSaved(tx, row, { account: '', rows: 0, occasion });
  }
  if (!holdsTrades(row.format) || to.kind === 'backtest')
    throw conflict('no_trades', 'This file holds no trades of an account, so there is nothing to save.');
  const wish = { plans, userId, at };
  if (to.kind === 'new') await admitAccount(tx, wish, false);
  const accountId = await destined(tx, userId, to, { summary, at });
  await admitImport(tx, wish, { importId, accountId });
  const counts = await countsOf(tx, { userId, importId }, accountId, summary);
  await changeImport(
    tx,
    { userId, importId },
    { account_id: accountId, made_account: to.kind === 'new', counts: JSON.stringify(counts) },
  );
  await saveBatch(tx, { userId, accountId, importId }, at);
  await bringEntries(tx, { userId, accountId, importId }, at);
  const label = (await accountOf(tx, userId, accountId))?.label ?? '';
  await noteSaved(tx, row, { account: label, rows: counts.new, occasion });
}

/** `account` is '' where the file belongs to none; `rows` are those that it brought. */
const noteSaved = (
  tx: Tx,
  { user_id: userId, id: importId, file_name: file }: ImportRow,
  { account, rows, occasion }: { account: string; rows: number; occasion: Occasion },
): Promise<void> =>
  recordActivity(tx, userId, occasion, { what: 'import-saved', details: { importId, file, account, rows } });

async function undo(tx: Tx, row: ImportRow, at: Date): Promise<void> {
  const { user_id: userId, id: importId, account_id: accountId } = row;
  if (accountId === null) return;
  const batch = { userId, accountId, importId };
  await undoBatch(tx, batch, at);
  if (!row.made_account || !(await isElseEmpty(tx, batch, importId))) return;
  // The batch stays as a note of what was done; its account goes.
  await changeImport(tx, batch, { account_id: null });
  await forgetAccount(tx, batch);
  await removeAccount(tx, userId, accountId);
}

/** Takes a saved import back, or drops one that was not saved. Doing it again does nothing. Throws a Fault 404. */
export async function undoImport(
  tx: Tx,
  { userId, importId }: { userId: string; importId: string },
  occasion: Occasion,
): Promise<void> {
  await heldSiblings(tx, { userId, importId });
  const row = await heldImport(tx, userId, importId);
  if (row === undefined || row.kind === 'manual') throw notFound();
  if (row.state === 'saved') {
    const undone = { what: 'import-undone', details: { importId, file: row.file_name } } as const;
    await recordActivity(tx, userId, occasion, undone);
  }
  if (row.kind === 'backtest') await undoBacktest(tx, { userId, importId });
  else if (row.state === 'saved') await undo(tx, row, occasion.at);
  else if (row.state !== 'undone') {
    await removeBatchRows(tx, { userId, importId });
    await changeImport(tx, { userId, importId }, { state: 'undone' });
  }
}
