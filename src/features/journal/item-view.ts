import type { Term } from '../../data/journal-search.js';
import { adherence } from '../../domain/judgement.js';
import { dayOf } from '../../lib/day.js';
import { excerptOf, marked } from '../../lib/excerpt.js';
import { dayWord, stamp } from '../../web/day-words.js';
import { moodWord } from '../../web/mood-words.js';
import { decimal, digitsOf, lots, signed, toneOf } from '../../web/figures.js';
import type { Written } from './timeline.js';
import type { EntryRow } from './entry-queries.js';
import type { MissedRow } from '../../data/missed-trades.js';
import { hrefOf, titleOf } from '../../web/journal-page-words.js';
import { wholeText, type PageRow } from './page-queries.js';
import { planWord, qualityWord } from './words.js';

/** What the rows of a timeline have in common. */
export interface ItemGround {
  timeZone: string;
  terms: readonly Term[];
  /** whether the rows stand under the headings of their days */
  isByDay: boolean;
}

const excerptLength = 320;

/** The text as the row shows it, and the whole of it where that is more. */
function textView(text: string, { terms }: ItemGround) {
  const { parts, isCutBefore, isCutAfter } = excerptOf(text, terms, excerptLength);
  const isWhole = !isCutBefore && !isCutAfter && text.trim().split('\n').length === 1;
  return { parts, isCutBefore, isCutAfter, whole: isWhole ? null : marked(text.trim(), terms) };
}

const timeView = (at: Date, { timeZone, isByDay }: ItemGround) => {
  const { day, clock } = stamp(at, timeZone);
  const short = clock.slice(0, 5);
  return { day: dayOf(at, timeZone), clock: short, time: isByDay ? short : `${day}, ${short}` };
};

const checksWord = ({ asked, kept }: EntryRow): string[] => {
  const share = adherence({ asked, kept });
  return share === null ? [] : [`Checklist ${Math.round(share * asked.length)} of ${asked.length}`];
};

const judgementOf = (row: EntryRow): string[] => [
  ...(row.setup === null ? [] : [row.setup.name]),
  ...(row.mood === null ? [] : [moodWord(row.mood)]),
  ...(row.quality === null ? [] : [qualityWord(row.quality)]),
  ...(row.followedPlan === null ? [] : [planWord(row.followedPlan)]),
  ...checksWord(row),
];

function entryView(row: EntryRow, ground: ItemGround) {
  const net = { text: signed(row.net, digitsOf(row)), tone: toneOf(row.net) };
  const isOpen = row.isHere && row.closedAt === null;
  return {
    ...timeView(row.openedAt, ground),
    id: row.id,
    isGone: !row.isHere,
    isMissed: false,
    isOpen,
    badge: '',
    href: row.isHere ? `/trades/${row.tradeId}` : null,
    symbol: row.symbol,
    side: row.side.toUpperCase(),
    lots: `${lots(row.volume)} lots`,
    account: row.account,
    // What is still open has come to nothing yet.
    net: isOpen ? null : { ...net, currency: row.currency ?? '' },
    tags: row.tags.map(({ name, colour }) => ({ name, colour })),
    mistakes: row.mistakes.map(({ name }) => name),
    judgement: judgementOf(row),
    reason: '',
    text: textView(row.notes, ground),
    removalHref: row.isHere ? null : `/journal/entries/${row.id}/removal`,
  };
}

const expectedWord = (expectedR: string): string =>
  `${String(signed(decimal(Number(expectedR), 4), 0))} R expected`;

function missedView(row: MissedRow, ground: ItemGround) {
  return {
    ...timeView(row.seenAt, ground),
    id: row.id,
    isGone: false,
    isMissed: true,
    isOpen: false,
    badge: '',
    href: `/journal/missed/${row.id}`,
    symbol: row.symbol,
    side: row.side.toUpperCase(),
    lots: null,
    account: null,
    net: null,
    tags: [],
    mistakes: [],
    judgement: [
      ...(row.setup === null ? [] : [row.setup]),
      ...(row.mood === null ? [] : [moodWord(row.mood)]),
      ...(row.expectedR === null ? [] : [expectedWord(row.expectedR)]),
    ],
    reason: row.reason,
    text: textView(row.notes, ground),
    removalHref: null,
  };
}

const pageBadge = { day: 'day', week: 'week', month: 'month' } as const;

function pageView(row: PageRow, ground: ItemGround) {
  return {
    ...timeView(row.at, ground),
    ...(ground.isByDay ? { time: '' } : { time: dayWord(dayOf(row.at, ground.timeZone)) }),
    ...{ id: row.id, isGone: false, isMissed: false, isOpen: false },
    badge: pageBadge[row.kind],
    href: hrefOf(row),
    symbol: titleOf(row),
    ...{ side: null, lots: null, account: null, net: null, tags: [], mistakes: [] },
    judgement: row.mood === null ? [] : [moodWord(row.mood)],
    reason: '',
    text: textView(wholeText(row), ground),
    removalHref: null,
  };
}

/** A row of the timeline. */
function itemOf(written: Written, ground: ItemGround) {
  if (written.kind === 'entry') return entryView(written.row, ground);
  return written.kind === 'missed' ? missedView(written.row, ground) : pageView(written.row, ground);
}

type Item = ReturnType<typeof itemOf>;

/** A heading of a day, or '' for none, over the rows that follow. */
export interface Group {
  heading: string;
  items: Item[];
}

const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long', timeZone: 'UTC' });
const dayHeading = (day: string): string =>
  `${weekday.format(new Date(`${day}T12:00:00Z`))}, ${dayWord(day)}`;

/** Rows under the days they belong to; those of `dayBefore` go on without a heading of their own. */
export function groupsOf(all: readonly Written[], ground: ItemGround, dayBefore: string | null): Group[] {
  const groups: Group[] = [];
  let day = ground.isByDay ? dayBefore : '';
  for (const item of all.map((written) => itemOf(written, ground))) {
    const own = ground.isByDay ? item.day : '';
    const last = groups.at(-1);
    if (last !== undefined && own === day) last.items.push(item);
    else groups.push({ heading: own === day ? '' : dayHeading(own), items: [item] });
    day = own;
  }
  return groups;
}
