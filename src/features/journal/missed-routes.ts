import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../lib/fault.js';
import { sayNext } from '../../web/flash.js';
import { formIdField, readForm, textIn } from '../../web/form.js';
import { mostNotesBytes } from '../../web/notes-field.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { changedMissedForm, emptyFields, fieldsOf, newMissedForm, typedMissed } from './missed-form.js';
import { missedFormView, type MissedForm } from './missed-view.js';
import { addWanted, ownMissed, saveWanted } from './save-missed.js';

type Id = { Params: { id: string } };
const config = { access: 'user' } as const;
const bodyLimit = mostNotesBytes + 64 * 1024;

const changedMeanwhile =
  'This was changed in another tab since you opened it. What you wrote is still here; below is what was saved. Saving now puts yours in its place.';

/** What the form says where it could not be saved. Throws again what is no matter of the form. */
function refusedBy(error: unknown): Pick<MissedForm, 'errors' | 'isStale'> {
  if (error instanceof Fault && error.code === 'stale')
    return { errors: { version: changedMeanwhile }, isStale: true };
  if (error instanceof Fault && error.code === 'invalid') return { errors: error.fields, isStale: false };
  throw error;
}

type Refused = Pick<MissedForm, 'errors' | 'isStale'> | null;

type Drawn = Omit<MissedForm, 'timeZone' | 'row'> & { id: string | null; status?: number };

/** Shows the form of a missed trade, or of a new one where `id` is null. */
const drawer =
  ({ db, page }: Kit) =>
  async (request: FastifyRequest, reply: FastifyReply, { status = 200, ...form }: Drawn) => {
    const { userId, timeZone } = visitorOf(request);
    const view = await db.withTenant('app', userId, async (tx) => {
      const row = form.id === null ? null : await ownMissed(tx, userId, form.id);
      return missedFormView(tx, userId, { ...form, row, timeZone });
    });
    const title = form.id === null ? 'Add a missed trade' : 'A missed trade';
    const about = { view: 'journal/missed', title, section: 'journal', status };
    return page(request, reply, about, { form: view, title });
  };

/** Trades that were seen and not taken: new ones, and changing them. */
export function missedRoutes(app: FastifyInstance, kit: Kit): void {
  newMissedRoutes(app, kit);
  changedMissedRoutes(app, kit);
}

async function refusalOf(work: () => Promise<void>): Promise<Refused> {
  try {
    await work();
    return null;
  } catch (error) {
    return refusedBy(error);
  }
}

function newMissedRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, clock, cookies } = kit;
  const draw = drawer(kit);

  app.get('/journal/missed/new', { config }, async (request, reply) => {
    const fields = emptyFields(clock.now(), visitorOf(request).timeZone);
    return draw(request, reply, { id: null, fields, errors: {}, isStale: false, formId: randomUUID() });
  });

  app.post('/journal/missed', { config, bodyLimit }, async (request, reply) => {
    const { userId, timeZone } = visitorOf(request);
    const read = readForm(newMissedForm(timeZone), request.body);
    const refused = read.ok
      ? await refusalOf(async () => {
          const { formId: id, ...wanted } = read.values;
          await db.withTenant('app', userId, (tx) => addWanted(tx, userId, wanted, { id, at: clock.now() }));
        })
      : { errors: read.errors, isStale: false };
    if (refused === null) return sayNext(reply, cookies, 'missed-added').redirect('/journal', 303);
    const known = formIdField.safeParse(textIn(request.body, 'formId'));
    const formId = known.success ? known.data : randomUUID();
    const fields = typedMissed(request.body);
    return draw(request, reply, { ...refused, id: null, fields, formId, status: 422 });
  });
}

function changedMissedRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, clock, cookies } = kit;
  const draw = drawer(kit);

  app.get<Id>('/journal/missed/:id', { config }, async (request, reply) => {
    const { userId, timeZone } = visitorOf(request);
    const { id } = request.params;
    const row = await db.withTenant('app', userId, (tx) => ownMissed(tx, userId, id));
    const fields = fieldsOf(row, timeZone);
    return draw(request, reply, { id, fields, errors: {}, isStale: false, formId: '' });
  });

  app.post<Id>('/journal/missed/:id', { config, bodyLimit }, async (request, reply) => {
    const { userId, timeZone } = visitorOf(request);
    const { id } = request.params;
    // Before the form is looked at: what is somebody else's is not there, whatever is sent to it.
    await db.withTenant('app', userId, (tx) => ownMissed(tx, userId, id));
    const read = readForm(changedMissedForm(timeZone), request.body);
    const refused = read.ok
      ? await refusalOf(async () => {
          const { version: seen, ...wanted } = read.values;
          await db.withTenant('app', userId, async (tx) =>
            saveWanted(tx, userId, await ownMissed(tx, userId, id), { wanted, seen, at: clock.now() }),
          );
        })
      : { errors: read.errors, isStale: false };
    if (refused === null)
      return sayNext(reply, cookies, 'missed-saved').redirect(`/journal/missed/${id}`, 303);
    const fields = typedMissed(request.body);
    return draw(request, reply, { ...refused, id, fields, formId: '', status: 422 });
  });
}
