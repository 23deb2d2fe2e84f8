import { decimalOf } from './figures-text.js';
import type { LabelledValue } from './mt4-summary.js';
import { testerFigures } from './mt4-summary.js';
import { eventOf, TesterOrders } from './mt4-tester-events.js';
import { emptyReport, noAccount, type Report, type TesterRun } from './report.js';
import { textsOf } from './row-cells.js';
import type { Row, RowFormat, RowReader } from './rows.js';

const leastColumns = 10;

/** The headings of the events begin with "#" in every language. */
const isEventHeading = (row: Row): boolean =>
  row.cells.length >= leastColumns && row.cells[0]?.text.trim() === '#';

const serverLine = /^(.+?)\s*\(\p{L}+\s+\d{3,5}\)$/u;

/** Lines of two cells above the results, in the order in which they are printed. */
const lineNames = ['symbol', 'period', 'model', 'parameters'] as const;
type Lines = Partial<Record<(typeof lineNames)[number], string>>;

interface Heading {
  titles: string[];
  lines: Lines;
  others: LabelledValue[];
}

const isResults = (row: Row): boolean => row.cells.length >= 6;

/** Names and values of a row in turn; "Largest" and the like stand before both of their names. */
const pairsOf = (row: Row): LabelledValue[] => {
  const texts = row.cells.map(({ text }) => text.trim());
  const isPrefixed = texts.length % 2 === 1;
  const prefix = isPrefixed ? `${texts[0] ?? ''} ` : '';
  const rest = isPrefixed ? texts.slice(1) : texts;
  const pairs: LabelledValue[] = [];
  for (let index = 0; index + 1 < rest.length; index += 2) {
    const name = rest[index] ?? '';
    if (name !== '') pairs.push({ name: `${prefix}${name}`.trim(), value: rest[index + 1] ?? '' });
  }
  return pairs;
};

const inputsOf = (parameters: string | undefined): TesterRun['inputs'] =>
  (parameters ?? '')
    .split(/;\s*/)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return at < 0
        ? { name: part.trim(), value: '' }
        : { name: part.slice(0, at).trim(), value: part.slice(at + 1).trim() };
    });

const headingOf = (rows: readonly Row[]): Heading => {
  const heading: Heading = { titles: [], lines: {}, others: [] };
  for (const row of rows) {
    const texts = textsOf(row);
    const name = lineNames[Object.keys(heading.lines).length];
    if (row.number === 0) heading.titles.push(...texts);
    else if (isResults(row) || row.cells.length === 5) heading.others.push(...pairsOf(row));
    else if (row.cells.length === 2 && texts.length === 2 && name !== undefined)
      heading.lines[name] = texts[1] ?? '';
  }
  return heading;
};

/** The titles: "Strategy Tester: Expert", then the kind of report, the expert, and the server with its build. */
const expertOf = (titles: readonly string[]): string => {
  const named = /^[^:]+:\s*(.+)$/.exec(titles[0] ?? '')?.[1];
  const server = titles.findIndex((title) => serverLine.test(title));
  return named ?? titles[server - 1] ?? '';
};

const serverOf = (titles: readonly string[]): string | null => {
  for (const title of titles) {
    const server = serverLine.exec(title)?.[1];
    if (server !== undefined) return server;
  }
  return null;
};

/** Bars, ticks and quality, then errors stand above the deposit; the last of them has no other figure beside it. */
const depositAt = (pairs: readonly LabelledValue[]): number => {
  const named = pairs.findIndex(({ name }) => /deposit|einlage|einzahlung|dépôt|депозит/i.test(name));
  return named >= 0 ? named : 4;
};

const runOf = ({ titles, lines, others }: Heading): TesterRun => {
  const deposit = others[depositAt(others)];
  const model = lines.model === undefined ? [] : [{ name: 'Model', value: lines.model }];
  return {
    expert: expertOf(titles),
    symbol: (lines.symbol ?? '').replace(/\s*\(.*\)$/, ''),
    period: lines.period ?? '',
    currency: null,
    deposit: deposit === undefined ? null : decimalOf(deposit.value),
    leverage: null,
    inputs: inputsOf(lines.parameters),
    results: [...model, ...others.filter((pair) => pair !== deposit)],
  };
};

class TesterReader implements RowReader {
  private readonly head: Row[] = [];
  private run: TesterRun | null = null;
  private orders: TesterOrders | null = null;
  private heading: Heading | null = null;

  row(row: Row): void {
    if (this.orders !== null) {
      const event = eventOf(row);
      if (event !== null) this.orders.take(event);
    } else if (isEventHeading(row)) this.begin();
    else this.head.push(row);
  }

  end(): Report {
    this.orders?.end();
    const { run, heading, orders } = this;
    const results = (heading?.others ?? []).slice(depositAt(heading?.others ?? []) + 1);
    return {
      ...emptyReport('mt4-tester'),
      account: { ...noAccount, server: serverOf(heading?.titles ?? []), isHedging: true },
      positions: (orders?.positions ?? []).map((position) => ({ ...position, symbol: run?.symbol ?? '' })),
      printed: testerFigures(results),
      tester: run,
      problems: orders?.problems ?? [],
    };
  }

  private begin(): void {
    this.heading = headingOf(this.head);
    this.run = runOf(this.heading);
    this.orders = new TesterOrders(this.run.deposit);
  }
}

/**
 * Reports of MetaTrader 4's strategy tester in any language: the events of its orders become positions, several for one
 * that is closed in parts. What the tester prints is kept as it is printed.
 */
export const mt4Tester: RowFormat = {
  recognises: (head) => head.some(isEventHeading),
  reader: () => new TesterReader(),
};
