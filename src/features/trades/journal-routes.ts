import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { entryOf } from '../../data/journal.js';
import { notFound } from '../../lib/fault.js';
import { answerSaved, answerUnsaved, wantsJson } from '../../web/autosave.js';
import { readForm, textIn } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { headOf } from './journal-head.js';
import { journalForm, typedEntry } from './journal-form.js';
import { journalView, type RefusedEntry } from './journal-view.js';
import { mostNotesBytes } from '../../web/notes-field.js';
import { asQuery, pageQuery } from './list-query.js';
import { isInvalid, isStale, saveJournal, type WantedEntry } from './save-journal.js';
import { showTrade, tradeIdIn } from './trade-routes.js';

type Asking = { Params: { id: string }; Querystring: Record<string, unknown> };
const config = { access: 'user' } as const;
const mostQuery = 2_000;
const bodyLimit = mostNotesBytes + 64 * 1024;

const changedMeanwhile =
  'This was changed in another tab since you opened it. What you wrote is still here; below is what was saved. Saving now puts yours in its place.';

type Refusal = Omit<RefusedEntry, 'typed'>;

/** What the page says where an entry could not be saved. Throws again what is no matter of the form. */
function refusedBy(error: unknown): Refusal {
  if (isStale(error)) return { errors: { version: changedMeanwhile }, isStale: true };
  if (isInvalid(error)) return { errors: { ...error.fields }, isStale: false };
  throw error;
}

/** One of several that are in a field speaks for the field. */
const byField = (errors: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(errors).map(([name, error]) => [name.split('.')[0] ?? name, error]));

const wantedOf = (values: z.infer<typeof journalForm>): WantedEntry => ({
  notes: values.notes,
  setup: values.setup,
  kept: values.checks,
  mood: values.mood,
  quality: values.quality,
  followedPlan: values.plan,
  version: values.version,
  tags: { ids: values.tags, names: values.newTags },
  mistakes: { ids: values.mistakes, names: values.newMistakes },
});

const listOf = (request: FastifyRequest, query: Record<string, unknown>, now: Date): string =>
  pageQuery(query, { timeZone: visitorOf(request).timeZone, now });

/** What somebody writes of a trade: on its page, beside any other page, and while they type. */
export function journalRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, clock } = kit;
  const show = showTrade(kit);
  regionRoutes(app, kit);

  const save = async (request: FastifyRequest, id: string): Promise<Refusal | { version: number }> => {
    const { userId } = visitorOf(request);
    const read = readForm(journalForm, request.body);
    if (!read.ok) return { errors: byField(read.errors), isStale: false };
    const given = { wanted: wantedOf(read.values), at: clock.now() };
    try {
      return { version: await db.withTenant('app', userId, (tx) => saveJournal(tx, userId, id, given)) };
    } catch (error) {
      return refusedBy(error);
    }
  };

  app.post<Asking>(
    '/trades/:id/journal',
    { config, bodyLimit },
    async (request, reply): Promise<FastifyReply> => {
      const { userId, timeZone } = visitorOf(request);
      const id = tradeIdIn(request.params.id);
      // Before the form is looked at: what is somebody else's is not there, whatever is sent to it.
      if ((await db.withTenant('app', userId, (tx) => entryOf(tx, userId, id))) === undefined)
        throw notFound();
      const query = asQuery(textIn(request.body, 'query').slice(0, mostQuery));
      const saved = await save(request, id);
      if (wantsJson(request))
        return 'version' in saved
          ? answerSaved(reply, { version: saved.version, at: clock.now(), timeZone })
          : answerUnsaved(reply, saved);
      if (!('version' in saved))
        return show(request, reply, { id, query, refused: { ...saved, typed: typedEntry(request.body) } });
      return reply.redirect(`/trades/${id}${listOf(request, query, clock.now())}`, 303);
    },
  );
}

/** The panel, its parts that follow what was saved, and the same beside another page. */
function regionRoutes(app: FastifyInstance, { db, clock, region }: Kit): void {
  const journalOf = (request: FastifyRequest<Asking>) => {
    const { userId, timeZone } = visitorOf(request);
    const tradeId = tradeIdIn(request.params.id);
    const given = { tradeId, query: listOf(request, request.query, clock.now()), timeZone, refused: null };
    return db.withTenant('app', userId, (tx) => journalView(tx, userId, given));
  };
  for (const [path, view] of [
    ['', 'trades/_journal'],
    ['/words', 'trades/_journal-words'],
    ['/notes', 'trades/_journal-notes'],
  ] as const)
    app.get<Asking>(`/trades/:id/journal${path}`, { config }, async (request, reply) =>
      region(request, reply, { view }, { journal: await journalOf(request) }),
    );
  app.get<Asking>('/trades/:id/journal/dialog', { config }, async (request, reply) => {
    const { userId, timeZone } = visitorOf(request);
    const id = tradeIdIn(request.params.id);
    const head = await db.withTenant('app', userId, (tx) => headOf(tx, userId, { id, timeZone }));
    return region(
      request,
      reply,
      { view: 'trades/_journal-dialog' },
      { head, journal: await journalOf(request) },
    );
  });
}
