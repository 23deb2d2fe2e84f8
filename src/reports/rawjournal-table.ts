import { isPlainNumber, unguarded } from './guarded-text.js';
import { entryIn, type ReportEntry } from './report-entry.js';
import { emptyReport, noAccount, type Report, type ReportPosition } from './report.js';
import { Refusal, type Row, type RowFormat, type RowReader } from './rows.js';
import { recordOf } from './trade-lists/list-columns.js';
import { plainRules } from './trade-lists/list-rules.js';
import { listTrades } from './trade-lists/list-trades.js';
import type { ListField, ListRecord } from './trade-lists/trade-field.js';

/** The headings of the table that RawJournal writes, and what stands below them. */
const fields: Partial<Record<ListField, string>> = {
  id: 'positionId',
  symbol: 'symbol',
  side: 'side',
  volume: 'lots',
  openedAt: 'opened',
  openPrice: 'openPrice',
  closedAt: 'closed',
  closePrice: 'closePrice',
  stopLoss: 'stopLoss',
  takeProfit: 'takeProfit',
  profit: 'gross',
  commission: 'commission',
  swap: 'swap',
  fee: 'fee',
  net: 'net',
  magic: 'magic',
  comment: 'comment',
  login: 'account',
};
const others = ['id', 'source', 'currency'];

const columnOf = (row: Row, name: string): number | undefined =>
  row.cells.find(({ text }) => text === name)?.column;

const isHeading = (row: Row): boolean =>
  [...Object.values(fields), ...others].every((name) => columnOf(row, name) !== undefined);

const oneOf = (texts: ReadonlySet<string>): string | null => {
  const [only = ''] = texts;
  return texts.size === 1 && only !== '' ? only : null;
};

const severalAccounts = new Refusal(
  'This table has trades of several accounts. Export those of one account, and import them into it.',
);

class TableReader implements RowReader {
  private readonly records: ListRecord[] = [];
  private readonly currencies = new Set<string>();
  private readonly accounts = new Set<string>();
  private readonly columns: Map<ListField, number[]>;
  private readonly currencyColumn: number | undefined;
  private readonly entries: ReportEntry[] = [];
  /** what came of each row so far */
  private readonly gross = new Map<number, string>();

  constructor(private readonly heading: Row) {
    this.columns = new Map(
      (Object.entries(fields) as [ListField, string][]).map(([field, name]) => [
        field,
        [columnOf(heading, name) ?? -1],
      ]),
    );
    this.currencyColumn = columnOf(heading, 'currency');
  }

  row(row: Row): void {
    if (row.number <= this.heading.number) return;
    const record = recordOf(
      { ...row, cells: row.cells.map((cell) => ({ ...cell, text: unguarded(cell.text) })) },
      this.columns,
    );
    if (record === null) return;
    record.texts.comment = [this.textOf(row, 'comment')];
    this.records.push(record);
    this.gross.set(row.number, record.texts.profit?.[0] ?? '');
    this.accounts.add(record.texts.login?.[0] ?? '');
    if (this.accounts.size > 1) throw severalAccounts;
    const currency = row.cells.find(({ column }) => column === this.currencyColumn)?.text ?? '';
    if (currency !== '') this.currencies.add(currency);
    if (this.currencies.size > 1) throw severalAccounts;
    const entry = this.written(row);
    if (entry !== null) this.entries.push(entry);
  }

  /** '' also where there is no such column, as in files of earlier versions. */
  private textOf(row: Row, name: string): string {
    const at = columnOf(this.heading, name);
    return unguarded(row.cells.find(({ column }) => column === at)?.text ?? '');
  }

  private written(row: Row): ReportEntry | null {
    const [notes = '', setup = '', tags = ''] = ['notes', 'setup', 'tags'].map((name) =>
      this.textOf(row, name),
    );
    return entryIn(row.number, { notes, setup, tags: tags.split(',') });
  }

  /** Of a trade that is open and has partly been closed, the table says what came of that. */
  private realised(position: ReportPosition): ReportPosition {
    const gross = this.gross.get(position.row) ?? '';
    return position.closedMs === null && isPlainNumber(gross) ? { ...position, profit: gross } : position;
  }

  end(): Report {
    const rules = {
      ...plainRules,
      format: 'rawjournal' as const,
      clock: 'utc' as const,
      areCostsPositive: false,
    };
    const { positions, cash, problems } = listTrades(this.records, rules);
    return {
      ...emptyReport('rawjournal'),
      account: { ...noAccount, name: oneOf(this.accounts), currency: oneOf(this.currencies) },
      clock: 'utc',
      positions: positions.map((position) => this.realised(position)),
      cash,
      problems,
      entries: this.entries,
    };
  }
}

/** The table of trades that RawJournal itself writes, of one account; throws a Refusal for several. */
export const rawjournalTable: RowFormat = {
  recognises: (head) => head.some(isHeading),
  reader: (head) => {
    const heading = head.find(isHeading);
    if (heading === undefined) throw new Refusal('This is no table of RawJournal.');
    return new TableReader(heading);
  },
};
