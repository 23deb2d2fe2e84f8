import { z } from 'zod';
import { Fault } from '../../lib/fault.js';
import { answers, type ApiApp } from '../../web/api.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { writtenJson, writtenShape } from './api-shapes.js';
import { cursorOf, placeOf } from './cursor.js';
import { readJournalFilter } from './filter.js';
import { missedApiRoutes } from './missed-api-routes.js';
import { timelineOf } from './timeline.js';

const text = z.string().optional();

const query = z.strictObject({
  q: text.describe(
    'words that were written, the last one perhaps a beginning; "in quotation marks": as they stand',
  ),
  kind: text.describe('trades, missed, days, or gone: entries whose trade is gone'),
  symbol: text,
  tag: text.describe('name or id of a tag, or several with commas: entries with any; none: without'),
  setup: text.describe('name or id of a setup, or several with commas; none: without'),
  mistake: text.describe('name or id of a mistake, or several with commas; none: without'),
  mood: text,
  plan: text.describe('yes or no: whether the plan was kept'),
  from: text.describe('first day (2026-11-21) of the user’s time zone: of the opening, or of the seeing'),
  to: text.describe('last day, which counts'),
  order: text.describe('with q: best (of the latest 500 that fit) or newest'),
  limit: z.coerce
    .number({ error: 'A limit is a number.' })
    .int({ error: 'A limit is a whole number.' })
    .min(1, { error: 'At least 1.' })
    .max(1000, { error: 'At most 1000.' })
    .default(100),
  cursor: z.string().max(500, { error: 'This is not a cursor.' }).optional(),
});

const listShape = z.object({ items: z.array(writtenShape), nextCursor: z.string().nullable() });

/** Filter and order; a program is told of what cannot be used instead of getting something else. */
function readList(given: z.infer<typeof query>, timeZone: string) {
  const { filter, order, errors } = readJournalFilter(given, timeZone);
  if (Object.keys(errors).length > 0)
    throw new Fault(400, 'invalid', 'Some of what you sent cannot be used; see fields.', { fields: errors });
  const { cursor = '', limit } = given;
  return { filter, order, limit, after: cursor === '' ? null : placeOf(order, cursor) };
}

/** Everything that was written, for programs. */
export function journalListApiRoutes(api: ApiApp, kit: Kit): void {
  const schema = {
    summary: 'What was written of trades and of missed ones, the latest first',
    querystring: query,
    response: answers(listShape),
  };
  api.get('/journal', { config: { access: 'api:read' }, schema }, async (request) => {
    const { userId, timeZone } = visitorOf(request);
    const asked = readList(request.query, timeZone);
    const { written, next } = await kit.db.withTenant('app', userId, (tx) => timelineOf(tx, userId, asked));
    return {
      items: written.map(writtenJson),
      nextCursor: next === null ? null : cursorOf(asked.order, next),
    };
  });
  missedApiRoutes(api, kit);
}
