import { textsOf } from './row-cells.js';
import type { Row } from './rows.js';

/** What stands above a tester's results, as printed. */
export interface Settings {
  expert: string;
  symbol: string;
  period: string;
  inputs: { name: string; value: string }[];
  company: string | null;
  currency: string | null;
  deposit: string | null;
  leverage: string | null;
}

const period = /\(\d{4}\.\d\d\.\d\d\s*-\s*\d{4}\.\d\d\.\d\d\)/;
const label = /[:：﹕]$/;
const leverage = /^\d+:\d+$/;

/** Whether a row is the line of the period: "H1 (2023.01.01 - 2024.01.01)". */
export const isPeriod = (row: Row): boolean => period.test(textsOf(row).at(-1) ?? '');

interface Line {
  hasLabel: boolean;
  value: string;
}

const lineOf = (row: Row): Line | null => {
  const [first, second] = textsOf(row);
  if (first === undefined) return null;
  return label.test(first) && !first.includes('=')
    ? { hasLabel: true, value: second ?? '' }
    : { hasLabel: false, value: first };
};

/** "Name=value"; a heading among inputs has no value, or one that only rules it off. */
const inputOf = (text: string): { name: string; value: string } => {
  const at = text.indexOf('=');
  return at <= 0 ? { name: text, value: '' } : { name: text.slice(0, at), value: text.slice(at + 1) };
};

/** The lines from the period to the leverage: inputs, of which only the first has a label, company, currency, deposit. */
const below = (lines: readonly Line[]): Omit<Settings, 'expert' | 'symbol' | 'period'> => {
  const last = lines.findIndex(({ hasLabel, value }) => hasLabel && leverage.test(value));
  const end = last < 0 ? lines.length : last;
  const tail = lines.slice(Math.max(0, end - 3), end);
  const [company = null, currency = null, deposit = null] = tail.map(({ value }) => value);
  const inputs = lines.slice(0, Math.max(0, end - 3)).map(({ value }) => inputOf(value));
  return { inputs, company, currency, deposit, leverage: lines[last]?.value ?? null };
};

/**
 * The settings of a test, whose labels are translated: expert and symbol stand above the period, which is known by its
 * shape, and the leverage ends them. Null: no line of a period.
 */
export const settingsOf = (rows: readonly Row[]): Settings | null => {
  const at = rows.findIndex(isPeriod);
  if (at < 0) return null;
  const valueOf = (row: Row | undefined): string => (row === undefined ? '' : (lineOf(row)?.value ?? ''));
  const lines = rows
    .slice(at + 1)
    .map(lineOf)
    .filter((line) => line !== null);
  return {
    expert: valueOf(rows[at - 2]),
    symbol: valueOf(rows[at - 1]),
    period: valueOf(rows[at]),
    ...below(lines),
  };
};

/** The server in the second line: "Some-Server (Build 1234)", whatever the word. */
export const serverOf = (rows: readonly Row[]): string | null => {
  for (const row of rows.slice(0, 4)) {
    const [, server] = /^(.+?)\s*\([^()]*\d{3,5}\)$/.exec(textsOf(row)[0] ?? '') ?? [];
    if (server !== undefined) return server;
  }
  return null;
};
