import type { Tx } from '../../data/database.js';
import { expertRules, inTable } from '../../data/experts.js';
import { tradesWhere, type FoundFilter } from '../../data/trade-filter.js';
import { tradeRows, type Stretch, type TradeRow } from '../../data/trade-rows.js';
import type { Place } from '../../data/trade-order.js';
import { expertFinder, type Mark } from '../../domain/expert.js';
import type { Visitor } from '../../web/kit.js';
import { readTradeFilter, readTradeSort, tradeQuery } from '../../web/trade-filter.js';
import { chosenColumns, freeColumns, type ListColumn } from './columns.js';
import { cursorOf } from './cursor.js';
import { estimatedOf } from './estimated.js';
import { leftOut, otherPage, pageGiven, unknownNames, type Misread } from './left-out.js';
import { chipsOf, optionsOf, periodLinks } from './filter-view.js';
import {
  headsOf,
  listHref,
  noteOf,
  onlyCurrency,
  pageSize,
  pagerOf,
  rowOf,
  rowsGround,
  sortField,
  sortOptions,
  totalOf,
  type Spot,
} from './list-view.js';
import { areTotalsNear, tradeChoices, tradeTotals, type Choices, type Total } from './queries.js';
import { taggingOf, type RefusedTagging } from './tagging-view.js';
import { exportsOf, viewsOf, type Refused } from './view-menu.js';
import { chosenBy } from './view-queries.js';

type Query = Readonly<Record<string, unknown>>;
export interface Asked {
  visitor: Visitor;
  query: Query;
  now: Date;
}

const orderMisread = ({ sort }: Query, error: string): Misread => ({
  errors: { sort: error },
  values: {},
  refused: typeof sort === 'string' ? { sort } : {},
});

/** What a query string asks the list for. */
async function read(tx: Tx, { visitor, query, now }: Asked) {
  const { userId, timeZone } = visitor;
  const { filter: asked, values, errors, refused } = readTradeFilter(query, timeZone, now);
  const filter = await inTable(tx, userId, asked);
  const { sort, error } = readTradeSort(query);
  const spot: Spot = { values, sort, page: pageGiven(query['page']) };
  return {
    spot,
    filter,
    where: tradesWhere(userId, filter),
    errors,
    written: { ...values, ...refused },
    leftOut: [
      ...leftOut({ errors, values, refused }),
      ...(error === null ? [] : leftOut(orderMisread(query, error))),
    ],
  };
}

type List = Awaited<ReturnType<typeof read>>;

interface Shown {
  spot: Spot;
  columns: readonly ListColumn[];
  asked: Asked;
  /** the one that all of the list is in; null: each row says its own */
  currency: string | null;
  expertOf: (mark: Mark) => string;
}

/** Rows, and the ids of those whose result is an estimate. */
interface Found {
  rows: TradeRow[];
  estimated: ReadonlySet<string>;
}

async function foundRows(tx: Tx, userId: string, { spot, where }: List, stretch: Stretch): Promise<Found> {
  const rows = await tradeRows(tx, userId, { where, sort: spot.sort, stretch });
  return { rows, estimated: await estimatedOf(tx, userId, rows) };
}

/** A stretch of rows, and where the next one begins; one more than is shown tells whether there is one. */
function rowsView({ rows, estimated }: Found, { spot, columns, asked, currency, expertOf }: Shown) {
  const { visitor, now } = asked;
  const shown = rows.slice(0, pageSize);
  const last = shown.at(-1);
  const hasMore = rows.length > pageSize && last !== undefined;
  const next = { ...spot, page: spot.page + 1 };
  const ground = rowsGround(spot, { columns, timeZone: visitor.timeZone, now, estimated, expertOf });
  return {
    rows: shown.map((trade) => rowOf(trade, ground)),
    hasMore,
    columnCount: columns.length,
    nextHref: hasMore ? listHref(next) : null,
    moreHref: hasMore ? moreHref(next, { value: last.place, id: last.id }, currency) : null,
  };
}

const currencyGiven = (given: unknown): string | null =>
  typeof given === 'string' && /^[A-Z]{3}$/.test(given) ? given : null;

/** The place travels in the address, and so does what the rows need not say again. */
const moreHref = (spot: Spot, place: Place, currency: string | null): string => {
  const more = new URLSearchParams({ after: cursorOf(spot.sort, place), currency: currency ?? '' });
  return `/trades/rows${tradeQuery(spot.values, spot.sort, spot.page)}&${more.toString()}`;
};

/** The rows behind a place, as a phone asks for them while one scrolls. */
export async function rowsAfter(tx: Tx, asked: Asked, after: (spot: Spot) => Place | null) {
  const list = await read(tx, asked);
  const { spot } = list;
  const { userId } = asked.visitor;
  const found = await foundRows(tx, userId, list, { limit: pageSize + 1, after: after(spot) });
  const columns = chosenColumns(await chosenBy(tx, userId));
  const currency = currencyGiven(asked.query['currency']);
  const expertOf = expertFinder(await expertRules(tx, userId));
  return { currency, picked: [], ...rowsView(found, { spot, columns, asked, currency, expertOf }) };
}

/** The last page there is, for an address that names one beyond. */
const lastPage = (n: number): number => Math.max(1, Math.ceil(n / pageSize));

const counted = (totals: readonly Total[]): number => totals.reduce((sum, total) => sum + total.n, 0);

const totalsView = (totals: readonly Total[] | null, spot: Spot) => ({
  totals: totals === null ? null : totals.map(totalOf),
  totalsHref: `/trades/totals${tradeQuery(spot.values, spot.sort)}`,
});

/** The totals of a filter alone. */
export async function totalsOf(tx: Tx, asked: Asked) {
  const { spot, filter } = await read(tx, asked);
  return totalsView(await tradeTotals(tx, asked.visitor.userId, filter), spot);
}

const pageRows = (tx: Tx, userId: string, list: List): Promise<Found> =>
  foundRows(tx, userId, list, { limit: pageSize + 1, offset: (list.spot.page - 1) * pageSize });

async function nearTotals(tx: Tx, userId: string, filter: FoundFilter): Promise<Total[] | null> {
  return (await areTotalsNear(tx, userId, filter)) ? tradeTotals(tx, userId, filter) : null;
}

/** The whole region: filters, totals, rows; refused is what somebody wanted to call a view, or to tag. */
export async function listView(
  tx: Tx,
  asked: Asked,
  refused: Refused | null = null,
  tagging: RefusedTagging | null = null,
) {
  const { userId } = asked.visitor;
  const list = await read(tx, asked);
  // Asked together, so that the questions travel together.
  const [choices, totals, found] = await Promise.all([
    tradeChoices(tx, userId),
    nearTotals(tx, userId, list.filter),
    pageRows(tx, userId, list),
  ]);
  const answers = { choices, totals, refused, tagging };
  if (found.rows.length > 0 || list.spot.page === 1) return viewOf(asked, list, { ...answers, found });
  list.spot.page = lastPage(counted(totals ?? (await tradeTotals(tx, userId, list.filter))));
  return viewOf(asked, list, { ...answers, found: await pageRows(tx, userId, list) });
}

interface Answers {
  choices: Choices;
  totals: Total[] | null;
  found: Found;
  refused: Refused | null;
  tagging: RefusedTagging | null;
}

function viewOf(asked: Asked, list: List, answers: Answers) {
  const { choices, totals, found, refused, tagging } = answers;
  const { spot, errors, written } = list;
  const { values, sort, page } = spot;
  const columns = chosenColumns(choices.columns);
  const currency = onlyCurrency(totals ?? choices.accounts);
  const n = totals === null ? null : counted(totals);
  const expertOf = expertFinder(choices.experts);
  const stretch = rowsView(found, { spot, columns, asked, currency, expertOf });
  return {
    ...stretch,
    ...totalsView(totals, spot),
    values,
    written,
    errors,
    notices: [...list.leftOut, ...unknownNames(values, choices), ...otherPage(asked.query['page'], page)],
    options: optionsOf(choices, values),
    periods: periodLinks(spot),
    chips: chipsOf(spot, choices),
    clearHref: listHref({ values: {}, sort, page: 1 }),
    sort: sortField(sort),
    sortOptions: sortOptions(sort),
    heads: headsOf(spot, columns, currency),
    currency,
    note: n === null ? '' : noteOf(n),
    pager: pagerOf(spot, { shown: stretch.rows.length, hasMore: stretch.hasMore, n }),
    isEmpty: choices.symbols.length === 0,
    selfHref: `/trades/table${tradeQuery(values, sort, spot.page)}`,
    query: tradeQuery(values, sort),
    pageQuery: tradeQuery(values, sort, spot.page),
    views: viewsOf(choices.views, spot, refused),
    exports: exportsOf(spot, n),
    tagging: taggingOf(choices, { changed: asked.query['changed'], n, refused: tagging }),
    columns: freeColumns.map(({ key, hint }) => ({
      key,
      label: hint,
      isChosen: columns.some((column) => column.key === key),
    })),
  };
}
