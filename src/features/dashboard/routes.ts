import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { FeedEvent } from '../../sync/feed.js';
import type { Sync } from '../../sync/sync.js';
import { readAccountFilter, withAccounts } from '../../web/account-filter.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import type { LiveRegions } from '../../web/live.js';
import { regionNames, type RegionName } from './board.js';
import { readCurve } from './curve.js';
import { boardReader } from './page.js';

/** What each event changes. A state may stand for anything: a first history, a rebuild, a name. */
const changedBy: Record<FeedEvent['type'], readonly RegionName[]> = {
  BALANCE_UPDATE: ['accounts'],
  POSITION_UPDATE: ['positions', 'ticker'],
  NEW_TRADE: ['accounts', 'closed', 'figures'],
  CANDLE_UPDATE: ['ticker'],
  MARKET_STATE: ['accounts'],
  SYNC_STATUS: regionNames,
};

const changed = (events: readonly { type: string }[]): RegionName[] => {
  const types = Object.entries(changedBy).filter(([type]) => events.some((event) => event.type === type));
  return regionNames.filter((name) => types.some(([, names]) => names.includes(name)));
};

/** The live board, each of its regions alone, and what a socket pushes of it. */
export function dashboardRoutes(app: FastifyInstance, kit: Kit, sync: Sync): LiveRegions {
  const config = { access: 'user' } as const;
  const read = boardReader(kit, sync);

  app.get('/dashboard', { config }, async (request, reply) => {
    const filter = readAccountFilter(request.query);
    const visitor = visitorOf(request);
    const curve = await readCurve(kit.db, visitor, filter, kit.clock.now());
    const data = { ...(await read(visitor, filter, regionNames)), curve };
    const live = data.isBare ? '/live' : withAccounts('/live?view=board', filter);
    return kit.page(
      request,
      reply,
      { view: 'dashboard/index', title: 'Board', section: 'board', live },
      data,
    );
  });

  for (const name of regionNames)
    app.get(`/dashboard/${name}`, { config }, async (request: FastifyRequest, reply) => {
      const data = await read(visitorOf(request), readAccountFilter(request.query), [name]);
      return kit.region(request, reply, { view: `dashboard/_${name}` }, data);
    });

  // Drawn by a script of the page, and moved once a day: it is not pushed.
  app.get('/dashboard/curve', { config }, async (request, reply) => {
    const filter = readAccountFilter(request.query);
    const curve = await readCurve(kit.db, visitorOf(request), filter, kit.clock.now());
    return kit.region(
      request,
      reply,
      { view: 'dashboard/_curve' },
      { curve, search: withAccounts('', filter) },
    );
  });

  return {
    name: 'board',
    draw: async ({ visitor, query, events }) => {
      const wanted = changed(events);
      if (wanted.length === 0) return [];
      const data = await read(visitor, readAccountFilter(Object.fromEntries(query)), wanted);
      return wanted.map((name) => kit.draw(`dashboard/_${name}`, data));
    },
  };
}
