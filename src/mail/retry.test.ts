import t from 'tap';
import { dayMs, minuteMs } from '../lib/clock.js';
import { retryAfterMs } from './retry.js';

void t.test('tries follow one another ever more rarely, from a minute to a day, and end', (t) => {
  const pauses: number[] = [];
  for (let tries = 1; tries < 100; tries += 1) {
    const pause = retryAfterMs(tries);
    if (pause === null) break;
    pauses.push(pause);
  }
  t.equal(pauses[0], minuteMs);
  t.equal(pauses.at(-1), dayMs);
  t.same(
    pauses,
    pauses.toSorted((one, other) => one - other),
  );
  const whole = pauses.reduce((sum, pause) => sum + pause, 0);
  t.ok(whole > dayMs && whole < 2 * dayMs, 'within two days, in which letters are of use');
  t.end();
});
