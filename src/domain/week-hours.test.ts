import fc from 'fast-check';
import t from 'tap';
import { hourMs } from '../lib/clock.js';
import { weekendAt } from './instrument.js';
import { toServer, type ClockRule } from './server-clock.js';
import { dealsAtRest, likeliestRule, noteHour, type WeekHours } from './week-hours.js';

const rules: [ClockRule, ...ClockRule[]] = [
  'ny+7',
  'Europe/Athens',
  'fixed:0',
  'Europe/London',
  'fixed:10800',
];

/** A deal in each hour of these weeks in which the market is open, as a server with this clock tells them. */
const dealtBy = (rule: ClockRule, fromUtc: string, weeks: number, symbol = 'EURUSD.m'): WeekHours => {
  const hours: WeekHours = new Map();
  const start = Date.parse(fromUtc);
  for (let hour = 0; hour < weeks * 168; hour += 1) {
    const utcMs = start + hour * hourMs;
    if (!weekendAt(utcMs).closed) noteHour(hours, symbol, toServer(rule, utcMs));
  }
  return hours;
};

void t.test('a server’s clock shows in when its weeks end and begin', async (t) => {
  // January and July, and the weeks of March in which America has summer time and Europe has not.
  for (const rule of rules) {
    const hours = new Map([
      ...dealtBy(rule, '2026-01-05T00:00Z', 3),
      ...dealtBy(rule, '2026-03-09T00:00Z', 3),
      ...dealtBy(rule, '2026-07-06T00:00Z', 3),
    ]);
    t.equal(dealsAtRest(rule, hours), 0, rule);
    t.equal(likeliestRule(rules, hours), rule);
  }
});

void t.test('the right clock never has a deal in the weekend', async () => {
  fc.assert(
    fc.property(fc.constantFrom(...rules), fc.integer({ min: 0, max: 500 }), (rule, week) => {
      const from = new Date(Date.UTC(2020, 0, 6) + week * 168 * hourMs).toISOString();
      return dealsAtRest(rule, dealtBy(rule, from, 1)) === 0;
    }),
    { numRuns: 60 },
  );
});

void t.test('coins and indices say nothing, and neither does the middle of the week', async (t) => {
  const saturday = Date.parse('2026-01-10T12:00Z');
  const hours: WeekHours = new Map();
  for (const symbol of ['BTCUSD', 'US30', '']) noteHour(hours, symbol, saturday);
  noteHour(hours, 'EURUSD', Date.parse('2026-01-07T12:00Z'));
  t.equal(hours.size, 0);
  noteHour(hours, 'EURUSD', saturday);
  noteHour(hours, 'EURUSD', saturday + 1);
  t.same([...hours.values()], [2]);
  t.equal(dealsAtRest('ny+7', hours), 2);
  t.equal(likeliestRule(['fixed:0', 'ny+7'], hours), 'fixed:0', 'where all are wrong the likeliest stays');
});
