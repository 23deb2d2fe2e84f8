import type { FastifyInstance, FastifyRequest } from 'fastify';
import { tradesWhere } from '../../data/trade-filter.js';
import type { Tx } from '../../data/database.js';
import { tradeRows } from '../../data/trade-rows.js';
import { visitorOf, type Kit, type Visitor } from '../../web/kit.js';
import { periodsOf } from '../../web/periods.js';
import { readTradeFilter, readTradeSort, tradeQuery } from '../../web/trade-filter.js';
import { chipsOf, optionsOf, periodLinks } from './filter-view.js';
import {
  headsOf,
  listHref,
  noteOf,
  onlyCurrency,
  pageSize,
  pagerOf,
  rowOf,
  sortField,
  totalOf,
  type Spot,
} from './list-view.js';
import { tradeChoices, tradeTotals } from './queries.js';

type Query = { Querystring: Record<string, unknown> };

/** The page asked for, as far as there are that many. */
const pageWithin = (given: unknown, n: number): number => {
  const wanted = typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : 1;
  return Math.min(Math.max(1, wanted), Math.max(1, Math.ceil(n / pageSize)));
};

async function trades(tx: Tx, visitor: Visitor, query: Record<string, unknown>, now: Date) {
  const { userId, timeZone } = visitor;
  const { filter, values, errors, refused } = readTradeFilter(query, timeZone);
  const { sort, error } = readTradeSort(query);
  const where = tradesWhere(userId, filter);
  const totals = await tradeTotals(tx, userId, where);
  const n = totals.reduce((sum, total) => sum + total.n, 0);
  const spot: Spot = { values, sort, page: pageWithin(query['page'], n) };
  const stretch = { limit: pageSize, offset: (spot.page - 1) * pageSize };
  const rows = await tradeRows(tx, userId, { where, sort, stretch });
  const choices = await tradeChoices(tx, userId);
  const periods = periodsOf(now, timeZone);
  const currency = onlyCurrency(totals);
  return {
    values,
    written: { ...values, ...refused },
    // Only what has no field of its own speaks above the form.
    errors: error === null ? errors : { ...errors, sort: error },
    options: optionsOf(choices, values),
    periods: periodLinks(spot, periods),
    chips: chipsOf(spot, choices, periods),
    clearHref: listHref({ values: {}, sort, page: 1 }),
    sort: sortField(sort),
    heads: headsOf(spot, currency),
    rows: rows.map((trade) => rowOf(trade, spot, { timeZone, now })),
    currency,
    totals: totals.map(totalOf),
    note: noteOf(n),
    pager: n > pageSize ? pagerOf(spot, n) : null,
    isEmpty: choices.symbols.length === 0,
    selfHref: `/trades/table${tradeQuery(values, sort, spot.page)}`,
  };
}

export function listRoutes(app: FastifyInstance, { db, clock, page, region }: Kit): void {
  const config = { access: 'user' } as const;
  const data = (request: FastifyRequest<Query>) => {
    const visitor = visitorOf(request);
    return db.withTenant('app', visitor.userId, (tx) => trades(tx, visitor, request.query, clock.now()));
  };

  app.get<Query>('/trades', { config }, async (request, reply) =>
    page(
      request,
      reply,
      { view: 'trades/index', title: 'Trades', section: 'trades' },
      { table: await data(request) },
    ),
  );
  app.get<Query>('/trades/table', { config }, async (request, reply) =>
    region(request, reply, { view: 'trades/_table' }, await data(request)),
  );
}
