import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { listAccounts } from '../../data/accounts.js';
import { clockAround } from '../../data/brokers.js';
import type { Tx } from '../../data/database.js';
import { removeBatchRows } from '../../data/import-rows.js';
import { changeImport, type ImportRow } from '../../data/imports.js';
import { removeBacktest } from '../../data/backtests.js';
import { mappingOf } from '../../data/table-mappings.js';
import { isRule, parseRule, type ClockRule } from '../../domain/server-clock.js';
import { likeliestRule } from '../../domain/week-hours.js';
import { Fault } from '../../lib/fault.js';
import { UnclearReport, type ReportReader } from '../../reports/reading.js';
import type { Kit } from '../../web/kit.js';
import { collector, type Collected } from './collector.js';
import { headingsOf, readAnswer, shortQuestion, type Answer, type Asked } from './question.js';
import { isNamedIn } from './suggested.js';
import { dropFile } from './uploads.js';

/** What importing needs beside the kit. */
export interface ImportDeps {
  kit: Kit;
  reports: ReportReader;
  /** folder in which files lie while they are read */
  uploads: string;
  /** imports that this process is reading, each with its user */
  reading: Map<string, string>;
}

/** An import that nobody reads any more has been left by a program that ended: whoever looks at it is told so. */
export async function giveUpLeft(
  tx: Tx,
  row: ImportRow,
  { reading }: Pick<ImportDeps, 'reading'>,
): Promise<ImportRow> {
  if (row.state !== 'running' || reading.has(row.id)) return row;
  const failure = 'RawJournal was started anew while this file was being read. Send it again.';
  const batch = { userId: row.user_id, importId: row.id };
  if (await changeImport(tx, { ...batch, from: 'running' }, { state: 'failed', failure }))
    await removeBatchRows(tx, batch);
  return { ...row, state: 'failed', failure };
}

export interface Job {
  userId: string;
  importId: string;
  /** rule of the clock of its times, where its owner said; '' where not */
  clockRule: string;
  timeZone: string;
  /** what its owner was asked about it and said; null: nothing yet */
  asked: Asked | null;
  answer: Answer | null;
}

const usualRules: readonly ClockRule[] = ['Europe/Athens', 'fixed:0', 'Europe/London', 'fixed:10800'];

/** By which clock the times are read until somebody says otherwise. */
async function likelyClock(tx: Tx, { head, hours }: Collected, timeZone: string): Promise<ClockRule> {
  const { clock, account } = head;
  if (clock === 'utc') return 'fixed:0';
  if (account.clockRule !== undefined && isRule(account.clockRule)) return parseRule(account.clockRule);
  const known = clock === 'server' ? await clockAround(tx, account) : undefined;
  if (known !== undefined) return parseRule(known.rule);
  const own = timeZone.includes('/') ? parseRule(timeZone) : 'fixed:0';
  return clock === 'unknown'
    ? likeliestRule([own, 'fixed:0', 'ny+7', ...usualRules], hours)
    : likeliestRule(['ny+7', ...usualRules], hours);
}

/** The account of the user that the file names; null: there is none. */
async function namedAccount(tx: Tx, userId: string, { account }: Collected['head']): Promise<string | null> {
  if (account.login === null) return null;
  const own = await listAccounts(tx, userId);
  return own.find((one) => isNamedIn(one, { account }))?.id ?? null;
}

interface Read extends Collected {
  /** false: it is no tester's report */
  completeBacktest: (tx: Tx) => Promise<boolean>;
}

/** Reads the file into its batch. Throws a Fault for what cannot be read. */
async function readInto({ kit, reports, uploads }: ImportDeps, job: Job): Promise<Read> {
  const { take, collected, settled, completeBacktest } = collector(kit, job);
  const tellProgress = (readBytes: number): void => {
    const told = kit.db.withTenant('app', job.userId, (tx) =>
      changeImport(tx, { ...job, from: 'running' }, { readBytes }),
    );
    void told.catch(() => undefined); // the end is told in any case
  };
  const file = await open(join(uploads, job.importId), 'r');
  try {
    await reports.read({ fd: file.fd, options: job.answer ?? {}, onPart: take, onProgress: tellProgress });
    return { ...(await collected()), completeBacktest };
  } finally {
    await settled();
    await file.close();
  }
}

async function noteRead(tx: Tx, job: Job, read: Read): Promise<void> {
  const { head, summary } = read;
  // The clock of a tester is nobody's: its times stay as they are, and its login is no account of anybody.
  const isBacktest = await read.completeBacktest(tx);
  const accountId = isBacktest ? null : await namedAccount(tx, job.userId, head);
  const rule = job.clockRule === '' ? await likelyClock(tx, read, job.timeZone) : job.clockRule;
  const asked = job.asked === null ? {} : { asked: { ...job.asked, answer: job.answer } };
  const isNoted = await changeImport(
    tx,
    { ...job, from: 'running' },
    {
      state: 'ready',
      format: head.format,
      made_ms: head.madeMs === null ? null : String(head.madeMs),
      clock_rule: isBacktest ? '' : rule,
      head: JSON.stringify({ ...summary, ...asked }),
      ...(accountId === null ? {} : { account_id: accountId }),
    },
  );
  if (!isNoted) throw new Fault(409, 'dropped', 'This file was dropped while it was being read.');
}

/** Nothing that was read of it stays; what its owner was asked does. */
async function noteFailure(tx: Tx, job: Job, failure: string): Promise<void> {
  await removeBatchRows(tx, job);
  await removeBacktest(tx, job.userId, job.importId);
  const head = job.asked === null ? {} : { asked: { ...job.asked, answer: job.answer } };
  await changeImport(
    tx,
    { ...job, from: 'running' },
    { state: 'failed', failure, head: JSON.stringify(head) },
  );
}

const sentenceOf = (error: unknown): string =>
  error instanceof Fault && error.status < 500
    ? error.message
    : 'Something went wrong while this file was read. Send it again; if it fails again, tell whoever runs this installation.';

/** A question that the owner has answered before, for a table with the same headings, is not asked again. */
async function answered(kit: Kit, job: Job, error: UnclearReport): Promise<Job> {
  const question = shortQuestion(error.question);
  const headings = headingsOf(question);
  if (headings === null) return { ...job, asked: { question, answer: null } };
  const answer = await kit.db.withTenant('app', job.userId, async (tx) =>
    readAnswer(await mappingOf(tx, job.userId, headings)),
  );
  return { ...job, asked: { question, answer: null }, answer: answer ?? null };
}

/** True where the file is still wanted, because its owner may say more of it. */
async function readOrAsk(deps: ImportDeps, job: Job): Promise<boolean> {
  const { kit } = deps;
  const asUser = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => kit.db.withTenant('app', job.userId, work);
  try {
    const read = await readInto(deps, job);
    await asUser((tx) => noteRead(tx, job, read));
    return job.asked !== null;
  } catch (error) {
    const next =
      error instanceof UnclearReport && job.answer === null ? await answered(kit, job, error) : job;
    if (next.answer !== null && job.answer === null) return readOrAsk(deps, next);
    await asUser((tx) => noteFailure(tx, next, sentenceOf(error)));
    if (!(error instanceof Fault)) throw error;
    return next.asked !== null;
  }
}

/**
 * Reads a file that lies in the uploads into its batch, and removes it unless its owner is asked about it. Whatever
 * happens, the batch says it.
 */
export async function readImport(deps: ImportDeps, job: Job): Promise<void> {
  let isWanted = false;
  try {
    isWanted = await readOrAsk(deps, job);
  } finally {
    deps.reading.delete(job.importId);
    if (!isWanted) await dropFile(deps.uploads, job.importId);
  }
}
