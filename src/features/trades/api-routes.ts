import { z } from 'zod';
import { inTable } from '../../data/experts.js';
import { tradesWhere } from '../../data/trade-filter.js';
import { sortKeys } from '../../data/trade-order.js';
import { tradeRows } from '../../data/trade-rows.js';
import { Fault, notFound } from '../../lib/fault.js';
import { answers, type ApiApp } from '../../web/api.js';
import { idField } from '../../web/form.js';
import { filterQuery } from '../../web/filter-query.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { readTradeFilter, readTradeSort } from '../../web/trade-filter.js';
import { tradeJson } from '../../web/trade-json.js';
import { listedTrade, oneTrade } from './api-view.js';
import { cursorOf, placeOf } from './cursor.js';
import { shownTrade } from './shown-trade.js';

const query = z.strictObject({
  ...filterQuery,
  sort: z
    .string()
    .optional()
    .describe(`${sortKeys.join(', ')}; - turns it`),
  limit: z.coerce
    .number({ error: 'A limit is a number.' })
    .int({ error: 'A limit is a whole number.' })
    .min(1, { error: 'At least 1.' })
    .max(1000, { error: 'At most 1000.' })
    .default(100),
  cursor: z.string().max(500, { error: 'This is not a cursor.' }).optional(),
});

const invalid = (fields: Record<string, string>): Fault =>
  new Fault(400, 'invalid', 'Some of what you sent cannot be used; see fields.', { fields });

/** Filter and order of a list; a program is told of what cannot be used instead of getting something else. */
function readList(given: z.infer<typeof query>, timeZone: string) {
  const { filter, errors } = readTradeFilter(given, timeZone);
  const { sort, error } = readTradeSort(given);
  const fields = error === null ? errors : { ...errors, sort: error };
  if (Object.keys(fields).length > 0) throw invalid(fields);
  const after = given.cursor === undefined || given.cursor === '' ? null : placeOf(sort, given.cursor);
  return { filter, sort, after };
}

export function tradeApiRoutes(api: ApiApp, { db }: Kit): void {
  const config = { access: 'api:read' } as const;

  api.get(
    '/trades',
    {
      config,
      schema: { summary: 'Trades, closed last first', querystring: query, response: answers(listedTrade) },
    },
    async (request) => {
      const { userId, timeZone } = visitorOf(request);
      const { limit } = request.query;
      const { filter, sort, after } = readList(request.query, timeZone);
      const rows = await db.withTenant('app', userId, async (tx) =>
        // One more than asked for tells whether there is more.
        tradeRows(tx, userId, {
          where: tradesWhere(userId, await inTable(tx, userId, filter)),
          sort,
          stretch: { limit: limit + 1, after },
        }),
      );
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      const hasMore = rows.length > limit && last !== undefined;
      return {
        items: items.map(tradeJson),
        nextCursor: hasMore ? cursorOf(sort, { value: last.place, id: last.id }) : null,
      };
    },
  );

  api.get(
    '/trades/:id',
    {
      config,
      schema: {
        summary: 'One trade with its deals',
        params: z.object({ id: z.string() }),
        response: answers(oneTrade),
      },
    },
    async (request) => {
      const { userId } = visitorOf(request);
      const id = idField.safeParse(request.params.id);
      if (!id.success) throw notFound();
      return db.withTenant('app', userId, (tx) => shownTrade(tx, userId, id.data));
    },
  );
}
