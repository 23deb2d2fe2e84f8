import { endOf, pageBeside, pageKinds, pageOfDay, type PageKey } from '../../domain/journal-page.js';
import { addDays } from '../../lib/day.js';
import { monthOf } from '../../lib/month.js';
import { dayWord, zoneWord } from '../../web/day-words.js';
import type { Desk } from './ground.js';
import { netsOf } from './numbers.js';
import { hrefOf, inWords, placeWord, titleOf } from './page-words.js';

const kindWords = { day: 'Day', week: 'Week', month: 'Month' };

const stepTo = (key: PageKey | null) => (key === null ? null : { href: hrefOf(key), label: titleOf(key) });

/** A day by which the other kinds of page are found: today where it lies within, else the first. */
const dayWithin = (key: PageKey, today: string): string =>
  today >= key.startsOn && today <= endOf(key) ? today : key.startsOn;

/** What stands above a page: what it is, what it came to, and the ways to others. */
export function headView(desk: Desk) {
  const { key, today, timeZone } = desk;
  const now = pageOfDay(key.kind, today);
  const inside = dayWithin(key, today);
  return {
    title: titleOf(key),
    place: placeWord(key, today),
    span: key.kind === 'week' ? `Monday to Sunday, ${dayWord(addDays(key.startsOn, 6))}` : '',
    nets: netsOf(desk),
    previous: stepTo(pageBeside(key, -1)),
    next: stepTo(pageBeside(key, 1)),
    now: now.startsOn === key.startsOn ? null : { href: hrefOf(now), label: nowLabel(key) },
    kinds: pageKinds.map((kind) => ({
      label: kindWords[kind],
      href: hrefOf(pageOfDay(kind, inside)),
      current: kind === key.kind,
    })),
    calendarHref: `/calendar?month=${monthOf(key.startsOn)}`,
    rule: `A trade counts ${inWords(key)} when it closed then, by the clock of ${zoneWord(timeZone)}.`,
  };
}

const nowLabel = ({ kind }: PageKey): string =>
  ({ day: 'Today', week: 'This week', month: 'This month' })[kind];
