import { emptyReport, noAccount, type Report } from '../report.js';
import { type ReadOptions, Refusal, Unclear, type Row, type RowFormat, type RowReader } from '../rows.js';
import { headingColumns } from './heading-key.js';
import { type Columns, columnsNamed, columnsOf, recordOf } from './list-columns.js';
import { type ListRules, plainRules } from './list-rules.js';
import type { ListShape } from './list-shape.js';
import { listShapes } from './list-shapes.js';
import { listTrades } from './list-trades.js';
import { type ListRecord, textOf } from './trade-field.js';

const has = (headings: ReadonlyMap<string, number>, shape: ListShape): boolean =>
  shape.needs.every((way) => columnsNamed(way, headings) !== null);

interface Found {
  shape: ListShape;
  heading: Row;
}

const foundIn = (head: readonly Row[]): Found | null => {
  for (const heading of head) {
    const headings = headingColumns(heading);
    const shape = listShapes.find((shape) => has(headings, shape));
    if (shape !== undefined) return { shape, heading };
  }
  return null;
};

/** A part of the file with columns of its own, such as what is still open, begins with headings again. */
const isHeadingOf = (row: Row, shape: ListShape): boolean => {
  if (row.cells.some(({ text }) => /\d/.test(text))) return false;
  const headings = headingColumns(row);
  const named = Object.values(shape.fields).filter((way) => columnsNamed(way, headings) !== null);
  return named.length > 3 && named.length * 2 > Object.keys(shape.fields).length;
};

const aheadOf = (heading: Row): number | null => {
  for (const { text } of heading.cells) {
    const [, sign, hours, minutes] = /\(UTC([+-])(\d{1,2})(?::?(\d{2}))?\)/i.exec(text) ?? [];
    if (sign !== undefined)
      return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes ?? 0)) * 60_000;
    if (/\(UTC\)/i.test(text)) return 0;
  }
  return null;
};

/** The account's currency, where one heading of money names it and no other contradicts. */
const currencyOf = (heading: Row): string | null => {
  const named = heading.cells.flatMap(({ text }) => {
    const [, currency] = /^(?:net|gross|profit|balance|cum)\b.*?[\s(]([A-Z]{3})\)?$/i.exec(text.trim()) ?? [];
    return currency === undefined || currency !== currency.toUpperCase() ? [] : [currency];
  });
  return new Set(named).size === 1 ? (named[0] ?? null) : null;
};

/** Number of the account, where all rows are of one. */
const loginOf = (records: readonly ListRecord[]): string | null => {
  const logins = new Set(records.map((record) => textOf(record, 'login')));
  const [login = ''] = logins;
  return logins.size === 1 && login !== '' ? login : null;
};

const severalAccounts = (records: readonly ListRecord[]): number =>
  new Set(records.map((record) => textOf(record, 'login')).filter((login) => login !== '')).size;

class ListReader implements RowReader {
  private columns: Columns | null = null;
  private readonly records: ListRecord[] = [];
  private readonly rules: ListRules;

  constructor(
    private readonly found: Found,
    private readonly options: ReadOptions,
  ) {
    const { shape, heading } = found;
    this.rules = { ...plainRules, ...shape.rules, aheadMs: aheadOf(heading) };
  }

  row(row: Row): void {
    const { shape, heading } = this.found;
    if (row.number < heading.number) return;
    if (row.number === heading.number || isHeadingOf(row, shape)) {
      this.columns = columnsOf(shape.fields, headingColumns(row));
      return;
    }
    const record = this.columns === null ? null : recordOf(row, this.columns);
    if (record !== null) this.records.push(this.withSymbol(record));
  }

  end(): Report {
    const { heading } = this.found;
    this.refuseWhatIsMissing();
    const { positions, cash, problems, clock } = listTrades(this.records, this.rules);
    if (severalAccounts(this.records) > 1)
      problems.unshift({
        row: null,
        reason: 'This file has trades of several accounts, which would become one.',
      });
    return {
      ...emptyReport(this.rules.format),
      account: { ...noAccount, login: loginOf(this.records), currency: currencyOf(heading) },
      clock,
      positions,
      cash,
      problems,
    };
  }

  /** The list of a strategy is of one symbol, which it does not name. */
  private withSymbol(record: ListRecord): ListRecord {
    const symbol = this.options.mapping?.['symbol']?.replace(/^=/, '').trim() ?? '';
    if (this.hasSymbol() || symbol === '') return record;
    return { ...record, texts: { ...record.texts, symbol: [symbol] } };
  }

  private hasSymbol(): boolean {
    return this.columns?.has('symbol') === true;
  }

  private refuseWhatIsMissing(): void {
    const { name } = this.found.shape;
    const [first] = this.records;
    if (first === undefined) return;
    if (textOf(first, 'symbol') === '' && !this.hasSymbol())
      throw new Unclear(
        `This list of ${name} does not name its symbol. Say which one it is of, and it can be read.`,
        { about: 'symbol' },
      );
    if (this.columns?.has('openedAt') === false)
      throw new Refusal(
        `This list of ${name} does not say when its trades were opened. Show the column of opening times there, and export it again.`,
      );
  }
}

/** Lists of closed trades as others export them, recognised by their headings; `listShapes` names them. */
export const tradeLists: RowFormat = {
  recognises: (head) => foundIn(head) !== null,
  reader: (head, options) => {
    const found = foundIn(head);
    if (found === null) throw new Refusal('No heading of this file is that of a list of trades.');
    return new ListReader(found, options);
  },
};
