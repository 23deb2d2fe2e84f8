import fc from 'fast-check';
import t from 'tap';
import { dayMs, hourMs } from '../lib/clock.js';
import { silenceOf, type Watched } from './silence.js';

const at = (text: string): number => Date.parse(text);
/** Every day at noon UTC from Monday to Friday for four weeks; the last on Friday, 30 January. */
const weekdays = Array.from({ length: 26 }, (_, day) => at('2026-01-05T12:00:00Z') + day * dayMs).filter(
  (ms) => ![0, 6].includes(new Date(ms).getUTCDay()),
);
const watched = (more: Partial<Watched>): Watched => ({
  openedMs: weekdays,
  ...{ readMs: at('2026-02-06T12:00:00Z'), nowMs: at('2026-02-06T12:00:30Z'), isAroundTheClock: false },
  ...more,
});

void t.test('three usual gaps without a trade are an alarm, and weekends are no gap', (t) => {
  t.match(silenceOf(watched({})), { kind: 'silent', gapMs: dayMs, quietMs: 5 * dayMs });
  const until = (text: string): Watched => watched({ readMs: at(text), nowMs: at(text) });
  t.equal(silenceOf(until('2026-02-04T12:00:00Z')).kind, 'usual', 'exactly three gaps are none yet');
  t.equal(silenceOf(until('2026-02-04T12:00:01Z')).kind, 'silent');
  t.equal(
    silenceOf({ ...until('2026-02-02T20:00:00Z'), isAroundTheClock: true }).kind,
    'silent',
    'what trades on weekends is missed on them',
  );
  t.end();
});

void t.test('what was not read may hold trades: no alarm', (t) => {
  const unread = silenceOf(watched({ readMs: weekdays.at(-1) ?? 0 }));
  t.match(unread, { kind: 'unread', sinceMs: weekdays.at(-1) });
  t.match(silenceOf(watched({ readMs: null })), { kind: 'unread', sinceMs: null });
  const longAgo = watched({ nowMs: at('2026-03-20T12:00:00Z') });
  t.equal(silenceOf(longAgo).kind, 'unread', 'it was silent when it was read, and that is long ago');
  t.end();
});

void t.test('fewer than ten trades, or none but in one minute, have no usual gap', (t) => {
  t.equal(silenceOf(watched({ openedMs: weekdays.slice(-9) })).kind, 'few');
  t.equal(silenceOf(watched({ openedMs: weekdays.slice(-10) })).kind, 'silent');
  t.equal(silenceOf(watched({ openedMs: weekdays.slice(-10).fill(weekdays[0] ?? 0) })).kind, 'few');
  t.end();
});

void t.test('an hour is an hour across the change of clocks', (t) => {
  // Every hour of an open market around 8 March 2026, when New York's clocks are put forward.
  const hours = Array.from({ length: 30 }, (_, hour) => at('2026-03-05T16:00:00Z') + hour * hourMs);
  const reopened = at('2026-03-08T21:00:00Z');
  const quiet = silenceOf({ openedMs: hours, readMs: reopened, nowMs: reopened, isAroundTheClock: false });
  t.match(quiet, { kind: 'usual', gapMs: hourMs, quietMs: hourMs }, 'Friday’s last hour alone counts');
  t.end();
});

void t.test('a longer wait never ends an alarm while the account is read', (t) => {
  const gaps = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 9, maxLength: 30 });
  fc.assert(
    fc.property(gaps, fc.nat(2_000), fc.nat(500), fc.boolean(), (hours, wait, more, isAroundTheClock) => {
      const openedMs = hours.reduce(
        (all, gap) => [...all, (all.at(-1) ?? 0) + gap * hourMs],
        [at('2026-01-05T00:00:00Z')],
      );
      const after = (count: number) => {
        const nowMs = (openedMs.at(-1) ?? 0) + count * hourMs;
        return silenceOf({ openedMs, readMs: nowMs, nowMs, isAroundTheClock }).kind;
      };
      t.not(after(wait), 'unread');
      if (after(wait) === 'silent') t.equal(after(wait + more), 'silent');
    }),
  );
  t.end();
});
