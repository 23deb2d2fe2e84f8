import { count } from '../../web/words.js';
import { filtersView } from './filters.js';
import { hrefWith, tradesHref, type Desk } from './ground.js';

/** The kinds of money among which one is looked at. */
const groupsOf = (desk: Desk, hrefOf: (group: string) => string) => {
  const { group, others } = desk.chosen;
  if (group === null || others.length === 0) return [];
  const item = ({ category, currency }: { category: string; currency: string }, current: boolean) => ({
    label: `${category} ${currency}`,
    href: hrefOf(`${category}-${currency}`),
    current,
  });
  return [item(group, true), ...others.map((other) => item(other, false))];
};

const noteOf = ({ chosen }: Desk): string => {
  const { group, trades } = chosen;
  if (group === null) return '';
  const accounts =
    group.members.length === 1 ? (group.members[0]?.label ?? '') : `${group.members.length} accounts`;
  return `${count(trades.ids.length, 'closed trade')} · ${group.category} ${group.currency} · ${accounts}`;
};

const pages = [
  { path: '/analytics', label: 'Overview', title: 'Analytics' },
  { path: '/analytics/figures', label: 'Every figure', title: 'Every figure' },
  { path: '/calendar', label: 'Calendar', title: 'Calendar' },
  { path: '/analytics/months', label: 'Months', title: 'Months' },
  { path: '/analytics/compare', label: 'Compare', title: 'Compare' },
  { path: '/analytics/report', label: 'Report', title: 'Report' },
] as const;
export type Path = (typeof pages)[number]['path'];

/** What stands above all: what is looked at, and the way to the other pages. */
export function topView(
  desk: Desk,
  path: Path,
  groupHref = (group: string): string => hrefWith(path, desk, { group }),
) {
  const { chosen, more } = desk;
  return {
    path,
    // The calendar shows a month, and months are shown all.
    hasPeriods: !['/calendar', '/analytics/months', '/analytics/compare'].includes(path),
    title: pages.find((page) => page.path === path)?.title ?? '',
    more: Object.entries(more).map(([name, value]) => ({ name, value })),
    note: noteOf(desk),
    tabs: pages.map((page) => ({
      label: page.label,
      href: hrefWith(page.path, desk),
      current: page.path === path,
    })),
    groups: groupsOf(desk, groupHref),
    isEmpty: chosen.book.trades.ids.length === 0,
    n: chosen.trades.ids.length,
  };
}

/** The same with the filters, on each of the pages that has one set of them. */
export const headView = async (desk: Desk, path: Path) => ({
  ...topView(desk, path),
  filters: await filtersView(desk, path),
  tradesHref: tradesHref(desk),
});
