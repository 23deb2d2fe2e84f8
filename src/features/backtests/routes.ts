import type { FastifyInstance, FastifyRequest } from 'fastify';
import { countBacktests, listBacktests, type BacktestRow } from '../../data/backtests.js';
import type { Tx } from '../../data/database.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { backtestActionRoutes } from './action-routes.js';
import { listedView } from './list-view.js';
import { ownBacktest } from './own.js';
import { curveView, longList, pagerOf, passesView, tradesView } from './rows-view.js';
import { showView } from './show-view.js';
import { pageIn, pageSize, sortIn } from './spot.js';

type ById = { Params: { id: string }; Querystring: Record<string, unknown> };
type Listing = { Querystring: Record<string, unknown> };
const config = { access: 'user' } as const;

const listHref = (page: number): string => (page > 1 ? `/backtests?page=${page}` : '/backtests');

async function listView(tx: Tx, userId: string, { page, timeZone }: { page: number; timeZone: string }) {
  const stretch = { limit: pageSize, offset: (page - 1) * pageSize };
  const rows = await listBacktests(tx, userId, stretch);
  const n = await countBacktests(tx, userId);
  return { n, rows: rows.map((row) => listedView(row, timeZone)), pager: pagerOf(page, n, listHref) };
}

/** Reports of strategy testers that are kept: a list, a page for each, and its regions. */
export function backtestRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, page, region } = kit;
  const own = <T>(
    request: FastifyRequest<ById>,
    read: (tx: Tx, row: BacktestRow, userId: string) => Promise<T>,
  ): Promise<T> => {
    const { userId } = visitorOf(request);
    return db.withTenant('app', userId, async (tx) =>
      read(tx, await ownBacktest(tx, userId, request.params.id), userId),
    );
  };

  app.get<Listing>('/backtests', { config }, async (request, reply) => {
    const { userId, timeZone } = visitorOf(request);
    const list = await db.withTenant('app', userId, (tx) =>
      listView(tx, userId, { page: pageIn(request.query), timeZone }),
    );
    return page(
      request,
      reply,
      { view: 'backtests/index', title: 'Backtests', section: 'backtests' },
      { list },
    );
  });

  app.get<ById>('/backtests/:id', { config }, async (request, reply) => {
    const { timeZone } = visitorOf(request);
    const test = await own(request, async (tx, row, userId) => ({
      ...showView(row, { timeZone }),
      ...(await longList(tx, row, userId, request.query)),
    }));
    return page(request, reply, { view: 'backtests/show', title: test.name, section: 'backtests' }, { test });
  });
  app.get<ById>('/backtests/:id/curve', { config }, async (request, reply) => {
    const curve = await own(request, curveView);
    return region(request, reply, { view: 'backtests/_curve' }, { id: request.params.id, curve });
  });
  app.get<ById>('/backtests/:id/trades', { config }, async (request, reply) => {
    const trades = await own(request, (tx, row, userId) =>
      tradesView(tx, row, { userId, page: pageIn(request.query) }),
    );
    return region(request, reply, { view: 'backtests/_trades' }, { trades });
  });
  app.get<ById>('/backtests/:id/passes', { config }, async (request, reply) => {
    const { query } = request;
    const passes = await own(request, (tx, row, userId) =>
      passesView(tx, row, { userId, page: pageIn(query), sort: sortIn(query, row) }),
    );
    return region(request, reply, { view: 'backtests/_passes' }, { passes });
  });
  backtestActionRoutes(app, kit);
}
