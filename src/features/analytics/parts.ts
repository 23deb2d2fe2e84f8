import { byHand, noExpert } from '../../domain/expert.js';
import type { Bucket } from '../../domain/stats/breakdown.js';
import { known } from '../../domain/metatrader/figure.js';
import { labelOf } from '../../web/bucket-json.js';
import { journalHelp, otherHelp } from '../../web/figure-help.js';
import { figureText } from '../../web/figure-text.js';
import { amount, decimal, span } from '../../web/figures.js';
import { isWritten, partings, partsOf, type Part, type Parting } from '../../web/parting.js';
import { sessionWord } from '../../web/session-words.js';
import { sessions } from '../../domain/sessions.js';
import { hrefWith, tradesHref, type Desk, type Query } from './ground.js';

/** Fewer trades say little: their row is grey (metrics.md §1). */
export const leastTrades = 20;
const mostParts = 60;

const words: Readonly<Record<Parting, string>> = {
  account: 'Account',
  symbol: 'Symbol',
  magic: 'Magic',
  ea: 'EA',
  side: 'Side',
  session: 'Session',
  weekday: 'Weekday',
  hour: 'Hour',
  day: 'Day',
  week: 'Week',
  month: 'Month',
  year: 'Year',
  duration: 'Time held',
  size: 'Size',
  source: 'Source',
  tag: 'Tag',
  setup: 'Setup',
  mistake: 'Mistake',
  mood: 'Mood',
  quality: 'Quality of the setup',
  plan: 'Plan',
  checklist: 'Checklist',
};

const sorts = ['key', 'trades', 'winRate', 'profitFactor', 'expectancy', 'r', 'net'] as const;
type Sort = (typeof sorts)[number];
const valueOf: Record<Exclude<Sort, 'key'>, (bucket: Bucket) => number> = {
  trades: ({ n }) => n,
  winRate: ({ wins, n }) => wins / n,
  profitFactor: ({ won, lost }) => (lost === 0 ? Infinity : won / -lost),
  expectancy: ({ net, n }) => net / n,
  r: ({ meanR }) => meanR ?? -Infinity,
  net: ({ net }) => net,
};

interface Order {
  by: Parting;
  sort: Sort;
  isDescending: boolean;
}

/** Stretches of time and classes of size stand in their own order, all else by what it came to. */
const isOrdered = (by: Parting): boolean =>
  !isWritten(by) && !['account', 'symbol', 'magic', 'ea'].includes(by);

function readOrder(query: Query): Order {
  const by = partings.find((one) => one === query['by']) ?? 'symbol';
  const text = typeof query['sort'] === 'string' ? query['sort'] : '';
  const sort = sorts.find((one) => one === text.replace(/^-/, ''));
  if (sort !== undefined) return { by, sort, isDescending: text.startsWith('-') };
  return isOrdered(by) ? { by, sort: 'key', isDescending: false } : { by, sort: 'net', isDescending: true };
}

const sorted = (parts: readonly Part[], { sort, isDescending }: Order): Part[] => {
  const sign = isDescending ? -1 : 1;
  // As they come they are in the order of their keys.
  if (sort === 'key') return isDescending ? [...parts].reverse() : [...parts];
  return [...parts].sort((a, b) => sign * (valueOf[sort](a.bucket) - valueOf[sort](b.bucket) || 0));
};

/** The filter that a bucket is, for those of which there is one. */
function filterOf(by: Parting, key: string): Record<string, string> | null {
  if (by === 'day') return { from: key, to: key, period: '' };
  if (by === 'checklist') return null;
  if (isWritten(by)) return { [by]: key === '' ? 'none' : key };
  if (by === 'ea' && key === byHand) return { ea: noExpert };
  if (key === '') return null;
  return ['account', 'symbol', 'magic', 'ea', 'side', 'session', 'source'].includes(by)
    ? { [by]: key }
    : null;
}

const sessionLabel = (key: string): string => {
  const session = sessions.find((one) => one === key);
  return session === undefined ? 'Opening not known' : sessionWord(session);
};

const partLabel = (by: Parting, key: string, desk: Desk): string =>
  by === 'session' ? sessionLabel(key) : labelOf(by, key, desk.chosen);

const pct = (part: number, whole: number): string => decimal((100 * part) / whole, 1, 1);

function rowOf({ key, bucket }: Part, order: Order, desk: Desk, most: number) {
  const { n, wins, losses, net, won, lost, meanR, heldMs } = bucket;
  const { group } = desk.chosen;
  const ground = { digits: group?.digits ?? 2, currency: '' };
  const filter = filterOf(order.by, key);
  const sum = figureText(known(net), 'money', ground);
  return {
    label: partLabel(order.by, key, desk),
    href: filter === null ? null : tradesHref(desk, filter),
    isThin: n < leastTrades,
    n: amount(String(n), 0) ?? '',
    winRate: pct(wins, n),
    results: `${wins} won, ${losses} lost`,
    profitFactor: lost === 0 ? '—' : figureText(known(won / -lost), 'ratio', ground).value,
    expectancy: figureText(known(net / n), 'money', ground),
    r: meanR === null ? '—' : figureText(known(meanR), 'ratio', ground).value,
    held: span(heldMs / n / 1000),
    net: sum,
    barPct: most === 0 ? 0 : Math.round((100 * Math.abs(net)) / most),
    isLoss: net < 0,
  };
}

const heads: readonly { sort: Sort; label: string; left?: boolean }[] = [
  { sort: 'key', label: '', left: true },
  { sort: 'trades', label: 'Trades' },
  { sort: 'winRate', label: 'Won, %' },
  { sort: 'profitFactor', label: 'Profit factor' },
  { sort: 'expectancy', label: 'Per trade' },
  { sort: 'r', label: 'R' },
  { sort: 'net', label: 'Net' },
];

/** What these columns hold. */
const columnHelp = (['trades', 'winRate', 'profitFactor', 'expectancy', 'expectancyR', 'net'] as const).map(
  (name) => journalHelp(name),
);

/** The trades in buckets, in an order, with a bar for what each came to. */
export async function partsView(desk: Desk, query: Query) {
  const order = readOrder(query);
  const { by, sort, isDescending } = order;
  const all = await partsOf(desk.tx, desk.userId, desk.chosen, by);
  const parts = sorted(all, order).slice(0, mostParts);
  const most = parts.reduce((largest, { bucket }) => Math.max(largest, Math.abs(bucket.net)), 0);
  const at = (changed: Record<string, string>): string => hrefWith('/analytics', desk, changed);
  const currency = desk.chosen.group?.currency ?? '';
  return {
    selfHref: hrefWith('/analytics/breakdown', desk, { by, sort: `${isDescending ? '-' : ''}${sort}` }),
    tabs: partings
      .filter((one) => one !== 'account' || (desk.chosen.group?.members.length ?? 0) > 1)
      .map((one) => ({ label: words[one], href: at({ by: one, sort: '' }), current: one === by })),
    by: words[by],
    note: isWritten(by) ? 'A trade with several tags is in each of them.' : '',
    left: all.length - parts.length,
    columnHelp,
    rows: parts.map((part) => rowOf(part, order, desk, most)),
    heads: heads.map((head) => ({
      ...head,
      label: head.sort === 'key' ? words[by] : head.sort === 'net' ? `Net, ${currency}` : head.label,
      id: `by-${head.sort}`,
      dir: sort === head.sort ? (isDescending ? 'desc' : 'asc') : null,
      href: at({ by, sort: sort === head.sort && isDescending ? head.sort : `-${head.sort}` }),
    })),
  };
}

/** The same alone, in their usual order. */
export async function partRows(desk: Desk, by: Parting) {
  const order = readOrder({ by });
  const parts = sorted(await partsOf(desk.tx, desk.userId, desk.chosen, by), order);
  return parts.map((part) => rowOf(part, order, desk, 0));
}

/** What each session came to, by the opening. */
export const sessionsView = async (desk: Desk) =>
  (await partRows(desk, 'session')).map((row) => ({ ...row, help: otherHelp('session', { n: row.n }) }));
