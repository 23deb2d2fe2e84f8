import type { Feed, FeedEvent } from '../../sync/feed.js';
import type { Visitor } from '../../web/kit.js';
import type { LiveRegions, LookAt } from '../../web/live.js';

/** One open page. `send` throws nothing; false: the page was too far behind, and did not get it. */
export interface LivePage {
  visitor: Visitor;
  /** which regions it shows: a name of the views, and the page's own query string */
  view: string;
  query: URLSearchParams;
  send: (html: string) => boolean;
}

/** Pages with the same regions and the same query get the same bytes. */
interface Group extends Pick<LivePage, 'visitor' | 'view' | 'query'> {
  pages: Set<LivePage>;
  /** those that must be given all regions, because they have none or have missed some */
  newcomers: Set<LivePage>;
  /** region's id → what was sent last; what has not changed is not sent again */
  sent: Map<string, string>;
  events: FeedEvent[];
  isDrawing: boolean;
  leave: () => void;
}

export interface Hub {
  /** Draws the page's regions once, and again whenever something about its user changes. Called to leave. */
  join(page: LivePage): () => void;
}

const idOf = (html: string): string => /\bid="([^"]+)"/.exec(html)?.[1] ?? html;

/** As htmx's socket wants it: the region finds its place by its own id, and keeps focus and scroll. */
const asPush = (html: string): string => html.replace(/^\s*<([\w-]+)/, '<$1 hx-swap-oob="morph"');

const everything: FeedEvent = { type: 'SYNC_STATUS', accountId: null };

/** Draws regions once for all pages that look alike, one drawing at a time, the latest events together. */
export function createHub(feed: Feed, views: readonly LiveRegions[], onError: (error: unknown) => void): Hub {
  const groups = new Map<string, Group>();
  const draw = drawer(views, onError);

  const open = ({ visitor, view, query }: LivePage): Group => {
    const group: Group = {
      visitor,
      view,
      query,
      pages: new Set(),
      newcomers: new Set(),
      sent: new Map(),
      events: [],
      isDrawing: false,
      leave: feed.subscribe(visitor.userId, (events) => {
        group.events.push(...events);
        void draw(group);
      }),
    };
    return group;
  };

  return {
    join: (page) => {
      const { visitor, view, query } = page;
      const key = `${visitor.userId} ${visitor.timeZone} ${view}?${query.toString()}`;
      const group = groups.get(key) ?? open(page);
      groups.set(key, group);
      group.pages.add(page);
      // After a reconnection the page is right without a reload: it gets everything as it is now.
      group.newcomers.add(page);
      group.events.push(everything);
      void draw(group);
      return () => {
        group.pages.delete(page);
        group.newcomers.delete(page);
        if (group.pages.size > 0 || groups.get(key) !== group) return;
        group.leave();
        groups.delete(key);
      };
    },
  };
}

type Draw = (group: Group) => Promise<void>;

function drawer(views: readonly LiveRegions[], onError: (error: unknown) => void): Draw {
  /** What one view contributes. One that fails leaves the others' regions as they are. */
  const partOf = async (work: Promise<string[]> | undefined): Promise<string[]> => {
    try {
      return (await work) ?? [];
    } catch (error) {
      onError(error);
      return [];
    }
  };
  const regionsOf = async (names: readonly string[], look: LookAt): Promise<string[]> => {
    const wanted = views.filter(({ name }) => names.includes(name));
    return (await Promise.all(wanted.map((view) => partOf(view.draw(look))))).flat();
  };
  const shell = views.find(({ name }) => name === 'shell');

  return async (group) => {
    if (group.isDrawing) return;
    group.isDrawing = true;
    while (group.events.length > 0 && group.pages.size > 0) {
      const newcomers = new Set(group.newcomers);
      const events = [...group.events.splice(0), ...(newcomers.size > 0 ? [everything] : [])];
      const look = { visitor: group.visitor, query: group.query, events };
      show(group, newcomers, await regionsOf(['shell', group.view], look));
      const toasts = await partOf(shell?.toasts?.(look));
      if (toasts.length > 0) for (const page of group.pages) page.send(asToasts(toasts));
    }
    group.isDrawing = false;
  };
}

/** Sends what has changed, and everything to those who have just come. */
function show(group: Group, newcomers: ReadonlySet<LivePage>, regions: readonly string[]): void {
  const news = regions.filter((html) => group.sent.get(idOf(html)) !== html);
  for (const html of news) group.sent.set(idOf(html), html);
  for (const page of group.pages) {
    const due = newcomers.has(page) ? regions : group.newcomers.has(page) ? [] : news;
    if (due.length === 0) continue;
    if (page.send(due.map(asPush).join('\n'))) group.newcomers.delete(page);
    else group.newcomers.add(page);
  }
}

const asToasts = (toasts: readonly string[]): string =>
  `<div hx-swap-oob="beforeend:#toasts">${toasts.join('\n')}</div>`;
