import { z } from 'zod';
import { listAccounts } from '../../data/accounts.js';
import { backtestOfImport } from '../../data/backtests.js';
import type { Tx } from '../../data/database.js';
import type { ImportRow } from '../../data/imports.js';
import { categories } from '../../data/schema-trading.js';
import { isRule, parseRule, ruleNamed, toUtc } from '../../domain/server-clock.js';
import { notFound } from '../../lib/fault.js';
import { totalShape } from '../../web/total-json.js';
import { importCounts } from './backtest-view.js';
import { countsShape } from './counts.js';
import type { Destination } from './save.js';
import { isNamedIn, suggestedCategory, suggestedLabel, unnamedAccount } from './suggested.js';
import { isBacktest, summaryOf, type Summary } from './summary.js';

/** An import as programs are told of it, and where they say it is to go. */

const unknown = z.string().nullable();
const count = z.number();

export const importShape = z.object({
  id: z.uuid(),
  state: z.enum(['running', 'ready', 'saved', 'failed', 'undone']),
  fileName: z.string(),
  format: unknown,
  failure: unknown.describe('why it could not be read'),
  account: z
    .object({ login: unknown, server: unknown, name: unknown, company: unknown, currency: unknown })
    .nullable(),
  accountId: z.uuid().nullable().describe('null: an account is made when it is saved; a backtest has none'),
  backtestId: z.uuid().nullable().describe('of a tester’s report: the saved backtest that holds it'),
  clockRule: unknown.describe('by which its times are turned into UTC'),
  firstAt: unknown,
  lastAt: unknown,
  counts: countsShape.nullable(),
  totals: z.array(totalShape),
  window: unknown.describe('why the report shows only a part of the account’s life'),
  problems: z.array(z.object({ row: z.number().nullable(), reason: z.string() })),
  problemCount: count,
});

export type ImportJson = z.infer<typeof importShape>;

async function countsIn(
  tx: Tx,
  row: ImportRow,
  summary: Summary | null,
): Promise<z.infer<typeof countsShape> | null> {
  if (row.state === 'saved') return countsShape.safeParse(row.counts).data ?? null;
  if (summary === null || row.state !== 'ready') return null;
  return importCounts(tx, row, row.account_id, summary);
}

const instant = (ms: number | null, rule: string): string | null =>
  ms === null || rule === '' ? null : new Date(toUtc(parseRule(rule), ms)).toISOString();

export async function importJson(tx: Tx, row: ImportRow): Promise<ImportJson> {
  const summary = row.state === 'failed' ? null : summaryOf(row.head);
  const {
    login = null,
    server = null,
    name = null,
    company = null,
    currency = null,
  } = summary?.account ?? {};
  return {
    ...{ id: row.id, state: row.state, fileName: row.file_name, format: row.format || null },
    failure: row.failure || null,
    account: summary === null ? null : { login, server, name, company, currency },
    accountId: row.account_id,
    backtestId: (await backtestOfImport(tx, { userId: row.user_id, importId: row.id }))?.id ?? null,
    clockRule: row.clock_rule || null,
    firstAt: instant(summary?.firstMs ?? null, row.clock_rule),
    lastAt: instant(summary?.lastMs ?? null, row.clock_rule),
    counts: await countsIn(tx, row, summary),
    totals: summary?.totals ?? [],
    window: summary?.windowReason ?? null,
    problems: summary?.problems ?? [],
    problemCount: summary?.problemCount ?? 0,
  };
}

export const confirmation = z
  .object({
    accountId: z
      .uuid()
      .optional()
      .describe('an account there is; without it the one the file names, or a new one'),
    label: z
      .string()
      .trim()
      .min(1)
      .max(60)
      .optional()
      .describe('of an account that is made, or the name of a backtest'),
    category: z.enum(categories).optional(),
    timezone: z
      .string()
      .refine(isRule, { error: 'It looks like Europe/Athens, ny+7 or UTC.' })
      .optional()
      .describe('clock of its times, for an account that is made'),
  })
  .nullish();

const labelIn = (row: ImportRow): string | null => {
  const given = z.object({ label: z.string().min(1) }).safeParse(row.new_account);
  return given.success ? given.data.label : null;
};

/** What was said at the sending or at the saving, else what the file suggests. */
export async function destination(
  tx: Tx,
  row: ImportRow,
  body: z.infer<typeof confirmation>,
): Promise<Destination> {
  if (isBacktest(row.format)) return { kind: 'backtest', name: body?.label ?? labelIn(row) };
  const summary = summaryOf(row.head);
  const own = await listAccounts(tx, row.user_id);
  const named = summary === null ? undefined : own.find((account) => isNamedIn(account, summary))?.id;
  const accountId = body?.accountId ?? (labelIn(row) === null ? (row.account_id ?? named ?? null) : null);
  if (accountId !== null && own.some(({ id }) => id === accountId)) return { kind: 'account', accountId };
  if (body?.accountId !== undefined) throw notFound();
  return {
    kind: 'new',
    label:
      body?.label ??
      labelIn(row) ??
      (summary === null ? unnamedAccount : suggestedLabel(summary, row.format)),
    category: body?.category ?? (summary === null ? 'Demo' : suggestedCategory(summary)),
    clockRule: body?.timezone === undefined ? row.clock_rule || 'fixed:0' : ruleNamed(body.timezone),
  };
}
