import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { activitiesOf, type RecordedActivity } from '../../data/audit.js';
import { activityKinds, type ActivityKind } from '../../domain/activity.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { when } from '../../web/words.js';
import { activitySentence, changesOf, doerWords, kindWords } from './activity-words.js';

const pageSize = 50;
const query = z.object({
  kind: z.enum(activityKinds).nullable().catch(null),
  page: z.coerce.number().int().min(1).max(10_000).catch(1),
});
type Asked = z.infer<typeof query>;

const hrefOf = (path: string, { kind, page }: Asked): string => {
  const said = new URLSearchParams();
  if (kind !== null) said.set('kind', kind);
  if (page > 1) said.set('page', String(page));
  return said.size === 0 ? path : `${path}?${said.toString()}`;
};

const lineOf = (row: RecordedActivity, timeZone: string) => ({
  at: when(row.at, timeZone),
  kind: kindWords[row.kind],
  sentence: activitySentence(row.activity),
  isRefusal: row.activity.what === 'sign-in-refused',
  by: doerWords[row.by],
  from: [row.device, row.address].filter(Boolean).join(', ') || null,
  changes: changesOf(row.activity, timeZone),
});

const choices = (kind: ActivityKind | null) =>
  ([null, ...activityKinds] as const).map((each) => ({
    label: each === null ? 'All' : kindWords[each],
    href: hrefOf('/settings/activity', { kind: each, page: 1 }),
    current: each === kind,
  }));

/** One more row than is shown tells whether there is another page. */
function activityView(rows: readonly RecordedActivity[], asked: Asked, timeZone: string) {
  const shown = rows.slice(0, pageSize).map((row) => lineOf(row, timeZone));
  const from = (asked.page - 1) * pageSize;
  const href = (page: number): string => hrefOf('/settings/activity', { ...asked, page });
  return {
    href: hrefOf('/settings/activity/list', asked),
    kinds: choices(asked.kind),
    isFiltered: asked.kind !== null,
    rows: shown,
    pager:
      asked.page === 1 && rows.length <= pageSize
        ? null
        : {
            label: 'Pages of the activity',
            text: shown.length === 0 ? 'nothing here' : `${from + 1}–${from + shown.length}`,
            prevHref: asked.page > 1 ? href(asked.page - 1) : null,
            nextHref: rows.length > pageSize ? href(asked.page + 1) : null,
          },
  };
}

/** What was done in one's account, the latest first. */
export function activityRoutes(app: FastifyInstance, { db, page, region }: Kit): void {
  const config = { access: 'user' } as const;

  const read = async (request: FastifyRequest) => {
    const { userId, timeZone } = visitorOf(request);
    const asked = query.parse(request.query);
    const wanted = {
      ...{ kind: asked.kind, limit: pageSize + 1 },
      start: { skip: (asked.page - 1) * pageSize },
    };
    const rows = await db.withTenant('app', userId, (tx) => activitiesOf(tx, userId, wanted));
    return { activity: activityView(rows, asked, timeZone) };
  };

  app.get('/settings/activity', { config }, async (request, reply) =>
    page(
      request,
      reply,
      { view: 'settings/activity', title: 'Activity', section: 'settings' },
      { tab: 'activity', ...(await read(request)) },
    ),
  );
  app.get('/settings/activity/list', { config }, async (request, reply) =>
    region(request, reply, { view: 'settings/_activity' }, await read(request)),
  );
}
