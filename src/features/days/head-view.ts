import { endOf, pageBeside, pageKinds, pageOfDay, type PageKey } from '../../domain/journal-page.js';
import { addDays } from '../../lib/day.js';
import { monthOf } from '../../lib/month.js';
import { dayWord } from '../../web/day-words.js';
import { withAccounts } from '../../web/account-filter.js';
import { placeOf, type Desk } from './ground.js';
import { netsOf } from './numbers.js';
import { placeWord, titleOf, whenWords } from '../../web/journal-page-words.js';

const kindWords = { day: 'Day', week: 'Week', month: 'Month' };

const stepTo = (key: PageKey | null, desk: Desk) =>
  key === null ? null : { href: placeOf(key, desk), label: titleOf(key) };

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
    previous: stepTo(pageBeside(key, -1), desk),
    next: stepTo(pageBeside(key, 1), desk),
    now: now.startsOn === key.startsOn ? null : { href: placeOf(now, desk), label: nowLabel(key) },
    kinds: pageKinds.map((kind) => ({
      label: kindWords[kind],
      href: placeOf(pageOfDay(kind, inside), desk),
      current: kind === key.kind,
    })),
    calendarHref: withAccounts(`/calendar?month=${monthOf(key.startsOn)}`, desk.accounts),
    rule: `A trade counts ${whenWords(key)} it closed in ${timeZone}.`,
  };
}

const nowLabel = ({ kind }: PageKey): string =>
  ({ day: 'Today', week: 'This week', month: 'This month' })[kind];
