import { dealEntry, dealType } from '../domain/deal.js';
import type { ReportDeal, ReportOrder, ReportPosition } from '../reports/report.js';
import type { Cell, Row } from '../reports/rows.js';
import { historyResults, type PrintedLines, testerResults, testerSettings } from './mt5-printed.js';

/** What a terminal would put into a report; all of it invented. */
export interface Content {
  deals: readonly ReportDeal[];
  orders: readonly ReportOrder[];
  positions: readonly ReportPosition[];
}

/** Says a label in the terminal's language. */
export type Language = (label: string) => string;

const french: Record<string, string> = {
  Time: 'Heure',
  Symbol: 'Symbole',
  Price: 'Prix',
  Swap: 'Echange',
  Deal: 'Opération',
  Order: 'Ordre',
  Balance: 'Solde',
  Comment: 'Commentaire',
  State: 'État',
  Account: 'Compte',
  Deals: 'Transactions',
  'Credit Facility': 'Crédit ',
  'Total Net Profit': 'Profit net',
};

export const languages = {
  english: (label) => label,
  french: (label) => french[label] ?? label.replace(/e/g, 'é'),
  made: (label) => label.split(/(?=.)/u).reverse().join('').toUpperCase(),
} satisfies Record<string, Language>;

/** As a page writes it, with empty cells and thousands apart; or as a sheet, without either. */
export type Style = 'page' | 'sheet';

const stamp = (ms: number): string =>
  new Date(ms).toISOString().slice(0, 19).replace(/-/g, '.').replace('T', ' ');

const thousands = (number: string): string => number.replace(/(?<!\.\d*)\B(?=(\d{3})+(?:\.|$))/g, ' ');
const money = (number: string | null, style: Style): string =>
  number === null ? '' : style === 'page' ? thousands(number) : number;

/** The texts of a row from a column on; each stands where the widths before it end. */
type Line = readonly (readonly [column: number, text: string])[];

const side = ({ type }: { type: number }): string => (type === dealType.buy ? 'buy' : 'sell');
const directions: Record<number, string> = {
  [dealEntry.out]: 'out',
  [dealEntry.inOut]: 'in/out',
  [dealEntry.outBy]: 'out by',
};
const orderTypes = ['buy', 'sell', 'buy limit', 'sell limit', 'buy stop', 'sell stop', '', '', 'close by'];

const columns = (texts: readonly string[], places?: readonly number[]): Line =>
  texts.map((text, at) => [places?.[at] ?? at, text] as const);

const orderPlaces = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11];

const headings = {
  positions: 'Time,Position,Symbol,Type,Volume,Price,S / L,T / P,Time,Price,Commission,Swap,Profit',
  orders: 'Open Time,Order,Symbol,Type,Volume,Price,S / L,T / P,Time,State,Comment',
  deals: 'Time,Deal,Symbol,Type,Direction,Volume,Price,Order,Commission,Fee,Swap,Profit,Balance,Comment',
  open: 'Time,Position,Symbol,Type,Volume,Price,S / L,T / P,Market Price,Swap,Profit,Comment',
  openReport: 'Symbol,Position,Time,Type,Volume,Price,S / L,T / P,Market Price,Swap,Profit,Comment',
};

/** Collects lines as a terminal's report has them. */
export class ReportRows {
  readonly rows: Row[] = [];

  constructor(
    readonly say: Language,
    readonly style: Style,
  ) {}

  line(line: Line): this {
    const cells = line.filter(([, text]) => this.style === 'page' || text !== '');
    this.rows.push({
      number: this.rows.length + 1,
      cells: cells.map(([column, text]): Cell => ({ column, text })),
    });
    return this;
  }

  title(label: string): this {
    return this.line([[0, this.say(label)]]);
  }

  pairs(...pairs: readonly (readonly [label: string, value: string])[]): this {
    const places = [
      [0, 3],
      [4, 7],
      [8, 11],
    ] as const;
    return this.line(
      pairs.flatMap(([label, value], at) => {
        const [before, after] = places[at] ?? [0, 3];
        return [
          [before, label === '' ? '' : `${this.say(label)}:`],
          [after, value],
        ] as const;
      }),
    );
  }

  block(lines: PrintedLines): this {
    for (const line of lines) this.pairs(...line);
    return this;
  }

  headings(name: keyof typeof headings, without: readonly string[] = [], places?: readonly number[]): this {
    const labels = headings[name].split(',').filter((label) => !without.includes(label));
    return this.line(columns(labels.map(this.say), places));
  }

  header(title: string, madeMs: number): this {
    return this.title(title)
      .pairs(['Name', 'Ada Example'])
      .pairs(['Account', '70001234\u00a0(EUR,\u00a0Example-Demo 2,\u00a0demo,\u00a0Hedge)'])
      .pairs(['Company', 'Example Markets Ltd'])
      .pairs(['Date', stamp(madeMs).slice(0, 16)])
      .line(columns(Array.from({ length: 14 }, () => '')));
  }

  position(row: ReportPosition): this {
    const { style } = this;
    const start = [stamp(row.openedMs), row.positionId ?? '', row.symbol, row.side, row.volume];
    const levels = [money(row.openPrice, style), row.stopLoss ?? '', row.takeProfit ?? ''];
    const end = [row.closePrice, row.commission, row.swap, row.profit].map((text) => money(text, style));
    return this.line(columns([...start, ...levels, stamp(row.closedMs ?? 0), ...end]));
  }

  open(row: ReportPosition, isSymbolFirst = false): this {
    const [time, symbol] = [stamp(row.openedMs), row.symbol];
    const start = isSymbolFirst ? [symbol, row.positionId ?? '', time] : [time, row.positionId ?? '', symbol];
    const levels = [row.side, row.volume, row.openPrice, row.stopLoss ?? '', row.takeProfit ?? ''];
    return this.line(columns([...start, ...levels, '1.23456', row.swap ?? '', '-1.20', row.comment]));
  }

  order(order: ReportOrder, places: readonly number[] = orderPlaces): this {
    const filled = order.state === 4 ? order.volume : '0';
    const start = [stamp(order.timeMs), order.ticket, order.symbol, orderTypes[order.type] ?? ''];
    const levels = [order.price ?? 'market', order.stopLoss ?? '', order.takeProfit ?? ''];
    const end = [stamp(order.timeMs), order.state === 4 ? 'filled' : 'canceled', order.comment];
    return this.line(columns([...start, `${order.volume} / ${filled}`, ...levels, ...end], places));
  }

  deal(deal: ReportDeal, hasFee = true): this {
    const { style } = this;
    const isTrade = deal.type <= dealType.sell;
    const start = [stamp(deal.timeMs), deal.ticket, deal.symbol, isTrade ? side(deal) : 'balance'];
    const traded = [directions[deal.entry] ?? 'in', deal.volume, money(deal.price, style), deal.order];
    const costs = [deal.commission, ...(hasFee ? [deal.fee] : []), deal.swap, deal.profit, '12345.67'];
    const blank = traded.map(() => '');
    return this.line(
      columns([
        ...start,
        ...(isTrade ? traded : blank),
        ...costs.map((text) => money(text, style)),
        deal.comment,
      ]),
    );
  }
}

export const historyRows = (content: Content, say: Language, style: Style, madeMs: number): Row[] => {
  const rows = new ReportRows(say, style).header('Trade History Report', madeMs);
  const closed = content.positions.filter(({ closedMs }) => closedMs !== null);
  const open = content.positions.filter(({ closedMs }) => closedMs === null);
  rows.title('Positions').headings('positions');
  for (const row of closed) rows.position(row);
  rows.title('Orders').headings('orders', [], orderPlaces);
  for (const order of content.orders) rows.order(order);
  rows.title('Deals').headings('deals');
  for (const deal of content.deals) rows.deal(deal);
  rows.line([
    [8, '-9.00'],
    [9, '0.00'],
    [10, '-1.00'],
    [11, '10 133.40'],
    [12, '10 123.40'],
  ]);
  if (open.length > 0) rows.title('Open Positions').headings('open');
  for (const row of open) rows.open(row);
  return rows.block(historyResults).rows;
};

export const openRows = (
  positions: readonly ReportPosition[],
  say: Language,
  style: Style,
  madeMs: number,
): Row[] => {
  const rows = new ReportRows(say, style)
    .header('Trade Report', madeMs)
    .title('Positions')
    .headings('openReport');
  for (const row of positions) rows.open(row, true);
  return rows
    .line([
      [9, '0.00'],
      [10, '-12.00'],
    ])
    .pairs(['Balance', '10 123.40'], ['Free Margin', '9 000.00'])
    .pairs(['Equity', '10 111.40']).rows;
};

const testerPlaces = [0, 1, 2, 3, 4, 6, 7, 8, 9, 11, 12];

export const testerRows = (
  { deals, orders }: Omit<Content, 'positions'>,
  say: Language,
  style: Style,
  results: PrintedLines = testerResults,
): Row[] => {
  const rows = new ReportRows(say, style)
    .title('Strategy Tester Report')
    .line([[0, `Example-Demo (${say('Build')} 4321)`]])
    .title('Settings')
    .block(testerSettings)
    .title('Results')
    .block(results)
    .title('Orders')
    .headings('orders', [], testerPlaces);
  for (const order of orders) rows.order(order, testerPlaces);
  rows.title('Deals').headings('deals', ['Fee']);
  for (const deal of deals) rows.deal(deal, false);
  return rows.rows;
};
