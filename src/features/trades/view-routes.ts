import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { notFound } from '../../lib/fault.js';
import { idField, nameField, readForm, textIn } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { freeColumns } from './columns.js';
import { listView } from './list.js';
import { asQuery, listQuery } from './list-query.js';
import { mostViews, type Refused } from './view-menu.js';
import { chooseColumns, removeView, renameView, savedView, saveView } from './view-queries.js';

type Id = { Params: { id: string } };

/** The query string of the list the form stands in. */
const queryField = z.string().max(2_000).default('');
const saveForm = z.object({ name: nameField(60), query: queryField });
const renameForm = z.object({ name: nameField(60) });
const columnsForm = z.object({
  query: queryField,
  columns: z.union([z.string(), z.array(z.string())]).optional(),
  usual: z.string().optional(),
});

const asListed = (request: FastifyRequest, query: string, now: Date): string =>
  listQuery(asQuery(query), { timeZone: visitorOf(request).timeZone, now });

/** Answers with the page once more, the menu open and what was typed in it. */
const refusals =
  ({ db, clock, page }: Kit) =>
  async (request: FastifyRequest, reply: FastifyReply, query: string, refused: Refused) => {
    const visitor = visitorOf(request);
    const asked = { visitor, query: asQuery(query), now: clock.now() };
    const table = await db.withTenant('app', visitor.userId, (tx) => listView(tx, asked, refused));
    // The address in the browser stays that of the list: this one answers no GET.
    reply.header('hx-push-url', 'false');
    const shown = { view: 'trades/index', title: 'Trades', section: 'trades', status: 422 };
    return page(request, reply, shown, { table });
  };

const config = { access: 'user' } as const;

/** Lists under a name. */
export function viewRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, clock } = kit;
  const refuse = refusals(kit);

  app.post('/trades/views', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const read = readForm(saveForm, request.body);
    const text = textIn(request.body, 'query');
    const refused = (error: string): Promise<FastifyReply> =>
      refuse(request, reply, text, { id: null, name: read.typed['name'] ?? '', error });
    if (!read.ok) return refused(read.errors['name'] ?? 'This list cannot be kept.');
    const query = asListed(request, text, clock.now());
    const view = { name: read.values.name, query, at: clock.now(), most: mostViews };
    if (!(await db.withTenant('app', userId, (tx) => saveView(tx, userId, view))))
      return refused(`There are ${mostViews} views already. Remove one first.`);
    return reply.redirect(`/trades${query}`, 303);
  });

  app.post<Id>('/trades/views/:id', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const id = idField.safeParse(request.params.id);
    const view = id.success
      ? await db.withTenant('app', userId, (tx) => savedView(tx, userId, id.data))
      : undefined;
    if (view === undefined) throw notFound();
    const read = readForm(renameForm, request.body);
    const refused = (error: string): Promise<FastifyReply> =>
      refuse(request, reply, view.query, { id: view.id, name: read.typed['name'] ?? '', error });
    if (!read.ok) return refused(read.errors['name'] ?? 'This cannot be a name.');
    const { name } = read.values;
    if (!(await db.withTenant('app', userId, (tx) => renameView(tx, userId, view.id, name))))
      return refused('Another view has this name.');
    return reply.redirect(`/trades${view.query}`, 303);
  });

  app.post<Id>('/trades/views/:id/removal', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const id = idField.safeParse(request.params.id);
    const query = id.success
      ? await db.withTenant('app', userId, (tx) => removeView(tx, userId, id.data))
      : undefined;
    if (query === undefined) throw notFound();
    return reply.redirect(`/trades${query}`, 303);
  });
}

/**
 * The columns somebody wants to see. They are kept for the person and not in the query string: a link and a view say
 * which trades, and whoever has chosen columns wants them tomorrow too, wherever the list is opened from.
 */
export function columnRoutes(app: FastifyInstance, { db, clock }: Kit): void {
  app.post('/trades/columns', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const read = readForm(columnsForm, request.body);
    if (!read.ok) throw notFound();
    const wanted = new Set([read.values.columns ?? []].flat());
    const columns = freeColumns.map(({ key }) => key).filter((key) => wanted.has(key));
    const isUsual = read.values.usual !== undefined;
    await db.withTenant('app', userId, (tx) => chooseColumns(tx, userId, isUsual ? null : columns));
    return reply.redirect(`/trades${asListed(request, read.values.query, clock.now())}`, 303);
  });
}
