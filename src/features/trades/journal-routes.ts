import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { entryOf } from '../../data/journal.js';
import { notFound } from '../../lib/fault.js';
import { readForm, textIn } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { journalForm, typedEntry } from './journal-form.js';
import { journalView, type RefusedEntry } from './journal-view.js';
import { asQuery, pageQuery } from './list-query.js';
import { isInvalid, isStale, saveJournal, type WantedEntry } from './save-journal.js';
import { showTrade, tradeIdIn } from './trade-routes.js';

type Asking = { Params: { id: string }; Querystring: Record<string, unknown> };
const config = { access: 'user' } as const;
const mostQuery = 2_000;

const changedMeanwhile =
  'This was changed in another tab since you opened it. What you wrote is still here; below is what was saved. Saving now puts yours in its place.';

/** What the page says where an entry could not be saved. Throws again what is no matter of the form. */
function refusedBy(error: unknown): Omit<RefusedEntry, 'typed'> {
  if (isStale(error)) return { errors: { version: changedMeanwhile }, isStale: true };
  if (isInvalid(error)) return { errors: { ...error.fields }, isStale: false };
  throw error;
}

/** One of several that are in a field speaks for the field. */
const byField = (errors: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(errors).map(([name, error]) => [name.split('.')[0] ?? name, error]));

const listOf = (request: FastifyRequest, query: Record<string, unknown>, now: Date): string =>
  pageQuery(query, { timeZone: visitorOf(request).timeZone, now });

/** What somebody writes of a trade, on its page. */
export function journalRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, clock, region } = kit;
  const show = showTrade(kit);

  app.get<Asking>('/trades/:id/journal', { config }, async (request, reply) => {
    const { userId, timeZone } = visitorOf(request);
    const tradeId = tradeIdIn(request.params.id);
    const given = { tradeId, query: listOf(request, request.query, clock.now()), timeZone, refused: null };
    const journal = await db.withTenant('app', userId, (tx) => journalView(tx, userId, given));
    return region(request, reply, { view: 'trades/_journal' }, { journal });
  });

  const save = async (
    request: FastifyRequest,
    id: string,
    wanted: WantedEntry,
  ): Promise<Omit<RefusedEntry, 'typed'> | null> => {
    const { userId } = visitorOf(request);
    try {
      await db.withTenant('app', userId, (tx) => saveJournal(tx, userId, id, { wanted, at: clock.now() }));
      return null;
    } catch (error) {
      return refusedBy(error);
    }
  };

  app.post<Asking>('/trades/:id/journal', { config }, async (request, reply): Promise<FastifyReply> => {
    const { userId } = visitorOf(request);
    const id = tradeIdIn(request.params.id);
    // Before the form is looked at: what is somebody else's is not there, whatever is sent to it.
    if ((await db.withTenant('app', userId, (tx) => entryOf(tx, userId, id))) === undefined) throw notFound();
    const query = asQuery(textIn(request.body, 'query').slice(0, mostQuery));
    const typed = typedEntry(request.body);
    const read = readForm(journalForm, request.body);
    const refused = read.ok
      ? await save(request, id, {
          ...{ notes: read.values.notes, setup: read.values.setup, version: read.values.version },
          ...{ tagIds: read.values.tags, tagNames: read.values.newTags },
        })
      : { errors: byField(read.errors), isStale: false };
    if (refused !== null) return show(request, reply, { id, query, refused: { ...refused, typed } });
    return reply.redirect(`/trades/${id}${listOf(request, query, clock.now())}`, 303);
  });
}
