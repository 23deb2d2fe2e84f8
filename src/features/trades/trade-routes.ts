import type { FastifyInstance } from 'fastify';
import { notFound } from '../../lib/fault.js';
import { idField } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { readTradeFilter, readTradeSort } from '../../web/trade-filter.js';
import { fillRows, tradesBeside, wholeTrade } from './trade-queries.js';
import { tradeView } from './trade-view.js';

type Query = { Params: { id: string }; Querystring: Record<string, unknown> };

const pageGiven = (given: unknown): number =>
  typeof given === 'string' && /^[1-9]\d{0,8}$/.test(given) ? Number(given) : 1;

/** One trade, with the way to its neighbours in the list one came from. */
export function tradePageRoutes(app: FastifyInstance, { db, clock, page }: Kit): void {
  app.get<Query>('/trades/:id', { config: { access: 'user' } }, async (request, reply) => {
    const visitor = visitorOf(request);
    const { userId, timeZone } = visitor;
    const id = idField.safeParse(request.params.id);
    if (!id.success) throw notFound();
    const { filter, values } = readTradeFilter(request.query, timeZone);
    const { sort } = readTradeSort(request.query);
    const found = await db.withTenant('app', userId, async (tx) => {
      const trade = await wholeTrade(tx, userId, id.data, sort);
      if (trade === undefined) throw notFound();
      const place = { value: trade.place, id: trade.id };
      return {
        trade,
        fills: await fillRows(tx, userId, trade),
        beside: await tradesBeside(tx, userId, { filter, sort, place }),
      };
    });
    const spot = { values, sort, page: pageGiven(request.query['page']) };
    const view = tradeView({ ...found, spot, timeZone, now: clock.now() });
    return page(
      request,
      reply,
      { view: 'trades/show', title: `${found.trade.symbol} ${found.trade.side}`, section: 'trades' },
      view,
    );
  });
}
