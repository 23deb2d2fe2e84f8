import type { Tx } from '../../data/database.js';
import { dayOf } from '../../lib/day.js';
import type { Visitor } from '../../web/kit.js';
import { count } from '../../web/words.js';
import { journalChoices, type Choices } from './choice-queries.js';
import { cursorOf, placeOf } from './cursor.js';
import { chipsOf, leftOut, listHref, optionsOf, orderLinks, periodLinks } from './filter-view.js';
import { journalQuery, mostSearched, readJournalFilter, type JournalValues } from './filter.js';
import { groupsOf } from './item-view.js';
import { mostRanked, type Place } from './timeline-queries.js';
import { timelineOf, type Timeline } from './timeline.js';

/** What an address asks of the timeline. */
export interface Asking {
  visitor: Visitor;
  query: Readonly<Record<string, unknown>>;
  now: Date;
}

const pageSize = 30;

type Read = ReturnType<typeof readJournalFilter>;

const read = ({ visitor, query, now }: Asking): Read => readJournalFilter(query, visitor.timeZone, now);

const placeIn = ({ order }: Read, after: unknown): Place | null =>
  typeof after === 'string' && after !== '' ? placeOf(order, after) : null;

const withAfter = (values: JournalValues, after: string): string => {
  const query = journalQuery(values);
  return `${query === '' ? '?' : `${query}&`}after=${after}`;
};

/** Rows of a stretch, and where the next one begins. */
function stretchView(
  { written, next, terms }: Timeline,
  { values, order }: Read,
  { timeZone, after }: { timeZone: string; after: Place | null },
) {
  const isByDay = order === 'newest';
  const dayBefore = after === null ? null : dayOf(new Date(after.at), timeZone);
  const cursor = next === null ? null : withAfter(values, cursorOf(order, next));
  return {
    groups: groupsOf(written, { timeZone, terms, isByDay }, dayBefore),
    nextHref: cursor === null ? null : `/journal${cursor}`,
    moreHref: cursor === null ? null : `/journal/rows${cursor}`,
  };
}

async function stretch(tx: Tx, { visitor, query }: Asking, asked: Read) {
  const { filter, order } = asked;
  const after = placeIn(asked, query['after']);
  const timeline = await timelineOf(tx, visitor.userId, { filter, order, limit: pageSize, after });
  return { timeline, after, ...stretchView(timeline, asked, { timeZone: visitor.timeZone, after }) };
}

/** The rows behind a place, as a phone asks for them while one scrolls. Throws a Fault 400 for no place of this list. */
export async function rowsView(tx: Tx, asking: Asking) {
  const { groups, nextHref, moreHref } = await stretch(tx, asking, read(asking));
  return { groups, nextHref, moreHref };
}

const foundWord = (n: number | null): string => {
  if (n === null) return '';
  return n >= mostRanked
    ? `the best of the latest ${mostRanked} found`
    : `${count(n, 'entry', 'entries')} found`;
};

function emptyOf({ values }: Read, choices: Choices, chips: ReturnType<typeof chipsOf>) {
  if (chips.length === 0 || !choices.isWritten) return null;
  const others = chips.filter(({ label }) => label !== `“${values.q ?? ''}”`).map(({ label }) => label);
  if (values.q === undefined) return `No entry is all of this at once: ${others.join(', ')}.`;
  const among = others.length === 0 ? '' : ` in entries of this: ${others.join(', ')}`;
  return `You have not written “${values.q}”${among}. The last word may be the beginning of one; the others are looked for whole.`;
}

/** The whole region: filters and the first rows, or those behind a place. */
export async function listView(tx: Tx, asking: Asking) {
  const asked = read(asking);
  const { values, errors, refused } = asked;
  const [choices, shown] = await Promise.all([
    journalChoices(tx, asking.visitor.userId),
    stretch(tx, asking, asked),
  ]);
  const { timeline, groups, nextHref, moreHref, after } = shown;
  const chips = chipsOf(values, choices);
  return {
    ...{ groups, nextHref, moreHref, values, errors, chips, mostSearched },
    written: { ...values, ...refused },
    notices: leftOut(errors, refused),
    note: foundWord(timeline.n),
    isWhole: timeline.n === null || timeline.n < mostRanked,
    isByDay: asked.order === 'newest',
    isEmpty: !choices.isWritten,
    emptyText: emptyOf(asked, choices, chips),
    options: optionsOf(choices, values),
    periods: periodLinks(values),
    orders: orderLinks(values),
    clearHref: listHref({}),
    firstHref: after === null ? null : listHref(values),
    exportHref: `/journal/export${journalQuery(values)}`,
    selfHref: `/journal/list${journalQuery(values)}`,
  };
}
