import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Tx } from '../../data/database.js';
import { metatraderFigures } from '../../domain/metatrader/figure.js';
import { journalFigures } from '../../domain/stats/journal-figure.js';
import { analyticsObstacle, refused } from '../../data/plan-gates.js';
import { Fault } from '../../lib/fault.js';
import type { ApiApp } from '../../web/api.js';
import { figuresJson, reasonsJson } from '../../web/figure-json.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { readTradeFilter } from '../../web/trade-filter.js';
import { type query, schemas } from './api-shapes.js';
import { breakdownJson } from '../../web/bucket-json.js';
import { chooseTrades, journalOf, metatraderOf, type Chosen } from '../../web/chosen.js';
import { curveJson } from './curve-json.js';
import { readCurveLine } from './curve-line.js';
import { partsOf } from '../../web/parting.js';

const about = ({ group, others, trades }: Chosen) => ({
  category: group?.category ?? null,
  currency: group?.currency ?? null,
  accounts: group?.members.map(({ id }) => id) ?? [],
  trades: trades.ids.length,
  others: others.map(({ category, currency }) => ({ category, currency })),
});

function summaryJson(chosen: Chosen) {
  const digits = chosen.group?.digits ?? 2;
  const [metatrader, journal] = [metatraderOf(chosen), journalOf(chosen)];
  return {
    ...about(chosen),
    metatrader: figuresJson(metatrader, metatraderFigures, digits),
    journal: figuresJson(journal, journalFigures, digits),
    reasons: { metatrader: reasonsJson(metatrader), journal: reasonsJson(journal) },
  };
}

/** The figures of the trades that a filter means; all of these take the filters of the list of trades. */
export function analyticsApiRoutes(api: ApiApp, { db, books, plans, clock }: Kit): void {
  const config = { access: 'api:read' } as const;

  async function answered<T>(
    request: FastifyRequest,
    given: z.infer<typeof query>,
    view: (chosen: Chosen, tx: Tx, userId: string) => T | Promise<T>,
    isBasic = false,
  ): Promise<T> {
    const { userId, timeZone } = visitorOf(request);
    const { filter, errors } = readTradeFilter(given, timeZone);
    if (Object.keys(errors).length > 0)
      throw new Fault(400, 'invalid', 'Some of what you sent cannot be used; see fields.', {
        fields: errors,
      });
    const wish = { userId, timeZone, filter, group: given.group };
    return db.withTenant('app', userId, async (tx) => {
      const closed = isBasic ? null : await analyticsObstacle(tx, { plans, userId, at: clock.now() });
      if (closed !== null) throw refused(closed);
      return view(await chooseTrades(tx, books, wish), tx, userId);
    });
  }

  api.get('/analytics/summary', { config, schema: schemas.summary }, (request) =>
    answered(request as FastifyRequest, request.query, summaryJson, true),
  );
  api.get('/analytics/equity-curve', { config, schema: schemas.curve }, (request) =>
    answered(request as FastifyRequest, request.query, async (chosen, tx, userId) => ({
      ...about(chosen),
      ...curveJson(chosen, await readCurveLine(tx, userId, chosen)),
    })),
  );
  api.get('/analytics/breakdown', { config, schema: schemas.breakdown }, (request) => {
    const { by, ...given } = request.query;
    return answered(request as FastifyRequest, given, async (chosen, tx, userId) => ({
      ...about(chosen),
      by,
      items: breakdownJson(await partsOf(tx, userId, chosen, by), by, chosen),
    }));
  });
  api.get('/analytics/calendar', { config, schema: schemas.calendar }, (request) =>
    answered(
      request as FastifyRequest,
      request.query,
      async (chosen, tx, userId) => ({
        ...about(chosen),
        days: breakdownJson(await partsOf(tx, userId, chosen, 'day'), 'day', chosen),
      }),
      true,
    ),
  );
}
