import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  namedPage,
  pageKinds,
  pageName,
  pageOfDay,
  type PageKey,
  type PageKind,
} from '../../domain/journal-page.js';
import { dayOf } from '../../lib/day.js';
import { notFound } from '../../lib/fault.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { dayView } from './day-view.js';
import { editorView, type RefusedPage } from './editor-view.js';
import { atDesk, type Desk } from './ground.js';
import { headView } from './head-view.js';
import { numbersView, tradedGroups } from './numbers.js';
import { hrefOf, pathOf, titleOf } from './page-words.js';
import { reviewView } from './review-view.js';

const config = { access: 'user' } as const;

/** Under which name the routes of a kind have its page. */
export const paramOf = (kind: PageKind): 'date' | 'month' => (kind === 'month' ? 'month' : 'date');

type Asking = { Params: Partial<Record<'date' | 'month', string>> };

const nameIn = (kind: PageKind, { params }: FastifyRequest<Asking>): string => params[paramOf(kind)] ?? '';

/** The page of an address. Throws a Fault 404 for what is none; a week has one address, that of its Monday. */
export function pageIn(kind: PageKind, request: FastifyRequest<Asking>): PageKey {
  const name = nameIn(kind, request);
  const key = namedPage(kind, name);
  if (key === null || pageName(key) !== name) throw notFound();
  return key;
}

const besideView = async (desk: Desk) => ({
  selfHref: `${hrefOf(desk.key)}/figures`,
  numbers: await numbersView(desk),
  day: desk.key.kind === 'day' ? await dayView(desk) : null,
  review: desk.key.kind === 'day' ? null : await reviewView(desk),
});

const editorOf = (desk: Desk, refused: RefusedPage | null) =>
  editorView(desk, { key: desk.key, refused, hasNumbers: tradedGroups(desk).length > 0 });

/** Shows a page; 409 or 422 where it shows again what could not be saved of it. */
export const showJournalPage =
  (kit: Kit) =>
  async (
    request: FastifyRequest,
    reply: FastifyReply,
    { key, refused }: { key: PageKey; refused: RefusedPage | null },
  ): Promise<FastifyReply> => {
    const view = await atDesk(kit, visitorOf(request), key, async (desk) => ({
      head: headView(desk),
      entry: await editorOf(desk, refused),
      beside: await besideView(desk),
    }));
    const status = refused === null ? 200 : refused.isStale ? 409 : 422;
    return kit.page(
      request,
      reply,
      { view: 'days/show', title: titleOf(key), section: 'journal', status },
      view,
    );
  };

/** The pages of days, weeks and months. */
export function journalPageRoutes(app: FastifyInstance, kit: Kit): void {
  for (const kind of pageKinds) kindRoutes(app, kit, kind);
}

function kindRoutes(app: FastifyInstance, kit: Kit, kind: PageKind): void {
  const { clock, region } = kit;
  const path = pathOf(kind);
  const one = `${path}/:${paramOf(kind)}`;
  const show = showJournalPage(kit);

  app.get(path, { config }, async (request, reply) => {
    const today = dayOf(clock.now(), visitorOf(request).timeZone);
    return reply.redirect(hrefOf(pageOfDay(kind, today)), 303);
  });
  app.get<Asking>(one, { config }, async (request, reply) => {
    const key = namedPage(kind, nameIn(kind, request));
    if (key === null) throw notFound();
    if (pageName(key) !== nameIn(kind, request)) return reply.redirect(hrefOf(key), 303);
    return show(request, reply, { key, refused: null });
  });
  app.get<Asking>(`${one}/entry`, { config }, async (request, reply) => {
    const key = pageIn(kind, request);
    const entry = await atDesk(kit, visitorOf(request), key, (desk) => editorOf(desk, null));
    return region(request, reply, { view: 'days/_entry' }, { entry });
  });
  app.get<Asking>(`${one}/figures`, { config }, async (request, reply) => {
    const beside = await atDesk(kit, visitorOf(request), pageIn(kind, request), besideView);
    return region(request, reply, { view: 'days/_beside' }, { beside });
  });
}
