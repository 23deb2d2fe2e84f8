import t from 'tap';
import { secondMs } from '../lib/clock.js';
import { TestTime } from '../testing/time.js';
import { isWell, keepFed, measureLag, type Pulse } from './watchdog.js';

void t.test(
  'a process is well while nothing waits a second for its turn and the scheduler looks',
  async (t) => {
    const cases: [lagMs: number, sinceLookMs: number | null, isIt: boolean][] = [
      [0, null, true],
      [50, 0, true],
      [999, 15_000, true],
      [50, 30_000, true],
      [1_000, 0, false],
      [1_000, null, false],
      [50, 30_001, false],
      [60_000, 60_000, false],
    ];
    for (const [lagMs, sinceLookMs, isIt] of cases)
      t.equal(isWell({ lagMs, sinceLookMs }), isIt, `lag ${lagMs}, looked ${sinceLookMs ?? 'never'} ms ago`);
  },
);

function kept() {
  const time = new TestTime();
  const pulse: Pulse = { lagMs: 50, sinceLookMs: 0 };
  const [fed, unwell]: [number[], number[]] = [[], []];
  const end = keepFed(30 * secondMs, {
    after: time.after,
    pulse: () => ({ ...pulse }),
    feed: () => void fed.push(time.monotonicMs()),
    unwell: () => void unwell.push(time.monotonicMs()),
  });
  return { time, pulse, fed, unwell, end };
}

void t.test(
  'it is fed three times in the time that it may be silent, and no more once it has ended',
  async (t) => {
    const { time, fed, unwell, end } = kept();
    await time.pass(25 * secondMs);
    t.same(fed, [0, 10_000, 20_000]);
    t.same(unwell, []);
    end();
    await time.pass(60 * secondMs);
    t.equal(fed.length, 3);
    t.equal(time.waiting, 0);
  },
);

void t.test(
  'one slow moment leaves no gap of the whole time, a scheduler that stopped leaves it',
  async (t) => {
    const { time, pulse, fed, unwell } = kept();
    await time.pass(5 * secondMs);
    pulse.lagMs = 3_000;
    await time.pass(10 * secondMs);
    pulse.lagMs = 50;
    await time.pass(10 * secondMs);
    t.same(fed, [0, 20_000], 'less than 30 s apart');
    t.same(unwell, [10_000]);
    pulse.sinceLookMs = 31_000;
    await time.pass(60 * secondMs);
    t.equal(fed.at(-1), 20_000, 'and never again');
  },
);

void t.test('the lag is that of this process since it was last asked', async (t) => {
  const lagMs = measureLag();
  await new Promise((resolve) => setTimeout(resolve, 200));
  t.ok(lagMs() < 1_000, 'at rest');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const endMs = performance.now() + 1_200;
  while (performance.now() < endMs);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const felt = lagMs();
  t.ok(felt >= 1_000, `busy for 1.2 s: ${Math.round(felt)} ms`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  t.ok(lagMs() < 1_000, 'and over');
});
