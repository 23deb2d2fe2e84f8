import { minuteMs, type Clock } from '../../lib/clock.js';
import type { Feed, FeedEvent } from '../../sync/feed.js';
import type { Visitor } from '../../web/kit.js';
import type { Follower, LiveRegions, Picture } from '../../web/live.js';
import { pictureAfter } from './picture.js';

/** One open page. `send` throws nothing; false: the page was too far behind, and did not get it. */
export interface LivePage {
  visitor: Visitor;
  /** which regions it shows: a name of the views, and the page's own query string */
  view: string;
  query: URLSearchParams;
  send: (html: string) => boolean;
}

/** Pages with the same regions and the same query get the same bytes. */
interface Look extends Pick<LivePage, 'view' | 'query'> {
  pages: Set<LivePage>;
  /** those that must be given all regions, because they have none or have missed some */
  newcomers: Set<LivePage>;
  /** region's id → what was sent last; what has not changed is not sent again */
  sent: Map<string, string>;
}

/** All pages of one user: they are drawn from the same picture. */
interface Crowd {
  visitor: Visitor;
  looks: Map<string, Look>;
  /** by the names of their views */
  followers: Map<string, Follower>;
  /** null: it must be asked for */
  picture: Picture | null;
  askedMs: number;
  events: FeedEvent[];
  isDrawing: boolean;
  leave: () => void;
}

export interface Hub {
  /** Draws the page's regions once, and again whenever something about its user changes. Called to leave. */
  join(page: LivePage): () => void;
}

/** What follows a user, and the query strings of the pages that show it. */
export interface Followed {
  follower: Follower;
  queries: URLSearchParams[];
}

interface Deps {
  feed: Feed;
  clock: Clock;
  views: readonly LiveRegions[];
  /** Asks for the picture, and lets each follower ask for what it needs besides. */
  look: (userId: string, followed: readonly Followed[]) => Promise<Picture>;
  onError: (error: unknown) => void;
}

/** What readings bring is believed for so long; whatever nobody tells of is seen after that. */
const pictureMs = minuteMs;
/** the view that every page shows */
const shell = 'shell';
const everything: FeedEvent = { type: 'SYNC_STATUS', accountId: null };

/** Keeps one picture for each user, and draws it once for all pages that look alike, the latest events together. */
export function createHub(deps: Deps): Hub {
  const crowds = new Map<string, Crowd>();
  const open = (visitor: Visitor): Crowd => {
    const crowd: Crowd = {
      visitor,
      looks: new Map(),
      followers: new Map(),
      picture: null,
      askedMs: 0,
      events: [],
      isDrawing: false,
      leave: deps.feed.subscribe(visitor.userId, (events) => {
        crowd.events.push(...events);
        void draw(deps, crowd);
      }),
    };
    return crowd;
  };

  return {
    join: (page) => {
      const { visitor, view, query } = page;
      const key = `${visitor.userId} ${visitor.timeZone}`;
      const crowd = crowds.get(key) ?? open(visitor);
      crowds.set(key, crowd);
      for (const regions of deps.views.filter(({ name }) => name === shell || name === view))
        if (!crowd.followers.has(regions.name)) crowd.followers.set(regions.name, regions.follow(visitor));
      const leave = enter(crowd.looks, page, `${view}?${query.toString()}`);
      // After a reconnection the page is right without a reload: it gets everything as it is now.
      crowd.events.push(everything);
      void draw(deps, crowd);
      return () => {
        leave();
        const isShown = [...crowd.looks.values()].some((look) => look.view === view);
        if (!isShown && view !== shell) crowd.followers.delete(view);
        if (crowd.looks.size > 0 || crowds.get(key) !== crowd) return;
        crowd.leave();
        crowds.delete(key);
      };
    },
  };
}

function enter(looks: Map<string, Look>, page: LivePage, key: string): () => void {
  const { view, query } = page;
  const look = looks.get(key) ?? { view, query, pages: new Set(), newcomers: new Set(), sent: new Map() };
  looks.set(key, look);
  look.pages.add(page);
  look.newcomers.add(page);
  return () => {
    look.pages.delete(page);
    look.newcomers.delete(page);
    if (look.pages.size === 0 && looks.get(key) === look) looks.delete(key);
  };
}

/** One drawing at a time; what happens meanwhile is drawn together, and so is what happens in one breath. */
async function draw(deps: Deps, crowd: Crowd): Promise<void> {
  if (crowd.isDrawing) return;
  crowd.isDrawing = true;
  await Promise.resolve();
  while (crowd.events.length > 0 && crowd.looks.size > 0) {
    const events = crowd.events.splice(0);
    await showRegions(deps, crowd, events).catch(deps.onError);
    await sayOnce(crowd, events).catch(deps.onError);
  }
  crowd.isDrawing = false;
}

async function showRegions(deps: Deps, crowd: Crowd, events: readonly FeedEvent[]): Promise<void> {
  const drawn = await keepUp(deps, crowd, events);
  for (const look of crowd.looks.values()) show(look, regionsOf(deps, crowd, { ...drawn, look }));
}

/** Brings the picture up to date: by what readings have brought, or else by asking. */
async function keepUp(
  { clock, look }: Deps,
  crowd: Crowd,
  events: readonly FeedEvent[],
): Promise<{ picture: Picture; isReading: boolean }> {
  const isFresh = clock.monotonicMs() - crowd.askedMs < pictureMs;
  const after = crowd.picture === null || !isFresh ? null : pictureAfter(crowd.picture, events);
  // Where asking fails, the next event asks again.
  crowd.picture = after;
  if (after !== null) return { picture: after, isReading: true };
  crowd.askedMs = clock.monotonicMs();
  const picture = await look(crowd.visitor.userId, followedOf(crowd));
  crowd.picture = picture;
  return { picture, isReading: false };
}

const followedOf = ({ followers, looks }: Crowd): Followed[] =>
  [...followers].map(([name, follower]) => ({
    follower,
    queries: [...looks.values()].filter(({ view }) => view === name).map(({ query }) => query),
  }));

/** What one view contributes. One that fails leaves the others' regions as they are. */
function regionsOf(
  { onError }: Deps,
  { followers }: Crowd,
  { look: { view, query }, picture, isReading }: { look: Look; picture: Picture; isReading: boolean },
): string[] {
  return [...new Set([shell, view])].flatMap((name) => {
    try {
      return followers.get(name)?.draw({ picture, query, isReading }) ?? [];
    } catch (error) {
      onError(error);
      return [];
    }
  });
}

const idOf = (html: string): string => /\bid="([^"]+)"/.exec(html)?.[1] ?? html;

/** As htmx's socket wants it: the region finds its place by its own id, and keeps focus and scroll. */
const asPush = (html: string): string => html.replace(/^\s*<([\w-]+)/, '<$1 hx-swap-oob="morph"');

/** Sends what has changed, and everything to those who have just come. */
function show({ pages, newcomers, sent }: Look, regions: readonly string[]): void {
  const news = regions.filter((html) => sent.get(idOf(html)) !== html);
  for (const html of news) sent.set(idOf(html), html);
  const [some, all] = [news, [...sent.values()]].map((due) => due.map(asPush).join('\n'));
  for (const page of pages) {
    const due = (newcomers.has(page) ? all : some) ?? '';
    if (due === '') continue;
    if (page.send(due)) newcomers.delete(page);
    else newcomers.add(page);
  }
}

async function sayOnce({ followers, looks }: Crowd, events: readonly FeedEvent[]): Promise<void> {
  const toasts = (await followers.get(shell)?.toasts?.(events)) ?? [];
  if (toasts.length === 0) return;
  const html = `<div hx-swap-oob="beforeend:#toasts">${toasts.join('\n')}</div>`;
  for (const { pages } of looks.values()) for (const page of pages) page.send(html);
}
