import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addExpert, changeExpert, moveExpert, mostExperts, removeExpert } from '../../data/experts.js';
import type { Tx } from '../../data/database.js';
import { notFound } from '../../lib/fault.js';
import { sayNext } from '../../web/flash.js';
import { idField, textIn, type Typed } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { expertDesk, type Asker } from './desk.js';
import { previewOf, readRule, startOf } from './form.js';
import { listView } from './list-view.js';
import { showView } from './show-view.js';

type ById = { Params: { id: string }; Querystring: Record<string, unknown> };
type Asking = { Querystring: Record<string, unknown> };
const config = { access: 'user' } as const;

/** What somebody typed, and why it cannot be used. */
interface Refused {
  typed: Typed;
  errors: Record<string, string>;
}

const refusals = {
  taken: { name: 'Another EA is called so already.' },
  full: { name: `There are ${mostExperts} already. Remove one first.` },
} as const;

async function formView(tx: Tx, userId: string, { typed, errors, id }: Refused & { id: string | null }) {
  const value = (name: string): string => typed[name] ?? '';
  return {
    values: { name: value('name'), magics: value('magics'), pattern: value('pattern'), was: value('was') },
    errors,
    id,
    action: id === null ? '/eas' : `/eas/${id}`,
    preview: await previewOf(tx, userId, typed, id),
  };
}

/** A page of an expert is found by the id of its rule, or by the name that trades propose. Throws a Fault 404. */
async function pageView(tx: Tx, { books }: Kit, asker: Asker, { key, query, refused }: Key) {
  const desk = await expertDesk(tx, books, asker);
  const named = idField.safeParse(key).success ? desk.rules.find(({ id }) => id === key) : undefined;
  const name = named?.name ?? key;
  const isKnown =
    named !== undefined || desk.groups.some(({ experts }) => experts.some((one) => one.name === name));
  if (!isKnown) throw notFound();
  const rule = named ?? desk.rules.find((one) => one.name === name);
  const typed: Typed =
    rule === undefined
      ? startOf(name)
      : { name: rule.name, magics: rule.magics.join(', '), pattern: rule.pattern ?? '' };
  const form = await formView(tx, asker.userId, {
    ...(refused ?? { typed, errors: {} }),
    id: rule?.id ?? null,
  });
  return { ...(await showView(tx, books, desk, { asker, name, group: query['group'] })), form };
}

interface Key {
  /** the end of its address */
  key: string;
  query: Record<string, unknown>;
  refused: Refused | null;
}

const askerOf = (request: FastifyRequest, clock: Kit['clock']): Asker => {
  const { userId, timeZone } = visitorOf(request);
  return { userId, timeZone, now: clock.now() };
};

/** All experts, and what a rule would match. */
function listRoutes(app: FastifyInstance, { db, books, clock, page, region }: Kit): void {
  const data = (request: FastifyRequest) => {
    const asker = askerOf(request, clock);
    return db.withTenant('app', asker.userId, async (tx) => ({
      list: listView(await expertDesk(tx, books, asker), asker),
    }));
  };
  app.get('/eas', { config }, async (request, reply) =>
    page(request, reply, { view: 'experts/index', title: 'EAs', section: 'eas' }, await data(request)),
  );
  app.get('/eas/list', { config }, async (request, reply) =>
    region(request, reply, { view: 'experts/_list' }, await data(request)),
  );
  app.get<Asking>('/eas/preview', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const typed = { magics: textIn(request.query, 'magics'), pattern: textIn(request.query, 'pattern') };
    const id = idField.safeParse(textIn(request.query, 'id')).data ?? null;
    const preview = await db.withTenant('app', userId, (tx) => previewOf(tx, userId, typed, id));
    return region(request, reply, { view: 'experts/_preview' }, { preview });
  });
}

/** Experts: what each made, and the rules by which trades are theirs. */
export function expertRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, clock, page } = kit;
  listRoutes(app, kit);
  const show = async (request: FastifyRequest, reply: FastifyReply, key: Key): Promise<FastifyReply> => {
    const asker = askerOf(request, clock);
    const expert = await db.withTenant('app', asker.userId, (tx) => pageView(tx, kit, asker, key));
    const status = key.refused === null ? 200 : 422;
    return page(
      request,
      reply,
      { view: 'experts/show', title: expert.name, section: 'eas', status },
      { expert },
    );
  };
  const showNew = async (request: FastifyRequest, reply: FastifyReply, refused: Refused) => {
    const { userId } = askerOf(request, clock);
    const form = await db.withTenant('app', userId, (tx) => formView(tx, userId, { ...refused, id: null }));
    const status = Object.keys(refused.errors).length === 0 ? 200 : 422;
    return page(
      request,
      reply,
      { view: 'experts/new', title: 'Name an EA', section: 'eas', status },
      { form },
    );
  };
  app.get<Asking>('/eas/new', { config }, async (request, reply) => {
    const name = textIn(request.query, 'for').slice(0, 100);
    return showNew(request, reply, { typed: startOf(name), errors: {} });
  });
  app.get<ById>('/eas/:id', { config }, async (request, reply) =>
    show(request, reply, { key: request.params.id, query: request.query, refused: null }),
  );

  app.post('/eas', { config }, async (request, reply) => {
    const { userId, now } = askerOf(request, clock);
    const read = readRule(request.body);
    if (!read.ok) return showNew(request, reply, read);
    const made = await db.withTenant('app', userId, (tx) => addExpert(tx, userId, read.rule, now));
    if (typeof made === 'string')
      return showNew(request, reply, { typed: typedIn(request.body), errors: refusals[made] });
    return sayNext(reply, kit.cookies, 'expert-saved').redirect(`/eas/${made.id}`, 303);
  });
  ruleRoutes(app, kit, show);
}

const typedIn = (body: unknown): Typed =>
  Object.fromEntries(['name', 'magics', 'pattern', 'was'].map((name) => [name, textIn(body, name)]));

type Show = (request: FastifyRequest, reply: FastifyReply, key: Key) => Promise<FastifyReply>;

/** What can be done with one rule; each finds only those of the visitor. */
function ruleRoutes(app: FastifyInstance, { db, cookies }: Kit, show: Show): void {
  const idIn = ({ params }: FastifyRequest<ById>): string => {
    const id = idField.safeParse(params.id);
    if (!id.success) throw notFound();
    return id.data;
  };

  app.post<ById>('/eas/:id', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const id = idIn(request);
    const read = readRule(request.body);
    const refused = async (errors: Record<string, string>) =>
      show(request, reply, { key: id, query: {}, refused: { typed: typedIn(request.body), errors } });
    if (!read.ok) return refused(read.errors);
    const done = await db.withTenant('app', userId, (tx) => changeExpert(tx, userId, id, read.rule));
    if (done === 'gone') throw notFound();
    if (done === 'taken') return refused(refusals.taken);
    return sayNext(reply, cookies, 'expert-saved').redirect(`/eas/${id}`, 303);
  });
  app.post<ById>('/eas/:id/moves', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const direction = textIn(request.body, 'direction') === 'down' ? 'down' : 'up';
    const id = idIn(request);
    if (!(await db.withTenant('app', userId, (tx) => moveExpert(tx, userId, id, direction))))
      throw notFound();
    return reply.redirect('/eas', 303);
  });
  app.post<ById>('/eas/:id/removal', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const id = idIn(request);
    if (!(await db.withTenant('app', userId, (tx) => removeExpert(tx, userId, id)))) throw notFound();
    return sayNext(reply, cookies, 'expert-removed').redirect('/eas', 303);
  });
}
