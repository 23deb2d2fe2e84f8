import { cashOf, isListed, isOrderRow, positionOf, waitingOrderOf } from './mt4-rows.js';
import { labelledValues, type LabelledValue, summaryFigures } from './mt4-summary.js';
import { timeOf } from './figures-text.js';
import { emptyReport, noAccount, type Report, type ReportAccount, type ReportPosition } from './report.js';
import { textsOf } from './row-cells.js';
import type { Row, RowFormat, RowReader } from './rows.js';

const accountNumber = /^[^:：]{1,40}[:：]\s*(\d{2,19})$/;
const currencyCode = /^[^:：]{1,40}[:：]\s*([A-Z]{3})$/;
const leverage = /^[^:：]{1,40}[:：]\s*1\s*:\s*\d+$/;
const columnsOfTrades = 12;
/** closed trades, open ones and waiting orders each have headings */
const tablesBeforeSummary = 3;

const isAccountRow = (row: Row): boolean => {
  const texts = textsOf(row);
  return texts.length >= 3 && texts.length <= 8 && accountNumber.test(texts[0] ?? '');
};

const isHeadingRow = (row: Row): boolean => {
  const texts = textsOf(row);
  return texts.length >= 9 && texts.every((text) => !/^[\d.\s:-]+$/.test(text) && !text.endsWith(':'));
};

const months = 'january february march april may june july august september october november december'.split(
  ' ',
);

/** "2020 March 2, 07:57"; months of other languages are not known here. */
const madeAt = (text: string): number | null => {
  const [, year, month = '', day, clock] =
    /^(\d{4})\s+(\p{L}+)\s+(\d{1,2}),?\s+(\d{1,2}:\d{2})$/u.exec(text) ?? [];
  const number = months.indexOf(month.toLowerCase()) + 1;
  return number === 0 || year === undefined ? null : timeOf(`${year}.${number}.${day ?? ''} ${clock ?? ''}`);
};

const afterColon = (text: string): string => text.replace(/^[^:：]*[:：]/, '').trim();

const firstFound = (texts: readonly string[], shape: RegExp): string | null => {
  for (const text of texts) {
    const found = shape.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return null;
};

const accountOf = (row: Row, company: string | null): { account: ReportAccount; madeMs: number | null } => {
  const texts = textsOf(row);
  const [, name = ''] = texts.filter((text) => !leverage.test(text));
  const isName = name.includes(':') && !currencyCode.test(name);
  return {
    account: {
      ...noAccount,
      login: firstFound(texts, accountNumber),
      name: isName ? afterColon(name) || null : null,
      currency: firstFound(texts, currencyCode),
      company,
      isHedging: true,
    },
    madeMs: madeAt(texts.at(-1) ?? ''),
  };
};

/** A part that is closed leaves its rest under a new ticket, which both name: they are one position. */
const linked = /(?:^|\s)(?:from|to) #(\d{1,19})/;

const joinParts = (positions: readonly ReportPosition[]): void => {
  const roots = new Map<string, string>();
  const rootOf = (ticket: string): string => {
    let root = ticket;
    for (let next = roots.get(root); next !== undefined; next = roots.get(root)) root = next;
    return root;
  };
  for (const { positionId, comment } of positions) {
    const other = linked.exec(comment)?.[1];
    if (other === undefined || positionId === null) continue;
    const ends = [rootOf(positionId), rootOf(other)] as const;
    if (ends[0] === ends[1]) continue;
    const [first, later] = BigInt(ends[0]) < BigInt(ends[1]) ? ends : ([ends[1], ends[0]] as const);
    roots.set(later, first);
  }
  for (const position of positions)
    if (position.positionId !== null) position.positionId = rootOf(position.positionId);
};

class StatementReader implements RowReader {
  private readonly report: Report = emptyReport('mt4-statement');
  private readonly values: LabelledValue[] = [];
  private company: string | null = null;
  private tables = 0;

  row(row: Row): void {
    if (isListed(row)) this.take(row);
    else if (this.report.account.login === null && isAccountRow(row)) this.open(row);
    else if (isHeadingRow(row)) this.tables += 1;
    else if (this.tables >= tablesBeforeSummary) this.values.push(...labelledValues(row));
    else if (this.report.account.login === null) this.company = textsOf(row)[0] ?? this.company;
  }

  end(): Report {
    const { report } = this;
    joinParts(report.positions);
    report.printed = summaryFigures(this.values, { hasOneDeposit: report.cash.length === 1 });
    return report;
  }

  private open(row: Row): void {
    const { account, madeMs } = accountOf(row, this.company);
    this.report.account = account;
    this.report.madeMs = madeMs;
  }

  private take(row: Row): void {
    const { positions, orders, cash, problems } = this.report;
    const position = isOrderRow(row) ? positionOf(row) : null;
    const order = position === null && isOrderRow(row) ? waitingOrderOf(row) : null;
    const operation = isOrderRow(row) ? null : cashOf(row);
    if (position !== null) positions.push(position);
    else if (order !== null) orders.push(order);
    else if (operation !== null) cash.push(operation);
    else
      problems.push({
        row: row.number,
        reason: 'It is neither a trade nor an order nor a payment of this statement.',
      });
  }
}

const hasColumns = (row: Row): boolean => row.cells.length >= columnsOfTrades && isHeadingRow(row);

/**
 * Statements and detailed statements of MetaTrader 4 in any language: the account's row tells them, tables are read by
 * their columns. Parts of a position that was closed in parts become rows of one position; taxes are its fee.
 */
export const mt4Statement: RowFormat = {
  recognises: (head) => {
    const account = head.findIndex(isAccountRow);
    return account >= 0 && head.slice(account).some((row) => isOrderRow(row) || hasColumns(row));
  },
  reader: () => new StatementReader(),
};
