import type { FastifyInstance } from 'fastify';
import { listAccounts } from '../../data/accounts.js';
import { listPositions } from '../../data/positions.js';
import { notFound } from '../../lib/fault.js';
import { idField } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import type { LiveRegions } from '../../web/live.js';
import { openView } from './open-view.js';
import { tradePlaces, type TradePlace } from './trade-queries.js';
import { tradeIdIn } from './trade-routes.js';

/** What the position of an open trade is worth, as it stands in the trade's page. */
export function openTradeRoutes(app: FastifyInstance, { db, clock, region }: Kit): void {
  app.get<{ Params: { id: string } }>(
    '/trades/:id/now',
    { config: { access: 'user' } },
    async (request, reply) => {
      const { userId } = visitorOf(request);
      const id = tradeIdIn(request.params.id);
      const open = await db.withTenant('app', userId, async (tx) => {
        const [place] = await tradePlaces(tx, userId, [id]);
        if (place === undefined) throw notFound();
        const [accounts, positions] = [await listAccounts(tx, userId), await listPositions(tx, userId)];
        return openView(place, { accounts, positions }, clock.now());
      });
      return region(request, reply, { view: 'trades/_now' }, { open });
    },
  );
}

/** The page's own query string names the trade: `?trade=ID`. */
export const openTradeRegions = ({ clock, draw }: Pick<Kit, 'clock' | 'draw'>): LiveRegions => ({
  name: 'trade',
  follow: ({ userId }) => {
    let places: TradePlace[] = [];
    return {
      read: async (tx, _accounts, queries) => {
        const ids = queries.map((query) => query.get('trade')).filter((id) => idField.safeParse(id).success);
        places = await tradePlaces(tx, userId, ids as string[]);
      },
      draw: ({ picture, query }) => {
        const place = places.find(({ id }) => id === query.get('trade'));
        return place === undefined
          ? []
          : [draw('trades/_now', { open: openView(place, picture, clock.now()) })];
      },
    };
  },
});
