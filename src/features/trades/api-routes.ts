import { z } from 'zod';
import { tradesWhere } from '../../data/trade-filter.js';
import { tradeRows } from '../../data/trade-rows.js';
import { Fault, notFound } from '../../lib/fault.js';
import { answers, type ApiApp } from '../../web/api.js';
import { idField } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { readTradeFilter, readTradeSort, usualSort } from '../../web/trade-filter.js';
import { tradeJson } from '../../web/trade-json.js';
import { apiDeal, listedTrade, oneTrade } from './api-view.js';
import { cursorOf, placeOf } from './cursor.js';
import { fillRows, wholeTrade } from './trade-queries.js';

const text = z.string().optional();
const later = z
  .string()
  .refine((value) => value === '', { error: 'This filter is not there yet; leave it out.' })
  .optional();
const query = z.strictObject({
  account: text.describe('id of an account, or a category: Demo, Real, Challenge, Funded'),
  magic: text,
  ea: text.describe('the comment an expert leaves on its trades'),
  symbol: text.describe('the broker’s symbol, or its name without suffixes'),
  side: text.describe('buy or sell'),
  status: text.describe('open or closed'),
  from: text.describe('first day (2026-11-21) of the user’s time zone: of closing, or of opening while open'),
  to: text.describe('last day, which counts'),
  session: later,
  tag: later,
  setup: later,
  source: later,
  sort: text.describe(
    'closed, opened, account, symbol, side, lots, entry, exit, pips, held, net, ea; - turns it',
  ),
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
      const rows = await db.withTenant('app', userId, (tx) =>
        // One more than asked for tells whether there is more.
        tradeRows(tx, userId, {
          where: tradesWhere(userId, filter),
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
      return db.withTenant('app', userId, async (tx) => {
        const trade = await wholeTrade(tx, userId, id.data, usualSort);
        if (trade === undefined) throw notFound();
        const deals = await fillRows(tx, userId, trade);
        return { ...tradeJson(trade), deals: deals.map(apiDeal) };
      });
    },
  );
}
