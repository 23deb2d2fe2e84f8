import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Sync } from '../../sync/sync.js';
import { readAccountFilter, withAccounts } from '../../web/account-filter.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import type { LiveRegions } from '../../web/live.js';
import { createBoardPage } from './page.js';

/** The regions of the board, by the last part of their URL. */
const regions = ['accounts', 'positions', 'closed', 'ticker', 'figures', 'curve'] as const;

/** The live board, each of its regions alone, and what a socket pushes of it. */
export function dashboardRoutes(app: FastifyInstance, kit: Kit, sync: Sync): LiveRegions {
  const config = { access: 'user' } as const;
  const board = createBoardPage(kit, sync);
  const lookOf = (request: FastifyRequest) => {
    const { userId, timeZone } = visitorOf(request);
    return { looker: { userId, timeZone }, filter: readAccountFilter(request.query) };
  };

  app.get('/dashboard', { config }, async (request, reply) => {
    const { looker, filter } = lookOf(request);
    const data = await board.read(looker, filter);
    const live = withAccounts('/live?view=board', filter);
    return kit.page(
      request,
      reply,
      { view: 'dashboard/index', title: 'Board', section: 'board', live },
      data,
    );
  });

  for (const name of regions)
    app.get(`/dashboard/${name}`, { config }, async (request: FastifyRequest, reply: FastifyReply) => {
      const { looker, filter } = lookOf(request);
      return kit.region(request, reply, { view: `dashboard/_${name}` }, await board.read(looker, filter));
    });

  return {
    name: 'board',
    draw: async ({ visitor, query, events }) => {
      const filter = readAccountFilter(Object.fromEntries(query));
      const data = await board.read(visitor, filter);
      // Closed trades and the month change when a trade closes, not with every price.
      const isNews = events.some(({ type }) => type !== 'POSITION_UPDATE' && type !== 'BALANCE_UPDATE');
      // The curve is drawn by a script of the page, and moves once a day.
      const wanted = isNews ? regions.slice(0, 5) : regions.slice(0, 4);
      return wanted.map((name) => kit.draw(`dashboard/_${name}`, data));
    },
  };
}
