import { timeOf } from './figures-text.js';
import { noAccount, type ReportAccount } from './report.js';
import { textsOf } from './row-cells.js';
import type { Row } from './rows.js';

export interface Header {
  account: ReportAccount;
  /** the "Date" line: the clock of the computer that made the report, seldom the server's */
  madeMs: number | null;
}

// What stands above the first table; a title, four lines and a row that is empty.
const headerRows = 12;

const modes = ['demo', 'real', 'contest'] as const;
const accountLine = /^(\S.*?)\s*\((\p{L}[\p{L}\d]{1,11}),\s*(.+)\)$/u;

const isHedgingWord = (word: string): boolean | null =>
  /^hedg/i.test(word) ? true : /^(net|exch)/i.test(word) ? false : null;

/** "12345 (USD, Some-Server, real, Hedge)", whatever language the rest is in; null: no such line. */
const accountOfLine = (line: string): ReportAccount | null => {
  const [, login, currency, rest] = accountLine.exec(line) ?? [];
  if (login === undefined || currency === undefined || rest === undefined) return null;
  const parts = rest.split(',').map((part) => part.trim());
  const margin = parts.length > 1 ? isHedgingWord(parts.at(-1) ?? '') : null;
  if (margin !== null) parts.pop();
  const mode = modes.find((word) => word === parts.at(-1)?.toLowerCase()) ?? null;
  if (mode !== null) parts.pop();
  if (mode === null && margin === null) return null;
  const server = parts.join(', ');
  return { ...noAccount, login, currency, server: server === '' ? null : server, mode, isHedging: margin };
};

/** The value of a line of a label and its value. */
const valueOf = (row: Row | undefined): string | null => {
  const [, value, ...more] = row === undefined ? [] : textsOf(row);
  return more.length > 0 ? null : (value ?? null);
};

/**
 * The account and the date above the tables, whose labels are translated: the account's line is known by its shape,
 * the owner's name stands above it, the company below. Null: no such line, so no report of an account.
 */
export const headerOf = (head: readonly Row[]): Header | null => {
  const rows = head.slice(0, headerRows);
  const at = rows.findIndex((row) => accountOfLine(valueOf(row) ?? '') !== null);
  const account = accountOfLine(valueOf(rows[at]) ?? '');
  if (account === null) return null;
  const dates = rows.slice(at + 1).map((row) => timeOf(valueOf(row) ?? ''));
  const company = valueOf(rows[at + 1]);
  return {
    account: {
      ...account,
      name: valueOf(rows[at - 1]),
      company: company === null || timeOf(company) !== null ? null : company,
    },
    madeMs: dates.find((time) => time !== null) ?? null,
  };
};
