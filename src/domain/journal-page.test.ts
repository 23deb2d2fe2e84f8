import fc from 'fast-check';
import t from 'tap';
import { addDays, isDay, weekdayOf } from '../lib/day.js';
import { endOf, namedPage, pageBeside, pageKinds, pageName, pageOfDay } from './journal-page.js';

const day = fc.integer({ min: 4, max: 300_000 }).map((count) => addDays('1970-01-01', count));
const kind = fc.constantFrom(...pageKinds);

void t.test('a week begins on Monday and ends on Sunday, a month with its last day', async (t) => {
  t.equal(pageOfDay('week', '2026-03-01').startsOn, '2026-02-23');
  t.equal(endOf({ kind: 'week', startsOn: '2026-02-23' }), '2026-03-01');
  t.equal(endOf({ kind: 'month', startsOn: '2028-02-01' }), '2028-02-29');
  t.equal(endOf({ kind: 'day', startsOn: '2026-02-28' }), '2026-02-28');
});

void t.test('what is no day of the calendar names no page', async (t) => {
  for (const name of [
    '',
    'today',
    '2026-02-30',
    '2026-2-3',
    '1969-12-31',
    '3000-01-01',
    '2026-02-03T10:00',
    '../x',
  ])
    for (const one of ['day', 'week'] as const) t.equal(namedPage(one, name), null, `${one} ${name}`);
  for (const name of ['2026-13', '2026-00', '2026', '2026-02-03', 'x'])
    t.equal(namedPage('month', name), null, name);
  t.equal(namedPage('week', '1970-01-01'), null, 'its Monday lies before the calendar');
});

void t.test('every day lies within its page, and the page is found by its own name', async () => {
  fc.assert(
    fc.property(kind, day, (one, at) => {
      const key = pageOfDay(one, at);
      const isWithin = key.startsOn <= at && at <= endOf(key);
      const isFound = namedPage(one, pageName(key))?.startsOn === key.startsOn;
      return isWithin && isFound && (one !== 'week' || weekdayOf(key.startsOn) === 0);
    }),
  );
});

void t.test('the page beside begins on the day after the last, and leads back', async () => {
  fc.assert(
    fc.property(kind, day, (one, at) => {
      const key = pageOfDay(one, at);
      const next = pageBeside(key, 1);
      if (next === null) return !isDay(addDays(endOf(key), 1));
      return next.startsOn === addDays(endOf(key), 1) && pageBeside(next, -1)?.startsOn === key.startsOn;
    }),
  );
});
