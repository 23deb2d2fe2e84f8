import type { FeedEvent } from '../../sync/feed.js';
import type { Sync } from '../../sync/sync.js';
import type { Visitor } from '../../web/kit.js';
import type { LiveRegions } from '../../web/live.js';

/** One open page. `send` throws nothing; what cannot be sent is a page that is gone. */
export interface LivePage {
  visitor: Visitor;
  /** which regions it shows: a name of the views, and the page's own query string */
  view: string;
  query: URLSearchParams;
  send: (html: string) => void;
}

/** Pages with the same regions and the same query get the same bytes. */
interface Group {
  visitor: Visitor;
  view: string;
  query: URLSearchParams;
  pages: Set<LivePage>;
  /** region's id → what was sent last; what has not changed is not sent again */
  sent: Map<string, string>;
  events: FeedEvent[];
  isDrawing: boolean;
}

const idOf = (html: string): string => /\bid="([^"]+)"/.exec(html)?.[1] ?? html;

/** As htmx's socket wants it: the region finds its place by its own id, and keeps focus and scroll. */
export const asPush = (html: string): string => html.replace(/^\s*<([\w-]+)/, '<$1 hx-swap-oob="morph"');

export interface Hub {
  /** Draws the page's regions once, and again whenever something about its user changes. Called to leave. */
  join(page: LivePage): () => void;
}

/** Draws regions once for all pages that look alike, one drawing at a time, the latest events together. */
export function createHub(
  sync: Sync,
  views: ReadonlyMap<string, LiveRegions>,
  onError: (error: unknown) => void,
): Hub {
  const groups = new Map<string, { group: Group; leave: () => void }>();

  const draw = async (group: Group): Promise<void> => {
    if (group.isDrawing) return;
    group.isDrawing = true;
    try {
      while (group.events.length > 0) {
        const events = group.events.splice(0);
        const regions = await drawn(views, group, events);
        const news = regions.filter((html) => group.sent.get(idOf(html)) !== html);
        for (const html of news) group.sent.set(idOf(html), html);
        if (news.length > 0) broadcast(group, news.map(asPush).join('\n'));
        const toasts = await toastsOf(views, group, events);
        if (toasts !== '') broadcast(group, toasts);
      }
    } catch (error) {
      onError(error);
    } finally {
      group.isDrawing = false;
    }
  };

  const open = (page: LivePage, key: string): Group => {
    const { visitor, view, query } = page;
    const group: Group = {
      visitor,
      view,
      query,
      pages: new Set(),
      sent: new Map(),
      events: [],
      isDrawing: false,
    };
    const leave = sync.feed.subscribe(visitor.userId, (events) => {
      group.events.push(...events);
      void draw(group);
    });
    groups.set(key, { group, leave });
    return group;
  };

  return {
    join: (page) => {
      const key = `${page.visitor.userId} ${page.visitor.timeZone} ${page.view}?${page.query.toString()}`;
      const group = groups.get(key)?.group ?? open(page, key);
      group.pages.add(page);
      // After a reconnection the page is right without a reload: it gets everything as it is now.
      group.sent.clear();
      group.events.push({ type: 'SYNC_STATUS', accountId: null });
      void draw(group);
      return () => {
        group.pages.delete(page);
        const held = groups.get(key);
        if (group.pages.size > 0 || held?.group !== group) return;
        held.leave();
        groups.delete(key);
      };
    },
  };
}

const broadcast = ({ pages }: Group, html: string): void => {
  for (const page of pages) page.send(html);
};

async function drawn(
  views: ReadonlyMap<string, LiveRegions>,
  { visitor, view, query }: Group,
  events: readonly FeedEvent[],
): Promise<string[]> {
  const everywhere = views.get('shell');
  const own = view === 'shell' ? undefined : views.get(view);
  const parts = [everywhere, own].map((regions) => regions?.draw({ visitor, query, events }) ?? []);
  return (await Promise.all(parts)).flat();
}

async function toastsOf(
  views: ReadonlyMap<string, LiveRegions>,
  { visitor, query }: Group,
  events: readonly FeedEvent[],
): Promise<string> {
  const toasts = (await views.get('shell')?.toasts?.({ visitor, query, events })) ?? [];
  return toasts.length === 0 ? '' : `<div hx-swap-oob="beforeend:#toasts">${toasts.join('\n')}</div>`;
}
