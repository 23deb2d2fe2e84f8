import { passesOf, testedBalances, testedDeals } from '../../data/backtest-rows.js';
import { mostPasses, type BacktestRow } from '../../data/backtests.js';
import type { Tx } from '../../data/database.js';
import { tradesOf, type Trade } from '../../domain/trade.js';
import { fromMinor, toMinor } from '../../lib/money.js';
import { moneyChart } from '../../web/chart.js';
import { amount, lots, signed, span, toneOf } from '../../web/figures.js';
import { dealReasonWord } from '../../web/mt5-words.js';
import { moneyText, testerTime } from '../../web/tester-words.js';
import { besideView } from './months-view.js';
import { mostPages, pageIn, pageSize, sortIn, sortText, type PassSort } from './spot.js';

/** Where one stands among `n` rows. */
export function pagerOf(page: number, n: number, href: (page: number) => string) {
  const number = (value: number): string => String(amount(String(value), 0));
  const first = (page - 1) * pageSize + 1;
  const last = Math.min(n, page * pageSize);
  return {
    text: n === 0 ? '' : `${number(first)}\u2013${number(last)} of ${number(n)}`,
    prevHref: page > 1 ? href(page - 1) : null,
    nextHref: last < n && page < mostPages ? href(page + 1) : null,
  };
}

const hrefOf = (id: string, query: Record<string, string>): string => {
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  return `/backtests/${id}${text === '' ? '' : `?${text}`}`;
};

const priceOf = (price: number | null, digits: number): string | null =>
  price === null ? null : amount(price.toFixed(digits), digits);

const tradeView = (trade: Trade, { digits, priceDigits }: { digits: number; priceDigits: number }) => {
  const net = fromMinor(trade.net, digits);
  const costs = fromMinor(trade.swap + trade.commission + trade.fee, digits);
  const isOpen = trade.closedMs === null;
  return {
    opened: testerTime(trade.openedMs).slice(0, 16),
    title: [trade.openedMs, trade.closedMs]
      .flatMap((ms) => (ms === null ? [] : [testerTime(ms)]))
      .join(' to '),
    symbol: trade.symbol,
    side: trade.side.toUpperCase(),
    lots: lots(String(trade.volume)),
    entry: priceOf(trade.openPrice, priceDigits),
    exit: priceOf(trade.closePrice, priceDigits),
    levels: [trade.stopLoss, trade.takeProfit].every((level) => level === null)
      ? null
      : [trade.stopLoss, trade.takeProfit].map((level) => priceOf(level, priceDigits) ?? '—').join(' / '),
    held: trade.closedMs === null ? null : span((trade.closedMs - trade.openedMs) / 1000),
    reason: isOpen ? 'open at the end' : dealReasonWord(trade.closeReason),
    costs: signed(costs, digits),
    net: { text: signed(net, digits), tone: isOpen ? 'muted' : toneOf(net) },
  };
};

/** Trades of a test, those opened first; 50 positions a page. */
export async function tradesView(
  tx: Tx,
  row: BacktestRow,
  { userId, page }: { userId: string; page: number },
) {
  const stretch = { limit: pageSize, offset: (page - 1) * pageSize };
  const batch = { userId, importId: row.id };
  const { deals, orders, priceDigits } = await testedDeals(tx, batch, { digits: row.digits, stretch });
  const trades = tradesOf(deals, orders).map((trade) =>
    tradeView(trade, { digits: row.digits, priceDigits: priceDigits.get(trade.symbol) ?? 2 }),
  );
  return {
    id: row.id,
    selfHref: hrefOf(row.id, { page: page > 1 ? String(page) : '' }),
    currency: row.currency ?? '',
    isEmpty: row.positions === 0,
    hasLevels: trades.some(({ levels }) => levels !== null),
    trades,
    pager: pagerOf(page, row.positions, (to) => hrefOf(row.id, { page: to > 1 ? String(to) : '' })),
  };
}

/** Passes of an optimisation, a page of them. */
export async function passesView(
  tx: Tx,
  row: BacktestRow,
  { userId, page, sort }: { userId: string; page: number; sort: PassSort | null },
) {
  const stretch = { limit: pageSize, offset: (page - 1) * pageSize };
  const rows = await passesOf(tx, { userId, importId: row.id }, { sort, stretch });
  const way = sort === null ? '' : sortText(sort);
  const kept = Math.min(row.passes, mostPasses);
  const isNumber = (cell: string): boolean => /^[+-]?\d+(\.\d+)?$/.test(cell);
  const isLeft = row.columns.map((_, at) => rows.some((cells) => !isNumber(cells[at] || '0')));
  // The largest first, and the other way round at the second click.
  const next = (column: number): PassSort => ({
    column,
    isDescending: sort?.column === column ? !sort.isDescending : !(isLeft[column] ?? false),
  });
  return {
    id: row.id,
    selfHref: hrefOf(row.id, { sort: way, page: page > 1 ? String(page) : '' }),
    left: row.passes > kept ? `The last ${row.passes - kept} of ${row.passes} passes are not kept.` : '',
    heads: row.columns.map((label, column) => ({
      label: label || `Column ${column + 1}`,
      left: isLeft[column] ?? false,
      href: hrefOf(row.id, { sort: sortText(next(column)) }),
      id: `pass-sort-${column}`,
      dir: sort?.column === column ? (sort.isDescending ? 'desc' : 'asc') : null,
    })),
    rows: rows.map((cells) =>
      row.columns.map((_, at) => {
        const cell = cells[at] ?? '';
        return {
          text: isNumber(cell) ? amount(cell.replace('+', ''), 0) : cell || null,
          left: isLeft[at] ?? false,
        };
      }),
    ),
    pager: pagerOf(page, kept, (to) => hrefOf(row.id, { sort: way, page: to > 1 ? String(to) : '' })),
  };
}

/** The long list of a backtest: passes of an optimisation, else trades. */
export async function longList(tx: Tx, row: BacktestRow, userId: string, query: Record<string, unknown>) {
  const page = pageIn(query);
  return row.figures.length === 0
    ? {
        beside: null,
        trades: null,
        passes: await passesView(tx, row, { userId, page, sort: sortIn(query, row) }),
      }
    : {
        beside: await besideView(tx, row, userId),
        trades: await tradesView(tx, row, { userId, page }),
        passes: null,
      };
}

/** The line of a test's balances. MetaTrader 4's tester does not list the deposit among its deals. */
export async function curveView(tx: Tx, row: BacktestRow, userId: string) {
  const opening = row.format === 'mt4-tester' ? (row.deposit ?? '0') : '0';
  const points = await testedBalances(tx, { userId, importId: row.id }, opening);
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 3) return null;
  const from = row.deposit ?? first.balance;
  const currency = row.currency ?? '';
  const words = (text: string): string => String(moneyText(text, row.digits));
  return {
    note: `${words(from)} to ${words(last.balance)} ${currency}`.trim(),
    chart: moneyChart({
      ...{ id: 'test-curve', name: 'Balance', digits: row.digits, currency, timeZone: 'UTC' },
      words: 'Closed results and costs, by the tester’s clock; what floats is not in it.',
      label: `Balance of the test from ${words(from)} to ${words(last.balance)} ${currency}`.trim(),
      from: toMinor(from, row.digits),
      line: {
        atMs: points.map(({ ms }) => ms),
        values: points.map(({ balance }) => toMinor(balance, row.digits)),
      },
    }),
  };
}
