import { emptyReport, type Format, type Report } from './report.js';
import { type ReadOptions, Refusal, type Row, type RowFormat, type RowReader } from './rows.js';
import { headingKey } from './trade-lists/heading-key.js';
import { type Columns, recordOf } from './trade-lists/list-columns.js';
import { plainRules } from './trade-lists/list-rules.js';
import { listTrades } from './trade-lists/list-trades.js';
import { proposalOf, proposedMapping } from './trade-lists/proposed-mapping.js';
import {
  fieldNames,
  type ListField,
  type ListRecord,
  type TradeField,
  tradeFields,
} from './trade-lists/trade-field.js';

const needed: readonly TradeField[] = [
  'symbol',
  'side',
  'volume',
  'openedAt',
  'openPrice',
  'closedAt',
  'closePrice',
];

type Mapping = Partial<Record<TradeField, string>>;

interface Mapped {
  /** the row of the headings, or 0 */
  headingRow: number;
  columns: Columns;
  /** what the whole table says of a field, without a column */
  constants: ListRecord['texts'];
}

interface Place {
  heading: Row | undefined;
  /** columns of the table */
  width: number;
}

const numberOf = (letters: string): number => {
  const [first = 0, second] = Array.from(letters.toUpperCase(), (letter) => letter.charCodeAt(0) - 64);
  return second === undefined ? first - 1 : first * 26 + second - 1;
};

const columnIn = (heading: Row | undefined, name: string): number | null => {
  const [, number] = /^#(\d{1,4})$/.exec(name) ?? [];
  if (number !== undefined) return Number(number) - 1;
  const cells = heading?.cells ?? [];
  const exact = cells.find(({ text }) => text.trim() === name);
  const alike = cells.find(({ text }) => headingKey(text) !== '' && headingKey(text) === headingKey(name));
  const found = exact ?? (/^[A-Za-z]{1,2}$/.test(name) ? undefined : alike);
  if (found !== undefined) return found.column;
  return /^[A-Za-z]{1,2}$/.test(name) ? numberOf(name) : null;
};

/** The headings stand in the first row that has all of those which are named, or most of them. */
const headingFor = (head: readonly Row[], names: readonly string[]): Row | undefined => {
  const headings = names.filter((name) => !/^[A-Za-z]{1,2}$/.test(name)).map(headingKey);
  const count = (row: Row): number => {
    const keys = new Set(row.cells.map(({ text }) => headingKey(text)));
    return headings.filter((key) => keys.has(key)).length;
  };
  const counts = head.map(count);
  const most = Math.max(0, ...counts);
  return most === 0 ? proposalOf(head)?.heading : head[counts.indexOf(most)];
};

const parts = (value: string): string[] => value.split(/\s\+\s/).map((name) => name.trim());

const given = (options: ReadOptions): Mapping => {
  const mapping: Mapping = {};
  for (const field of tradeFields) {
    const value = options.mapping?.[field]?.trim() ?? '';
    if (value !== '') mapping[field] = value;
  }
  return mapping;
};

const isNumber = (name: string): boolean => /^#\d{1,4}$/.test(name);

const columnsFor = (field: TradeField, value: string, { heading, width }: Place): number[] => {
  const within = (name: string): number | null => {
    const column = columnIn(heading, name);
    return column === null || column >= width ? null : column;
  };
  const whole = within(value);
  if (whole !== null) return [whole];
  return parts(value).map((name) => {
    const column = within(name);
    if (column === null)
      throw new Refusal(
        `This file has no column "${name.slice(0, 60)}". Choose another one for the ${fieldNames[field]}.`,
      );
    return column;
  });
};

const refuseGaps = (mapping: Mapping): void => {
  const missing = needed.filter((field) => mapping[field] === undefined).map((field) => fieldNames[field]);
  if (mapping.profit === undefined && mapping.net === undefined) missing.push('profit or net result');
  if (missing.length > 0)
    throw new Refusal(
      `Name the columns of these too, or no trade can be made of a row: ${missing.join(', ')}.`,
    );
};

const mappedOf = (head: readonly Row[], mapping: Mapping, headingRow: number | undefined): Mapped => {
  refuseGaps(mapping);
  const entries = Object.entries(mapping) as [TradeField, string][];
  const named = entries.filter(([, value]) => !value.startsWith('='));
  const names = named.flatMap(([, value]) => [value, ...parts(value)]).filter((name) => !isNumber(name));
  const heading =
    headingRow === undefined ? headingFor(head, names) : head.find(({ number }) => number === headingRow);
  const width = 1 + Math.max(-1, ...head.flatMap(({ cells }) => cells.map(({ column }) => column)));
  const columns = new Map<ListField, number[]>();
  for (const [field, value] of named) columns.set(field, columnsFor(field, value, { heading, width }));
  const constants: ListRecord['texts'] = {};
  for (const [field, value] of entries) if (value.startsWith('=')) constants[field] = [value.slice(1).trim()];
  return { headingRow: headingRow ?? heading?.number ?? 0, columns, constants };
};

class TableReader implements RowReader {
  private readonly records: ListRecord[] = [];

  constructor(
    private readonly mapped: Mapped,
    private readonly format: Format,
  ) {}

  row(row: Row): void {
    const { headingRow, columns, constants } = this.mapped;
    if (row.number <= headingRow) return;
    const record = recordOf(row, columns);
    if (record !== null) this.records.push({ ...record, texts: { ...record.texts, ...constants } });
  }

  end(): Report {
    const { positions, cash, problems, clock } = listTrades(this.records, {
      ...plainRules,
      format: this.format,
    });
    if (positions.length + cash.length + problems.length === 0)
      throw new Refusal('No row below the headings of this table holds a trade. Look at its columns again.');
    return { ...emptyReport(this.format), clock, positions, cash, problems };
  }
}

/** A reader of a table by what a person said of its columns, or by what its headings say where nobody did. */
export const tableReader = (head: readonly Row[], options: ReadOptions, format: Format): RowReader => {
  const mapping = options.mapping === undefined ? (proposedMapping(head) as Mapping) : given(options);
  return new TableReader(mappedOf(head, mapping, options.headingRow), format);
};

/**
 * A table that nobody recognises. `ReadOptions.mapping` names for each of `tradeFields` a heading, a letter of a column
 * or its number ("#3"), several of them ("Open Date + Open Time"), or `=` and what holds for the whole table ("=EURUSD"). Recognised without a
 * mapping where the headings themselves name all that a trade needs. Throws a Refusal for columns that are not there.
 */
export const mappedTable: RowFormat = {
  recognises: (head) => {
    const mapping = proposedMapping(head);
    return needed.every((field) => field in mapping) && ('profit' in mapping || 'net' in mapping);
  },
  reader: (head, options) => tableReader(head, options, 'table'),
};
