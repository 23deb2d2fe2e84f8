import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../lib/clock.js';
import type { Cookies } from './cookies.js';
import { spokenOnce } from './flash.js';
import type { Site, Visitor } from './kit.js';
import type { Shell, Views } from './views.js';

/** A page as a feature hands it over: the template, the shell around it, and finished strings. */
export interface Page {
  view: string;
  title: string;
  /** key of the navigation entry this page belongs to; '' for none */
  section?: string;
  status?: number;
  /** where the page's socket connects: which regions are pushed; without it messages and the state of the sync */
  live?: string;
}

/** What the shell shows beyond the page itself: notices, and the accounts to choose from. */
export type ShellExtras = (
  visitor: Visitor,
  query: unknown,
) => Promise<Pick<Shell, 'notices' | 'accounts' | 'search'>>;

export type ShowPage = (
  request: FastifyRequest,
  reply: FastifyReply,
  page: Page,
  data?: object,
) => Promise<FastifyReply>;
/** A region alone: the same partial that stands in the page. */
export type ShowRegion = (
  request: FastifyRequest,
  reply: FastifyReply,
  region: { view: string; status?: number },
  data: object,
) => FastifyReply;

export const initials = (name: string, email: string): string => {
  const words = (name || email).split(/[\s.@_-]+/).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => String.fromCodePoint(word.codePointAt(0) ?? 0))
    .join('')
    .toUpperCase();
};

const personOf = (request: FastifyRequest): Shell['user'] => {
  const { visitor } = request;
  // Who still owes the second step is nobody yet, and who leaves is nobody any more.
  const { access } = request.routeOptions.config;
  if (visitor === null || access === 'code' || access === 'leaving') return null;
  const { name, email, role } = visitor;
  return { name: name || email, email, initials: initials(name, email), role };
};

/** Whom a form belongs to: a token made for one person's page does not serve another's. */
export const csrfOwner = (request: FastifyRequest): string => request.visitor?.doorId ?? 'nobody';

/** What every page stands on. */
interface Ground {
  site: Site;
  clock: Clock;
}

const shellOf = (request: FastifyRequest, reply: FastifyReply, { site, clock }: Ground): Shell => ({
  title: '',
  section: '',
  user: personOf(request),
  isVeiled: request.cookies['veil'] === '1',
  csrf: reply.generateCsrf({ userInfo: csrfOwner(request) }),
  flash: [],
  notices: [],
  accounts: null,
  search: '',
  live: null,
  nowMs: clock.now().getTime(),
  version: site.version,
  sells: site.sells,
});

const asHtml = (reply: FastifyReply, status: number, html: string): FastifyReply =>
  reply.code(status).type('text/html; charset=utf-8').send(html);

export const showPages =
  (views: Views, ground: Ground, { cookies, extras }: { cookies: Cookies; extras: ShellExtras }): ShowPage =>
  async (request, reply, { view, title, section = '', status = 200, live = '/live' }, data = {}) => {
    const flash = spokenOnce(request, reply, cookies);
    const base = shellOf(request, reply, ground);
    // A page that tells of an outage must not ask what is away.
    const isKnown = base.user !== null && request.visitor !== null && status < 500;
    const more = isKnown && request.visitor !== null ? await extras(request.visitor, request.query) : {};
    const shell: Shell = { ...base, ...more, title, section, flash, live: base.user === null ? null : live };
    return asHtml(reply, status, views.render(view, { ...data, shell }));
  };

export const showRegions =
  (views: Views, ground: Ground): ShowRegion =>
  (request, reply, { view, status = 200 }, data) =>
    asHtml(reply, status, views.render(view, { ...data, shell: shellOf(request, reply, ground) }));

/** A region as a socket sends it: drawn for nobody's request, hence without forms. */
export const drawRegions =
  (views: Views, site: Site) =>
  (view: string, data: object): string =>
    views.render(view, {
      ...data,
      shell: {
        title: '',
        section: '',
        user: null,
        csrf: '',
        flash: [],
        notices: [],
        accounts: null,
        search: '',
        live: null,
        nowMs: Date.now(),
        version: site.version,
        sells: site.sells,
      } satisfies Shell,
    });
