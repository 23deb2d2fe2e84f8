import fc from 'fast-check';
import t from 'tap';
import { addDays, dayOf, isDay, startOfDay, wallClock, weekdayOf } from './day.js';

const begin = (day: string, zone: string): string => startOfDay(day, zone).toISOString();

void t.test('a day begins at midnight of its zone, in winter and in summer', async (t) => {
  t.equal(begin('2026-11-21', 'UTC'), '2026-11-21T00:00:00.000Z');
  t.equal(begin('2026-11-21', 'Europe/Berlin'), '2026-11-20T23:00:00.000Z');
  t.equal(begin('2026-07-01', 'Europe/Berlin'), '2026-06-30T22:00:00.000Z');
  t.equal(begin('2026-11-21', 'America/New_York'), '2026-11-21T05:00:00.000Z');
  t.equal(begin('2026-11-21', 'Asia/Kathmandu'), '2026-11-20T18:15:00.000Z');
});

void t.test('the days on which clocks change have 23 and 25 hours', async (t) => {
  const hours = (day: string, zone: string): number =>
    (startOfDay(addDays(day, 1), zone).getTime() - startOfDay(day, zone).getTime()) / 3_600_000;
  t.equal(hours('2026-03-29', 'Europe/Berlin'), 23);
  t.equal(hours('2026-10-25', 'Europe/Berlin'), 25);
  t.equal(hours('2026-11-01', 'America/New_York'), 25);
});

void t.test('where midnight is jumped over the day begins with the jump', async (t) => {
  t.equal(begin('2024-03-31', 'Asia/Beirut'), '2024-03-30T22:00:00.000Z');
  t.equal(wallClock(startOfDay('2024-03-31', 'Asia/Beirut'), 'Asia/Beirut'), '2024-03-31 01:00:00');
});

void t.test('an instant belongs to the day that has begun and to no other', async () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Beirut',
    'Australia/Lord_Howe',
    'Asia/Tokyo',
  ];
  const instants = fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) });
  fc.assert(
    fc.property(instants, fc.constantFrom(...zones), (ms, zone) => {
      const day = dayOf(new Date(ms), zone);
      return startOfDay(day, zone).getTime() <= ms && ms < startOfDay(addDays(day, 1), zone).getTime();
    }),
  );
});

void t.test('what is no day of the calendar is none', async (t) => {
  t.ok(['2024-02-29', '1970-01-01', '2999-12-31'].every(isDay));
  for (const odd of [
    '2026-02-29',
    '2026-13-01',
    '0001-01-01',
    '26-01-01',
    '2026-1-1',
    '',
    '2026-01-01T00:00',
  ])
    t.notOk(isDay(odd), odd);
  t.same(['2026-11-16', '2026-11-21', '2026-11-22'].map(weekdayOf), [0, 5, 6]);
});
