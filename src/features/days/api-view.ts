import { pageOf, pagesWithin, type SavedPage } from '../../data/journal-pages.js';
import {
  emptyPage,
  endOf,
  isEmptyPage,
  pageName,
  pageOfDay,
  type PageKey,
  type PageKind,
} from '../../domain/journal-page.js';
import { sumsJson } from '../../web/bucket-json.js';
import type { Kit } from '../../web/kit.js';
import { partsOf } from '../../web/parting.js';
import type { Made } from './api-shapes.js';
import { closedWithin, groupsOf, type Looker } from './ground.js';

/** What each page of a stretch came to, by its name: `2026-11-23`, a month `2026-11`. */
async function madeWithin(
  looker: Looker,
  kit: Pick<Kit, 'books'>,
  { kind, from, to }: { kind: PageKind; from: string; to: string },
): Promise<Map<string, Made[]>> {
  const { tx, userId, timeZone } = looker;
  const made = new Map<string, Made[]>();
  for (const chosen of await groupsOf(looker, kit, closedWithin({ from, to }, timeZone).filter)) {
    if (chosen.group === null) continue;
    const { category, currency, digits } = chosen.group;
    for (const { key, bucket } of await partsOf(tx, userId, chosen, kind))
      made.set(key, [...(made.get(key) ?? []), { category, currency, ...sumsJson(bucket, digits) }]);
  }
  return made;
}

const pageJson = (key: PageKey, saved: SavedPage, figures: Made[]) => ({
  ...(key.kind === 'month' ? { month: pageName(key) } : { date: pageName(key) }),
  ...{ plan: saved.plan, review: saved.review, lessons: saved.lessons, mood: saved.mood },
  version: saved.version,
  updatedAt: isEmptyPage(saved) ? null : (saved.updatedAt?.toISOString() ?? null),
  figures,
});

/** A page with what it came to. */
export async function pageAnswer(looker: Looker, kit: Pick<Kit, 'books'>, key: PageKey) {
  const made = await madeWithin(looker, kit, { kind: key.kind, from: key.startsOn, to: endOf(key) });
  const saved = await pageOf(looker.tx, looker.userId, key);
  return pageJson(key, saved, made.get(pageName(key)) ?? []);
}

/** The pages of a stretch on which something stands or closed, the latest first. Pages that it cuts are whole. */
export async function pagesAnswer(
  looker: Looker,
  kit: Pick<Kit, 'books'>,
  { kind, from, to }: { kind: PageKind; from: string; to: string },
) {
  const span = {
    kind,
    from: pageOfDay(kind, from).startsOn,
    to: endOf(pageOfDay(kind, to)),
  };
  const made = await madeWithin(looker, kit, span);
  const saved = await pagesWithin(looker.tx, looker.userId, span);
  const starts = new Set([
    ...saved.keys(),
    ...[...made.keys()].map((name) => (kind === 'month' ? `${name}-01` : name)),
  ]);
  return [...starts]
    .sort()
    .reverse()
    .map((startsOn) => {
      const key = { kind, startsOn };
      const page = saved.get(startsOn) ?? { ...emptyPage, version: 0, updatedAt: null };
      return pageJson(key, page, made.get(pageName(key)) ?? []);
    });
}
