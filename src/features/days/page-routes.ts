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
import { readAccountFilter, withAccounts } from '../../web/account-filter.js';
import { atDesk, placeOf, type Asked, type Desk } from './ground.js';
import { headView } from './head-view.js';
import { numbersView, tradedGroups } from './numbers.js';
import { hrefOf, pathOf, titleOf } from '../../web/journal-page-words.js';
import { reviewView } from './review-view.js';

const config = { access: 'user' } as const;

/** Under which name the routes of a kind have its page. */
export const paramOf = (kind: PageKind): 'date' | 'month' => (kind === 'month' ? 'month' : 'date');

type Asking = { Params: Partial<Record<'date' | 'month', string>> };
type Request = FastifyRequest<Asking>;

const nameIn = (kind: PageKind, { params }: Request): string => params[paramOf(kind)] ?? '';

/** The page of an address. Throws a Fault 404 for what is none; a week has one address, that of its Monday. */
function pageIn(kind: PageKind, request: Request): PageKey {
  const name = nameIn(kind, request);
  const key = namedPage(kind, name);
  if (key === null || pageName(key) !== name) throw notFound();
  return key;
}

/** The same with the accounts of its query string. */
export const askedIn = (kind: PageKind, request: Request): Asked => ({
  key: pageIn(kind, request),
  accounts: readAccountFilter(request.query),
});

const besideView = async (desk: Desk) => ({
  selfHref: withAccounts(`${hrefOf(desk.key)}/figures`, desk.accounts),
  numbers: await numbersView(desk),
  day: desk.key.kind === 'day' ? await dayView(desk) : null,
  review: desk.key.kind === 'day' ? null : await reviewView(desk),
});

const editorOf = (desk: Desk, refused: RefusedPage | null) =>
  editorView(desk, { refused, hasNumbers: tradedGroups(desk).length > 0 });

/** Shows a page; 409 or 422 where it shows again what could not be saved of it. */
export const showJournalPage =
  (kit: Kit) =>
  async (
    request: FastifyRequest,
    reply: FastifyReply,
    { asked, refused }: { asked: Asked; refused: RefusedPage | null },
  ): Promise<FastifyReply> => {
    const view = await atDesk(kit, visitorOf(request), asked, async (desk) => ({
      head: headView(desk),
      entry: await editorOf(desk, refused),
      beside: await besideView(desk),
    }));
    const status = refused === null ? 200 : refused.isStale ? 409 : 422;
    return kit.page(
      request,
      reply,
      { view: 'days/show', title: titleOf(asked.key), section: 'journal', status },
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
    return reply.redirect(
      placeOf(pageOfDay(kind, today), { accounts: readAccountFilter(request.query) }),
      303,
    );
  });
  app.get<Asking>(one, { config }, async (request, reply) => {
    const key = namedPage(kind, nameIn(kind, request));
    if (key === null) throw notFound();
    if (pageName(key) !== nameIn(kind, request))
      return reply.redirect(placeOf(key, { accounts: readAccountFilter(request.query) }), 303);
    return show(request, reply, { asked: askedIn(kind, request), refused: null });
  });
  app.get<Asking>(`${one}/entry`, { config }, async (request, reply) => {
    const entry = await atDesk(kit, visitorOf(request), askedIn(kind, request), (desk) =>
      editorOf(desk, null),
    );
    return region(request, reply, { view: 'days/_entry' }, { entry });
  });
  app.get<Asking>(`${one}/figures`, { config }, async (request, reply) => {
    const beside = await atDesk(kit, visitorOf(request), askedIn(kind, request), besideView);
    return region(request, reply, { view: 'days/_beside' }, { beside });
  });
}
