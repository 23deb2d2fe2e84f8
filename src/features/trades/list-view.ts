import { journalHelp } from '../../web/figure-help.js';
import { amount, lots, digitsOf, pips, signed, toneOf } from '../../web/figures.js';
import {
  sortValue,
  tradeQuery,
  usualSort,
  type FilterName,
  type FilterValues,
} from '../../web/trade-filter.js';
import type { SortKey, TradeSort } from '../../data/trade-order.js';
import type { TradeRow } from '../../data/trade-rows.js';
import { count, when } from '../../web/words.js';
import { isSortKey, listColumns, type ListColumn } from './columns.js';
import { brokerTitle, cellOf, heldText, riskText, type CellGround } from './list-cells.js';
import type { Total } from './queries.js';

/** Where one is in the list: the filters, the order and the page. */
export interface Spot {
  values: FilterValues;
  sort: TradeSort;
  page: number;
}

export const listHref = ({ values, sort, page }: Spot): string => `/trades${tradeQuery(values, sort, page)}`;

/** What the rows of a list have in common. */
export interface RowsGround extends CellGround {
  columns: readonly ListColumn[];
  /** the query string of the list, which each trade's address carries along */
  query: string;
  /** ids of trades whose result was reckoned, not told */
  estimated: ReadonlySet<string>;
}

/** Made once for all rows: of the addresses that they hold there are few. */
export function rowsGround(
  spot: Spot,
  about: Pick<RowsGround, 'columns' | 'timeZone' | 'now' | 'estimated' | 'expertOf'>,
): RowsGround {
  const known = new Map<string, string>();
  const filtered = (name: FilterName, value: string): string => {
    const key = `${name} ${value}`;
    const href = known.get(key) ?? listHref({ ...spot, page: 1, values: { ...spot.values, [name]: value } });
    known.set(key, href);
    return href;
  };
  return { ...about, filtered, query: tradeQuery(spot.values, spot.sort, spot.page) };
}

/** A trade as a row, and as the card it is on a phone. */
export const rowOf = (trade: TradeRow, rows: RowsGround) => {
  const { columns, timeZone, now, query, estimated } = rows;
  const risk = riskText(trade);
  const ground = { ...rows, risk };
  const r = risk.text;
  const moved = pips(trade.pips);
  return {
    id: trade.id,
    href: `/trades/${trade.id}${query}`,
    notes: trade.journal?.hasNotes === true ? trade.journal.excerpt : null,
    tags: trade.journal?.tags ?? [],
    pickLabel: `Select ${trade.symbol} ${trade.side}, ${trade.closed_at === null ? 'opened' : 'closed'} ${when(trade.closed_at ?? trade.opened_at, timeZone) ?? ''}`,
    isOpen: trade.closed_at === null,
    isEstimated: estimated.has(trade.id),
    at: when(trade.closed_at ?? trade.opened_at, timeZone),
    brokerTitle: brokerTitle(trade.closed_ms ?? trade.opened_ms),
    symbol: trade.symbol,
    side: trade.side.toUpperCase(),
    lots: lots(trade.volume),
    held: heldText(trade, now),
    account: trade.account,
    cardNote: [moved === null ? '' : `${moved} pips`, r === null ? '' : `${r} R`]
      .filter(Boolean)
      .join(' \u00b7 '),
    source: trade.source === 'live' ? '' : trade.source,
    currency: trade.currency,
    cells: columns.filter(({ key }) => key !== 'closed').map(({ key }) => cellOf(key, trade, ground)),
  };
};

/** Names begin with A, figures and times with the largest; a second click turns the order. */
const nextSort = (key: SortKey, isText: boolean, sort: TradeSort): TradeSort => ({
  key,
  isDescending: sort.key === key ? !sort.isDescending : !isText,
});

export const headsOf = (spot: Spot, columns: readonly ListColumn[], currency: string | null) =>
  columns.map(({ key, label, hint, isLeft = false, isText = false, isFixed = false }) => ({
    label: key === 'net' && currency !== null ? `${label}, ${currency}` : label,
    hint,
    left: isLeft,
    wide: !isFixed,
    ...(isSortKey(key)
      ? {
          href: listHref({ ...spot, page: 1, sort: nextSort(key, isText, spot.sort) }),
          id: `sort-${key}`,
          dir: spot.sort.key === key ? (spot.sort.isDescending ? 'desc' : 'asc') : null,
        }
      : {}),
  }));

/** The orders a phone offers, which shows no heads. */
export const sortOptions = (sort: TradeSort) => {
  const given = sortField(sort);
  const ways = listColumns
    .filter(({ key }) => isSortKey(key))
    .flatMap(({ key, label, isText = false }) => [
      { value: `${isText ? '' : '-'}${key}`, label: `${label}, ${isText ? 'from A' : 'most first'}` },
      { value: `${isText ? '-' : ''}${key}`, label: `${label}, ${isText ? 'from Z' : 'least first'}` },
    ]);
  const usual = sortValue(usualSort);
  return ways.map(({ value, label }) => ({
    value: value === usual ? '' : value,
    label: value === usual ? 'Closed last, first' : label,
    isCurrent: (value === usual ? '' : value) === given,
  }));
};

const winRate = ({ wins, losses, even }: Total): string | null => {
  const closed = wins + losses + even;
  return closed === 0 ? null : ((wins / closed) * 100).toFixed(1);
};

const tradesNote = ({ n, open }: Total): string => {
  if (open === 0) return 'all closed';
  return open === n ? 'still open' : `${amount(String(open), 0) ?? ''} still open`;
};

/** What these figures are. */
const totalHelp = {
  ...{ net: journalHelp('net'), trades: journalHelp('trades'), winRate: journalHelp('winRate') },
  ...{ gross: journalHelp('gross'), commission: journalHelp('commission') },
  ...{ swap: journalHelp('swap'), fee: journalHelp('fee') },
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
  help: totalHelp,
});

type MoneyName = 'net' | 'gross' | 'commission' | 'swap' | 'fee';
const moneyOf = (total: Total, names: readonly MoneyName[]) => ({
  money: Object.fromEntries(
    names.map((name) => [name, { text: signed(total[name], digitsOf(total)), tone: toneOf(total[name]) }]),
  ),
});

/** The currency all of these are in; null where there are several, or none is known. */
export const onlyCurrency = (all: readonly { currency: string | null }[]): string | null => {
  const currencies = new Set(all.map(({ currency }) => currency));
  return currencies.size === 1 ? ([...currencies][0] ?? null) : null;
};

export const pageSize = 50;

/** Where one stands, of `n` trades (null: not counted), with or without more behind. */
export function pagerOf(
  spot: Spot,
  { shown, hasMore, n }: { shown: number; hasMore: boolean; n: number | null },
) {
  const { page } = spot;
  const first = (page - 1) * pageSize + 1;
  const number = (value: number): string => amount(String(value), 0) ?? '';
  const place = `${number(first)}\u2013${number(first + shown - 1)}`;
  return {
    text: n === null ? place : `${place} of ${number(n)}`,
    prevHref: page > 1 ? listHref({ ...spot, page: page - 1 }) : null,
    nextHref: hasMore ? listHref({ ...spot, page: page + 1 }) : null,
  };
}

export const noteOf = (n: number): string => count(n, 'trade');
export const sortField = (sort: TradeSort): string =>
  sortValue(sort) === sortValue(usualSort) ? '' : sortValue(sort);
