import { amount, lots, digitsOf, pips, signed, span, toneOf } from '../../web/figures.js';
import { sortValue, tradeQuery, usualSort, type FilterValues } from '../../web/trade-filter.js';
import type { SortKey, TradeSort } from '../../data/trade-order.js';
import type { TradeRow } from '../../data/trade-rows.js';
import { when } from '../../web/words.js';
import type { Total } from './queries.js';
import { count, expertText, priceText } from './words.js';

/** Where one is in the list: the filters, the order and the page. */
export interface Spot {
  values: FilterValues;
  sort: TradeSort;
  page: number;
}

export const listHref = ({ values, sort, page }: Spot): string => `/trades${tradeQuery(values, sort, page)}`;

export const rowOf = (trade: TradeRow, spot: Spot, { timeZone, now }: { timeZone: string; now: Date }) => {
  const isOpen = trade.closed_at === null;
  const heldMs =
    trade.closed_ms === null
      ? now.getTime() - trade.opened_at.getTime()
      : Number(trade.closed_ms) - Number(trade.opened_ms);
  const filtered = (change: FilterValues): string =>
    listHref({ ...spot, page: 1, values: { ...spot.values, ...change } });
  return {
    href: `/trades/${trade.id}${tradeQuery(spot.values, spot.sort, spot.page)}`,
    isOpen,
    at: when(trade.closed_at ?? trade.opened_at, timeZone),
    account: trade.account,
    accountHref: filtered({ account: trade.account_id }),
    symbol: trade.symbol,
    side: trade.side.toUpperCase(),
    lots: lots(trade.volume),
    entry: priceText(trade.open_price, trade.digits),
    exit: priceText(trade.close_price, trade.digits),
    pips: pips(trade.pips),
    pipsTone: toneOf(trade.pips),
    held: trade.flags.includes('orphan') ? null : span(heldMs / 1000),
    net: signed(trade.net, digitsOf(trade)),
    // What an open trade has booked so far is a cost, not yet a result.
    netTone: isOpen ? 'muted' : toneOf(trade.net),
    currency: trade.currency,
    expert: expertText(trade),
    expertHref: filtered(trade.comment === '' ? { magic: trade.magic } : { ea: trade.comment }),
  };
};

const heads: readonly { key: SortKey; label: string; left?: boolean; isText?: boolean; isSlim?: boolean }[] =
  [
    { key: 'closed', label: 'Closed', left: true },
    { key: 'account', label: 'Account', left: true, isText: true },
    { key: 'symbol', label: 'Symbol', left: true, isText: true },
    { key: 'side', label: 'Side', left: true, isText: true },
    { key: 'lots', label: 'Lots' },
    { key: 'entry', label: 'Entry' },
    { key: 'exit', label: 'Exit' },
    { key: 'pips', label: 'Pips' },
    { key: 'held', label: 'Held' },
    { key: 'net', label: 'Net' },
    { key: 'ea', label: 'EA', left: true, isText: true },
  ];

/** Names begin with A, figures and times with the largest; a second click turns the order. */
const nextSort = (key: SortKey, isText: boolean, sort: TradeSort): TradeSort => ({
  key,
  isDescending: sort.key === key ? !sort.isDescending : !isText,
});

export const headsOf = (spot: Spot, currency: string | null) =>
  heads.map(({ key, label, left = false, isText = false }) => ({
    label: key === 'net' && currency !== null ? `${label}, ${currency}` : label,
    left,
    wide: key !== 'closed' && key !== 'net',
    href: listHref({ ...spot, page: 1, sort: nextSort(key, isText, spot.sort) }),
    id: `sort-${key}`,
    dir: spot.sort.key === key ? (spot.sort.isDescending ? 'desc' : 'asc') : null,
  }));

const winRate = ({ wins, losses, even }: Total): string | null => {
  const closed = wins + losses + even;
  return closed === 0 ? null : ((wins / closed) * 100).toFixed(1);
};

const tradesNote = ({ n, open }: Total): string => {
  if (open === 0) return 'all closed';
  return open === n ? 'still open' : `${amount(String(open), 0) ?? ''} still open`;
};

export const totalOf = (total: Total) => ({
  label: [total.currency ?? 'no currency yet', total.category].join(' · '),
  currency: total.currency ?? '',
  n: amount(String(total.n), 0),
  note: tradesNote(total),
  winRate: winRate(total),
  results: [
    `${amount(String(total.wins), 0) ?? ''} won`,
    `${amount(String(total.losses), 0) ?? ''} lost`,
    ...(total.even > 0 ? [`${amount(String(total.even), 0) ?? ''} even`] : []),
  ].join(' · '),
  ...moneyOf(total, ['net', 'gross', 'commission', 'swap', 'fee']),
  hasFee: Number(total.fee) !== 0,
});

type MoneyName = 'net' | 'gross' | 'commission' | 'swap' | 'fee';
const moneyOf = (total: Total, names: readonly MoneyName[]) => ({
  money: Object.fromEntries(
    names.map((name) => [name, { text: signed(total[name], digitsOf(total)), tone: toneOf(total[name]) }]),
  ),
});

/** The currency all of these are in; null where there are several, or none is known. */
export const onlyCurrency = (totals: readonly Total[]): string | null => {
  const currencies = new Set(totals.map((total) => total.currency));
  return currencies.size === 1 ? ([...currencies][0] ?? null) : null;
};

export const pageSize = 50;

export function pagerOf(spot: Spot, n: number) {
  const { page } = spot;
  const first = (page - 1) * pageSize + 1;
  const last = Math.min(n, page * pageSize);
  const number = (value: number): string => amount(String(value), 0) ?? '';
  return {
    text: `${number(first)}\u2013${number(last)} of ${number(n)}`,
    prevHref: page > 1 ? listHref({ ...spot, page: page - 1 }) : null,
    nextHref: last < n ? listHref({ ...spot, page: page + 1 }) : null,
  };
}

export const noteOf = (n: number): string => count(n, 'trade');
export const sortField = (sort: TradeSort): string =>
  sortValue(sort) === sortValue(usualSort) ? '' : sortValue(sort);
