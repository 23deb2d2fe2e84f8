import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Sync } from '../../sync/sync.js';
import { readAccountFilter, withAccounts } from '../../web/account-filter.js';
import { visitorOf, type Kit, type Visitor } from '../../web/kit.js';
import type { LiveRegions } from '../../web/live.js';
import { boardOf, momentsOf, readAll, regionNames, type RegionName } from './board.js';
import { readCurve } from './curve.js';
import { boardPage } from './page.js';
import { readLists, type Lists } from './queries.js';

/** The live board, and each of its regions alone. */
export function dashboardRoutes(app: FastifyInstance, kit: Kit, sync: Sync): void {
  const config = { access: 'user' } as const;
  const { db, clock } = kit;
  const read = async (looker: Visitor, query: unknown, wanted: readonly RegionName[]) => {
    const now = clock.now();
    const filter = readAccountFilter(query);
    const { picture, lists } = await readAll(db, looker, now);
    return boardPage(boardOf(picture, lists, filter), filter, { looker, sync, now, wanted });
  };

  app.get('/dashboard', { config }, async (request, reply) => {
    const data = await read(visitorOf(request), request.query, regionNames);
    const live = data.isBare ? '/live' : withAccounts('/live?view=board', readAccountFilter(request.query));
    const page = { view: 'dashboard/index', title: 'Board', section: 'board', live };
    return kit.page(request, reply, page, data);
  });

  for (const name of regionNames)
    app.get(`/dashboard/${name}`, { config }, async (request: FastifyRequest, reply) => {
      const data = await read(visitorOf(request), request.query, [name]);
      return kit.region(request, reply, { view: `dashboard/_${name}` }, data);
    });

  // All deals go into it, and it moves once a day: the page does not wait for it, and it is not pushed.
  app.get('/dashboard/curve', { config }, async (request, reply) => {
    const filter = readAccountFilter(request.query);
    const curve = await readCurve(db, visitorOf(request), filter, clock.now());
    const data = { curve, search: withAccounts('', filter) };
    return kit.region(request, reply, { view: 'dashboard/_curve' }, data);
  });
}

/** What a reading changes. */
const readRegions: readonly RegionName[] = ['accounts', 'positions', 'ticker'];

/** What a socket pushes of the board. */
export const boardRegions = ({ clock, draw }: Pick<Kit, 'clock' | 'draw'>, sync: Sync): LiveRegions => ({
  name: 'board',
  follow: (looker) => {
    let lists: Lists | null = null;
    return {
      read: async (tx) => {
        lists = await readLists(tx, looker.userId, momentsOf(clock.now(), looker.timeZone));
      },
      draw: ({ picture, query, isReading }) => {
        if (lists === null) return [];
        const filter = readAccountFilter(Object.fromEntries(query));
        const wanted = isReading ? readRegions : regionNames;
        const circumstances = { looker, sync, now: clock.now(), wanted };
        const data = boardPage(boardOf(picture, lists, filter), filter, circumstances);
        return wanted.map((name) => draw(`dashboard/_${name}`, data));
      },
    };
  },
});
