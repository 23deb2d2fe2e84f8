import fc from 'fast-check';
import t from 'tap';
import { hourMs, minuteMs } from '../lib/clock.js';
import { weekendAt } from './instrument.js';
import { sessionAt, sessions, usualWindows } from './sessions.js';

const at = (text: string): string => sessionAt(Date.parse(text));

/** The hours (UTC) of a weekday in which a session begins to hold, by looking at each minute. */
function changesOf(day: string): string[] {
  const start = Date.parse(`${day}T00:00:00Z`);
  const changes: string[] = [];
  let before = '';
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    const now = sessionAt(start + minute * minuteMs);
    if (now !== before)
      changes.push(`${new Date(start + minute * minuteMs).toISOString().slice(11, 16)} ${now}`);
    before = now;
  }
  return changes;
}

const winter = [
  '00:00 asian',
  '08:00 london',
  '13:00 overlap',
  '17:00 new-york',
  '22:00 asian', // Sydney, where it is summer, opened at 20:00 while New York was still there
];
const gap = ['00:00 asian', '08:00 london', '12:00 overlap', '17:00 new-york', '21:00 asian'];
const summer = ['00:00 asian', '07:00 london', '12:00 overlap', '16:00 new-york', '21:00 asian'];

void t.test(
  'a session begins and ends by the clocks of its place, on both sides of every change',
  async (t) => {
    t.same(changesOf('2026-03-05'), winter, 'before anybody changes');
    t.same(changesOf('2026-03-09'), gap, 'New York has summer time since the day before');
    t.same(changesOf('2026-03-26'), gap, 'and London has not');
    t.same(changesOf('2026-03-30'), summer, 'London since the day before');
    t.same(changesOf('2026-07-01'), summer);
    t.same(changesOf('2026-10-22'), summer, 'the last days of it');
    t.same(changesOf('2026-10-26'), gap, 'London has winter time since the day before, New York not');
    t.same(changesOf('2026-10-30').slice(0, 4), gap.slice(0, 4));
    t.same(changesOf('2026-11-03'), winter, 'and now New York too');
  },
);

void t.test('windows that the winter in Sydney opens later leave nobody there', async (t) => {
  t.equal(at('2026-07-01T20:59:59Z'), 'new-york');
  t.equal(at('2026-07-01T21:00:00Z'), 'asian', 'Sydney at 07:00');
  t.equal(at('2026-04-06T20:59:00Z'), 'new-york', 'Sydney has turned its clocks back on the 5th');
  t.equal(at('2026-10-05T21:00:00Z'), 'asian');
  t.equal(at('2026-01-05T09:00:00Z'), 'london', 'Tokyo closes at nine, but London is open');
});

void t.test('the weekend is nobody’s, from 17:00 in New York to 17:00 in New York', async (t) => {
  t.equal(at('2026-01-09T21:59:59Z'), 'new-york');
  t.equal(at('2026-01-09T22:00:00Z'), 'off');
  t.equal(at('2026-01-11T21:59:59Z'), 'off', 'although Sydney has been up for two hours');
  t.equal(at('2026-01-11T22:00:00Z'), 'asian');
  t.equal(at('2026-03-08T20:59:59Z'), 'off', 'the Sunday on which New York moves its clocks');
  t.equal(at('2026-03-08T21:00:00Z'), 'asian');
  t.equal(at('2026-11-01T21:59:59Z'), 'off', 'and the one on which it moves them back');
  t.equal(at('2026-11-01T22:00:00Z'), 'asian');
});

void t.test('fixed hours of UTC mislabel 1 123 of the 6 264 market hours of 2026', async (t) => {
  // The figure of metrics.md §5, found there in another way.
  const fixed = (hour: number): string => {
    if (hour < 8) return 'asian';
    if (hour < 13) return 'london';
    if (hour < 16) return 'overlap';
    return hour < 22 ? 'new-york' : 'off';
  };
  let [all, wrong] = [0, 0];
  for (let ms = Date.UTC(2026, 0, 1); ms < Date.UTC(2027, 0, 1); ms += hourMs) {
    if (weekendAt(ms).closed) continue;
    all += 1;
    if (sessionAt(ms) !== fixed(new Date(ms).getUTCHours())) wrong += 1;
  }
  t.same([all, wrong], [6_264, 1_123]);
});

void t.test('every instant has one session, the same for the whole of its minute', async () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2060, 0, 1) }), (ms) => {
      const minute = Math.floor(ms / minuteMs) * minuteMs;
      return sessions.includes(sessionAt(ms)) && sessionAt(ms) === sessionAt(minute);
    }),
  );
});

void t.test('other windows give other sessions', async (t) => {
  const paris = { zone: 'Europe/Paris', fromMinute: 8 * 60, toMinute: 16 * 60 + 30 };
  const windows = { ...usualWindows, london: paris };
  t.equal(sessionAt(Date.parse('2026-01-05T07:00:00Z'), windows), 'london');
  t.equal(sessionAt(Date.parse('2026-01-05T15:29:00Z'), windows), 'overlap');
  t.equal(sessionAt(Date.parse('2026-01-05T15:30:00Z'), windows), 'new-york');
});
