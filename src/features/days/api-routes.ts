import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { namedPage, pageKinds, pageName, type PageKey, type PageKind } from '../../domain/journal-page.js';
import { addDays, dayOf } from '../../lib/day.js';
import { Fault, notFound } from '../../lib/fault.js';
import { answers, type ApiApp } from '../../web/api.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { pageAnswer, pagesAnswer } from './api-view.js';
import { pageList, pageShape, spanQuery, wantedPage } from './api-shapes.js';
import { looking } from './ground.js';
import { paramOf } from './page-routes.js';
import { savePage } from './save-page.js';

const paths: Record<PageKind, string> = {
  day: '/days',
  week: '/reviews/weeks',
  month: '/reviews/months',
};
/** How many days are told where nobody says from when on, and how many at most. */
const usualDays: Record<PageKind, number> = { day: 31, week: 91, month: 366 };
const mostDays: Record<PageKind, number> = { day: 366, week: 1_830, month: 7_320 };

/** The page of an address. Throws a Fault 404 for what is none, in words where only the day of the week is wrong. */
function pageNamed(kind: PageKind, name: string): PageKey {
  const key = namedPage(kind, name);
  if (key === null) throw notFound();
  if (pageName(key) !== name)
    throw new Fault(404, 'not_found', `A week is named by its Monday, this one ${pageName(key)}.`);
  return key;
}

const invalid = (fields: Record<string, string>): Fault =>
  new Fault(400, 'invalid', 'Some of what you sent cannot be used; see fields.', { fields });

/** Both ends of what is asked for. Throws a Fault 400 for what is no stretch, or too long a one. */
function spanOf(
  kind: PageKind,
  given: z.infer<typeof spanQuery>,
  today: string,
): { from: string; to: string } {
  const to = given.to ?? (given.from !== undefined && given.from > today ? given.from : today);
  const from = given.from ?? addDays(to, 1 - usualDays[kind]);
  if (from > to) throw invalid({ to: 'This day lies before the first one.' });
  if (addDays(from, mostDays[kind]) <= to)
    throw invalid({ from: `Ask for up to ${mostDays[kind]} days at once.` });
  return { from, to };
}

const summaries: Record<PageKind, { list: string; one: string; write: string }> = {
  day: {
    list: 'Days on which something was written or closed',
    one: 'What is written of a day, and what it came to',
    write: 'Write of a day',
  },
  week: {
    list: 'Weeks of which something was written or in which something closed',
    one: 'The review of a week, and what it came to',
    write: 'Write the review of a week',
  },
  month: {
    list: 'Months of which something was written or in which something closed',
    one: 'The review of a month, and what it came to',
    write: 'Write the review of a month',
  },
};

/** Days, weeks and months for programs: what is written of them, and what they came to. */
export function dayApiRoutes(api: ApiApp, kit: Kit): void {
  for (const kind of pageKinds) {
    listRoute(api, kit, kind);
    oneRoute(api, kit, kind);
    writeRoute(api, kit, kind);
  }
}

function listRoute(api: ApiApp, kit: Kit, kind: PageKind): void {
  const schema = { summary: summaries[kind].list, querystring: spanQuery, response: answers(pageList(kind)) };
  api.get(paths[kind], { config: { access: 'api:read' }, schema }, async (request) => {
    const visitor = visitorOf(request);
    const span = spanOf(kind, request.query, dayOf(kit.clock.now(), visitor.timeZone));
    const items = await looking(kit, visitor, (looker) => pagesAnswer(looker, kit, { kind, ...span }));
    return { items, nextCursor: null };
  });
}

const paramsOf = (kind: PageKind) => z.object({ [paramOf(kind)]: z.string() });

const nameIn = (kind: PageKind, { params }: Pick<FastifyRequest, 'params'>): string =>
  (params as Partial<Record<string, string>>)[paramOf(kind)] ?? '';

function oneRoute(api: ApiApp, kit: Kit, kind: PageKind): void {
  const schema = { summary: summaries[kind].one, params: paramsOf(kind), response: answers(pageShape(kind)) };
  api.get(`${paths[kind]}/:${paramOf(kind)}`, { config: { access: 'api:read' }, schema }, async (request) => {
    const key = pageNamed(kind, nameIn(kind, request));
    return looking(kit, visitorOf(request), (looker) => pageAnswer(looker, kit, key));
  });
}

function writeRoute(api: ApiApp, kit: Kit, kind: PageKind): void {
  api.put(
    `${paths[kind]}/:${paramOf(kind)}`,
    {
      config: { access: 'api:write' },
      schema: {
        summary: summaries[kind].write,
        params: paramsOf(kind),
        body: wantedPage,
        response: answers(pageShape(kind)),
      },
      // Before the body is looked at: what is no day is not there, whatever is sent to it.
      preValidation: (request, _reply, done) => {
        pageNamed(kind, nameIn(kind, request));
        done();
      },
    },
    async (request) => {
      const key = pageNamed(kind, nameIn(kind, request));
      const { version: seen, ...wanted } = request.body;
      return looking(kit, visitorOf(request), async (looker) => {
        const { tx, userId, now: at } = looker;
        await savePage(tx, userId, key, { wanted, seen, at });
        return pageAnswer(looker, kit, key);
      });
    },
  );
}
