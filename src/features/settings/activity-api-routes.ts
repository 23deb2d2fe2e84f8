import { z } from 'zod';
import { activitiesOf, type RecordedActivity } from '../../data/audit.js';
import { activityKinds } from '../../domain/activity.js';
import { answers, type ApiApp } from '../../web/api.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { pageOf, pageQuery, pageShape, readCursor } from '../../web/paging.js';
import { activitySentence } from './activity-words.js';

const shape = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  kind: z.enum(activityKinds),
  what: z.string().describe('the name of what was done, such as trade-changed'),
  text: z.string().describe('the same as a sentence'),
  by: z.enum(['owner', 'program', 'administrator', 'console', 'payments', 'stranger']),
  address: z.string().nullable().describe('the network alone: a /24, of IPv6 a /48'),
  device: z.string().nullable(),
  details: z.record(z.string(), z.unknown()).describe('of a trade: before and after'),
});

const activityJson = (row: RecordedActivity): z.infer<typeof shape> => ({
  ...{ id: row.id, at: row.at.toISOString(), kind: row.kind, what: row.activity.what },
  ...{ text: activitySentence(row.activity), by: row.by },
  ...{ address: row.address || null, device: row.device || null },
  details: 'details' in row.activity ? { ...row.activity.details } : {},
});

/** What was done in the account of a token. */
export function activityApiRoutes(api: ApiApp, { db }: Kit): void {
  api.get(
    '/me/activity',
    {
      config: { access: 'api:read' },
      schema: {
        summary: 'What was done in this account, the latest first',
        querystring: pageQuery.extend({ kind: z.enum(activityKinds).optional() }),
        response: answers(pageShape(shape)),
      },
    },
    async (request) => {
      const { userId } = visitorOf(request);
      const { limit, cursor, kind = null } = request.query;
      const key = readCursor(cursor, /^\d{1,15} [0-9a-f-]{36}$/);
      const after = key === null ? null : { at: new Date(Number(key[0])), id: key[1] ?? '' };
      const rows = await db.withTenant('app', userId, (tx) =>
        activitiesOf(tx, userId, { kind, start: { after }, limit: limit + 1 }),
      );
      return pageOf(rows, limit, {
        item: activityJson,
        key: ({ at, id }) => [String(at.getTime()), id],
      });
    },
  );
}
