import { pagesWithin } from '../../data/journal-pages.js';
import { known } from '../../domain/metatrader/figure.js';
import { endOf, type PageText } from '../../domain/journal-page.js';
import { addDays } from '../../lib/day.js';
import { dayWord } from '../../web/day-words.js';
import type { Chosen } from '../../web/chosen.js';
import { figureText } from '../../web/figure-text.js';
import { partsOf, type Part } from '../../web/parting.js';
import { count } from '../../web/words.js';
import { moodWord } from './editor-view.js';
import { placeOf, type Desk } from './ground.js';
import { moneyText, tradedGroups } from './numbers.js';
import { emptyOf } from './day-view.js';
import { firstLine } from './first-line.js';
import { judgementsOf, type Judgements } from './judgements.js';
import { weekdayWord } from '../../web/journal-page-words.js';

const lineOf = ({ review, lessons, plan }: PageText): { line: string; of: string } => {
  if (firstLine(review) !== '') return { line: firstLine(review), of: '' };
  if (firstLine(lessons) !== '') return { line: firstLine(lessons), of: 'Lesson' };
  return { line: firstLine(plan), of: firstLine(plan) === '' ? '' : 'Plan' };
};

/** Each day of the stretch with what it came to and how its page begins; of a month only those that have either. */
async function daysView(desk: Desk) {
  const { tx, userId, key, today } = desk;
  const pages = await pagesWithin(tx, userId, { kind: 'day', from: key.startsOn, to: endOf(key) });
  const sums = new Map<string, { n: number; nets: ReturnType<typeof moneyText>[] }>();
  const traded = tradedGroups(desk);
  for (const chosen of traded)
    for (const { key: day, bucket } of await partsOf(tx, userId, chosen, 'day')) {
      const known = sums.get(day) ?? { n: 0, nets: [] };
      sums.set(day, {
        n: known.n + bucket.n,
        nets: [...known.nets, moneyText(bucket.net, chosen, traded.length === 1)],
      });
    }
  const days: string[] = [];
  for (let day = key.startsOn; day <= endOf(key); day = addDays(day, 1))
    if (key.kind === 'week' || sums.has(day) || pages.has(day)) days.push(day);
  return days.map((day) => {
    const page = pages.get(day);
    const made = sums.get(day);
    return {
      href: placeOf({ kind: 'day', startsOn: day }, desk),
      weekday: weekdayWord(day).slice(0, 3),
      label: dayWord(day).replace(/ \d{4}$/, ''),
      isToday: day === today,
      trades: made === undefined ? null : count(made.n, 'trade'),
      nets: made?.nets ?? [],
      mood: page?.mood == null ? '' : moodWord(page.mood),
      ...(page === undefined ? { line: '', of: '' } : lineOf(page)),
    };
  });
}

/** Buckets of a kind of money as rows of a table; where there are others too, each row says of which it is. */
const rowsOf = (parts: readonly Part[], chosen: Chosen, isOnly: boolean) =>
  parts.map(({ key, bucket }) => ({
    label: key === '' ? 'Without a setup' : key,
    isNone: key === '',
    n: String(bucket.n),
    winRate: figureText(known(bucket.wins / bucket.n), 'share', { digits: 0, currency: '' }).value,
    net: moneyText(bucket.net, chosen, isOnly),
  }));

/** What mistakes came to and what setups made, and how far the plan was kept. */
function judgedView({ groups, plan }: Judgements) {
  const isOnly = groups.length === 1;
  return {
    plan,
    mistakes: groups.flatMap(({ chosen, mistakes }) =>
      rowsOf(
        mistakes.filter(({ key }) => key !== ''),
        chosen,
        isOnly,
      ),
    ),
    setups: groups.flatMap(({ chosen, setups }) => rowsOf(setups, chosen, isOnly)),
  };
}

/** What stands beside the review of a week or a month. */
export async function reviewView(desk: Desk) {
  const traded = tradedGroups(desk);
  return {
    days: await daysView(desk),
    ...judgedView(await judgementsOf(desk)),
    empty: emptyOf(desk, traded.length),
    isLong: desk.key.kind === 'month',
    listHref: `/trades${desk.query}`,
  };
}
