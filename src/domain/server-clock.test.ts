import fc from 'fast-check';
import t from 'tap';
import { dayMs, hourMs } from '../lib/clock.js';
import {
  type ClockReading,
  type ClockRule,
  judge,
  measuredOffset,
  offsetAt,
  parseRule,
  ruleFromWeekStarts,
  weekStartsIn,
  toServer,
  toUtc,
} from './server-clock.js';

const at = (text: string): number => Date.parse(text);
const anyRule = fc.constantFrom<ClockRule>(
  'ny+7',
  'Europe/Athens',
  'Europe/London',
  'fixed:0',
  'fixed:-18000',
);
const instant = fc.integer({ min: at('2005-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') });
const read = (rule: ClockRule, ...times: string[]): ClockReading[] =>
  times.map((time) => ({ utcMs: at(time), offsetS: offsetAt(rule, at(time)) }));

const winter = '2026-01-14T12:00:00Z';
const summer = '2026-07-15T12:00:00Z';
/** America has summer time, Europe has not. */
const mismatch = '2026-03-18T12:00:00Z';

void t.test('a rule is read as it was stored, and nothing else is', async (t) => {
  for (const text of ['ny+7', 'Europe/Athens', 'fixed:0', 'fixed:-18000', 'fixed:86400'])
    t.equal(parseRule(text), text);
  const wrong = [
    '',
    'ny+8',
    'NY+7',
    'EET',
    'Mars/Olympus',
    '/',
    'fixed:',
    'fixed:1.5',
    'fixed:-0',
    'fixed:007',
  ];
  for (const text of [...wrong, 'fixed:86401', 'fixed:1e3', 'fixed:0 ', ' ny+7'])
    t.throws(() => parseRule(text), { name: 'RangeError' }, text);
});

void t.test('New York + 7 h changes on American dates, Athens on European ones', async (t) => {
  const offsets = (rule: ClockRule): number[] =>
    [winter, mismatch, summer].map((time) => offsetAt(rule, at(time)));
  t.same(offsets('ny+7'), [7200, 10800, 10800]);
  t.same(offsets('Europe/Athens'), [7200, 7200, 10800]);
  t.same(offsets('fixed:3600'), [3600, 3600, 3600]);
  t.equal(offsetAt('ny+7', at('2026-03-08T06:59:59Z')), 7200);
  t.equal(offsetAt('ny+7', at('2026-03-08T07:00:00Z')), 10800);
});

void t.test('server time leads back to the instant, or to the first of two that show it', async () => {
  fc.assert(
    fc.property(anyRule, instant, (rule, utcMs) => {
      const back = toUtc(rule, toServer(rule, utcMs));
      return back === utcMs || (back === utcMs - hourMs && toServer(rule, back) === toServer(rule, utcMs));
    }),
    { numRuns: 2000 },
  );
});

void t.test('the day of New York closes at the midnight of its server', async (t) => {
  for (const close of ['2026-01-14T22:00:00Z', '2026-03-18T21:00:00Z', '2026-07-15T21:00:00Z'])
    t.equal(toServer('ny+7', at(close)) % dayMs, 0, close);
});

void t.test('the repeated hour gives the earlier instant, the skipped hour counts on', async (t) => {
  t.equal(toUtc('ny+7', at('2026-11-01T08:30:00Z')), at('2026-11-01T05:30:00Z'));
  t.equal(toUtc('ny+7', at('2026-03-08T09:30:00Z')), at('2026-03-08T07:30:00Z'));
  t.equal(toUtc('fixed:7200', at('2026-03-08T09:30:00Z')), at('2026-03-08T07:30:00Z'));
});

void t.test('an offset is measured to the quarter of an hour', async (t) => {
  t.equal(measuredOffset(at('2026-07-15T15:00:03Z'), at(summer)), 10800);
  t.equal(measuredOffset(at('2026-07-15T17:25:00Z'), at(summer)), 19800);
  t.ok(Object.is(measuredOffset(at(summer) - 1000, at(summer)), 0), 'no sign on zero');
  const offset = fc.integer({ min: -48, max: 56 }).map((quarter) => quarter * 900);
  fc.assert(
    fc.property(offset, fc.integer({ min: -449_000, max: 449_000 }), instant, (offsetS, lateMs, utcMs) =>
      Object.is(measuredOffset(utcMs + offsetS * 1000 - lateMs, utcMs), offsetS),
    ),
  );
});

void t.test('nothing measured is assumed, by the vote of the candles where there is one', async (t) => {
  t.same(judge([], 'fixed:0'), { rule: 'fixed:0', state: 'assumed', rivals: [] });
  t.same(judge([], 'fixed:0', 'Europe/Athens'), { rule: 'Europe/Athens', state: 'assumed', rivals: [] });
});

void t.test(
  'one season leaves rivals; the likeliest is taken until another measurement decides',
  async (t) => {
    const first = judge(read('Europe/Athens', summer), 'fixed:0');
    t.equal(first.rule, 'ny+7');
    t.equal(first.state, 'measured');
    t.ok(first.rivals.includes('Europe/Athens') && first.rivals.includes('fixed:10800'));
    const second = judge(read('Europe/Athens', summer, mismatch), first.rule);
    t.same(second, { rule: 'Europe/Athens', state: 'measured', rivals: [] });
    t.same(judge(read('ny+7', winter, mismatch, summer), 'fixed:0'), {
      rule: 'ny+7',
      state: 'measured',
      rivals: [],
    });
  },
);

void t.test('the vote of the candles goes before likelihood, never before a measurement', async (t) => {
  t.equal(judge(read('Europe/Athens', summer), 'fixed:0', 'Europe/Athens').rule, 'Europe/Athens');
  t.equal(judge(read('ny+7', summer, mismatch), 'fixed:0', 'Europe/Athens').rule, 'ny+7');
});

void t.test('a rule that still fits is kept, also one that nobody would have guessed', async (t) => {
  t.equal(judge(read('Europe/Athens', summer), 'Europe/Helsinki').rule, 'Europe/Helsinki');
  t.equal(judge(read('ny+7', summer), 'fixed:10800').rule, 'fixed:10800');
});

void t.test('clocks without summer time are fixed, London is told from UTC in summer', async (t) => {
  t.same(judge(read('fixed:0', winter), 'fixed:0').rule, 'fixed:0');
  t.same(judge(read('fixed:0', winter, summer), 'ny+7'), { rule: 'fixed:0', state: 'measured', rivals: [] });
  t.same(judge(read('fixed:10800', winter, summer), 'fixed:0').rule, 'fixed:10800');
  t.same(judge(read('Europe/London', winter, summer), 'fixed:0').rule, 'Europe/London');
  t.same(judge(read('Europe/Berlin', winter, mismatch, summer), 'fixed:0').rule, 'Europe/Berlin');
});

void t.test('readings that no rule explains contradict, and nothing new is derived', async (t) => {
  const readings = [...read('ny+7', winter), { utcMs: at(summer), offsetS: 18_900 }];
  t.same(judge(readings, 'ny+7'), { rule: 'ny+7', state: 'contradicted', rivals: [] });
  t.equal(judge(readings, 'fixed:0', 'Europe/Athens').rule, 'fixed:0');
});

void t.test('a server that moves its clock some hours late at the weekend contradicts nothing', async (t) => {
  const late = { utcMs: at('2026-03-08T20:00:00Z'), offsetS: 7200 };
  t.equal(judge([...read('ny+7', winter, mismatch), late], 'ny+7').state, 'measured');
  const tooLate = { utcMs: at('2026-03-10T20:00:00Z'), offsetS: 7200 };
  t.equal(judge([...read('ny+7', winter, summer, mismatch), tooLate], 'ny+7').state, 'contradicted');
});

void t.test('whichever rule a server keeps, its readings are never contradicted', async () => {
  fc.assert(
    fc.property(anyRule, fc.array(instant, { minLength: 1, maxLength: 30 }), (rule, times) => {
      const readings = times.map((utcMs) => ({ utcMs, offsetS: offsetAt(rule, utcMs) }));
      const { rule: found, state, rivals } = judge(readings, 'fixed:0');
      return state === 'measured' && [found, ...rivals].some((one) => one === rule);
    }),
  );
});

/** The first H1 bar of each week of 2025 and 2026 as a server with that rule shows it. */
const weekStarts = (rule: ClockRule, weeks = 104): number[] =>
  Array.from({ length: weeks }, (_, week) =>
    toServer(rule, toUtc('America/New_York', at('2025-01-05T17:00:00Z') + week * 7 * dayMs)),
  );

void t.test('two years of week starts name the rule', async (t) => {
  for (const rule of [
    'ny+7',
    'Europe/Athens',
    'Europe/London',
    'fixed:0',
    'fixed:7200',
    'fixed:10800',
  ] as const)
    t.equal(ruleFromWeekStarts(weekStarts(rule)), rule);
  t.ok(weekStarts('ny+7').every((bar) => new Date(bar).getUTCDay() === 1 && bar % dayMs === 0));
});

void t.test('holidays and missing bars do not change the vote', async (t) => {
  const late = (everyNth: number) => (bar: number, week: number) =>
    week % everyNth === 0 ? bar + 25 * hourMs : bar;
  t.equal(ruleFromWeekStarts(weekStarts('ny+7').map(late(10))), 'ny+7');
  t.equal(ruleFromWeekStarts(weekStarts('Europe/Athens').map(late(10))), 'Europe/Athens');
  t.equal(ruleFromWeekStarts(weekStarts('ny+7').map(late(3))), null, 'too much noise is no vote');
});

void t.test('weeks of one season cannot tell', async (t) => {
  t.equal(ruleFromWeekStarts([]), null);
  t.equal(ruleFromWeekStarts(weekStarts('ny+7', 9)), null);
});

void t.test(
  'a week starts with the first bar after a weekend, not after a holiday, in whatever order bars come',
  (t) => {
    const mondayMs = Date.UTC(2026, 5, 1);
    const hours = (fromDay: number, count: number): number[] =>
      Array.from({ length: count }, (_, hour) => mondayMs + fromDay * 86_400_000 + hour * 3_600_000);
    const bars = [...hours(0, 120), ...hours(7, 48), ...hours(10, 48), ...hours(14, 5)];
    t.same(
      weekStartsIn(bars),
      [7, 14].map((day) => mondayMs + day * 86_400_000),
    );
    t.same(weekStartsIn([...bars].reverse()), weekStartsIn(bars));
    t.same(weekStartsIn([]), []);
    t.end();
  },
);
