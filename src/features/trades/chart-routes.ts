import type { FastifyInstance } from 'fastify';
import { readCandles } from '../../data/candles.js';
import { notFound } from '../../lib/fault.js';
import type { Sync } from '../../sync/sync.js';
import { standingWords } from '../../web/candle-words.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { usualSort } from '../../web/trade-filter.js';
import { chartView, frameOf, lacksTrade, wishOf } from './chart-view.js';
import { fillRows, wholeTrade } from './trade-queries.js';
import { tradeIdIn } from './trade-routes.js';

type Asking = { Params: { id: string }; Querystring: Record<string, unknown> };

/** Candles around a trade. Those that are not kept are asked of the broker, once. */
export function tradeChartRoutes(app: FastifyInstance, { db, clock, region }: Kit, sync: Sync): void {
  app.get<Asking>('/trades/:id/chart', { config: { access: 'user' } }, async (request, reply) => {
    const { userId, timeZone } = visitorOf(request);
    const id = tradeIdIn(request.params.id);
    const now = clock.now();
    const { wish, ...found } = await db.withTenant('app', userId, async (tx) => {
      const trade = await wholeTrade(tx, userId, id, usualSort);
      if (trade === undefined) throw notFound();
      const frame = frameOf(trade, request.query['timeframe'], now);
      const asked = wishOf(trade, frame, now);
      const [fills, read] = await Promise.all([fillRows(tx, userId, trade), readCandles(tx, asked)]);
      return { trade, frame, wish: asked, fills, read };
    });
    const standing = found.read.gaps.length > 0 ? sync.askCandles(wish) : null;
    const isComing = standing === 'coming' && lacksTrade(found.trade, found.read, now);
    const why = standing === null ? null : standingWords(found.trade.name, standing);
    const chart = chartView({ ...found, why, isComing, timeZone, now });
    return region(request, reply, { view: 'trades/_chart' }, { chart });
  });
}
