import t from 'tap';
import type { Database } from '../data/database.js';
import { minuteMs, secondMs } from '../lib/clock.js';
import { TestTime } from '../testing/time.js';
import type { Visit } from '../domain/tally.js';
import type { SlotView } from '../terminals/slot.js';
import type { Slot } from '../terminals/supervisor.js';
import { lightEveryMs } from './costs.js';
import { Residents } from './residents.js';
import { Roster, type Entry } from './roster.js';
import { Scheduler } from './scheduler.js';
import type { Errand, Outcome } from './visit.js';

const read: Outcome = { kind: 'read', events: [], pullMs: 300 };

/** Slots that are always there; a visit ends when the test says so. */
function stage(outcomeOf: (errand: Errand) => Outcome | Promise<Outcome>, slots = 2) {
  const time = new TestTime();
  const roster = new Roster({} as Database, () => time.monotonicMs());
  const visits: (Errand & { atMs: number })[] = [];
  const errors: unknown[] = [];
  const spread = { p50: null, p95: null, count: 0 };
  const view = { state: 'ready', account: null, switchMs: { same: spread, other: spread } };
  const slot = (number: number): Slot => ({
    number,
    role: 'accounts',
    isFree: () => true,
    view: () => view as unknown as SlotView,
    call: () => Promise.reject(new Error('nobody calls here')),
  });
  const measured: Visit[] = [];
  let onVisited: (entry: Entry, outcome: Outcome) => void = () => undefined;
  const scheduler = new Scheduler({
    ...{ clock: time, after: time.after, roster, residents: new Residents() },
    random: () => 0.5,
    slots: Array.from({ length: slots }, (_, index) => slot(index + 1)),
    visit: async (errand) => {
      visits.push({ ...errand, atMs: time.monotonicMs() });
      return outcomeOf(errand);
    },
    onVisited: (entry, outcome) => onVisited(entry, outcome),
    onMeasured: (visit) => void measured.push(visit),
    onError: (error) => void errors.push(error),
    isSlow: () => false,
  });
  const enter = (accountId: string, more: Partial<Entry> = {}): Entry => {
    const dueMs = time.monotonicMs();
    const entry: Entry = {
      ...{ userId: 'ann', accountId, server: 'A', login: accountId, lightDueMs: dueMs, fullDueMs: dueMs },
      ...{ asked: false, failures: 0, revision: 0, restsUntilMs: 0, priority: 0 },
      ...more,
    };
    roster.entries.set(accountId, entry);
    scheduler.wake();
    return entry;
  };
  const tell = (told: typeof onVisited): void => void (onVisited = told);
  return { time, roster, scheduler, visits, errors, measured, enter, tell };
}

const times = (visits: readonly { atMs: number }[]): number[] =>
  visits.slice(1).map(({ atMs }, index) => atMs - (visits[index]?.atMs ?? 0));

await t.test('an account is read every 15 s, and its deals with every fourth visit or so', async (t) => {
  const { time, visits, enter } = stage(() => read);
  enter('one');
  await time.pass(10 * minuteMs);
  t.ok(visits.length >= 40 && visits.length <= 70, `${visits.length} visits in ten minutes`);
  const full = visits.filter(({ withHistory }) => withHistory).length;
  t.ok(full >= 9 && full <= 12, `${full} of them with deals`);
});

await t.test(
  'what fails for unknown reasons is tried again ever more rarely, asked for or not',
  async (t) => {
    for (const more of [{}, { asked: true }, { fullDueMs: null }, { fullDueMs: null, asked: true }]) {
      const { time, visits, errors, enter } = stage(() => Promise.reject(new Error('no idea')));
      enter('one', more);
      await time.pass(30 * minuteMs);
      t.ok(visits.length <= 18, `${visits.length} visits in half an hour`);
      t.ok(visits.length >= 10, 'and it is not forgotten');
      t.equal(errors.length, visits.length);
      t.ok(times(visits).every((ms) => ms >= secondMs));
    }
  },
);

await t.test('after a failure that passed, pauses begin small again', async (t) => {
  let isBroken = true;
  const { time, visits, enter } = stage(() => (isBroken ? { kind: 'later', blame: 'terminal' } : read));
  enter('one');
  await time.pass(5 * minuteMs);
  isBroken = false;
  await time.pass(6 * minuteMs);
  isBroken = true;
  await time.pass(lightEveryMs);
  const before = visits.length;
  await time.pass(lightEveryMs);
  t.ok(visits.length - before >= 1);
  t.same(visits.at(-1)?.failures === 0, false, 'a visit knows how many came to nothing before it');
});

await t.test('a listener, or a visit, that throws stops nobody', async (t) => {
  const { time, visits, errors, enter, tell } = stage(() => read);
  tell(() => {
    throw new Error('a listener');
  });
  enter('one');
  enter('two');
  await time.pass(2 * minuteMs);
  t.ok(visits.filter(({ accountId }) => accountId === 'one').length >= 7);
  t.ok(visits.filter(({ accountId }) => accountId === 'two').length >= 7);
  t.equal(errors.length, visits.length);
});

await t.test(
  'an account is never read twice at a time, also when it leaves and returns meanwhile',
  async (t) => {
    const ends: ((outcome: Outcome) => void)[] = [];
    const { time, roster, visits, enter, scheduler } = stage(
      () => new Promise((resolve) => ends.push(resolve)),
    );
    enter('one');
    roster.entries.delete('one');
    const again = enter('one', { asked: true });
    await time.pass(minuteMs);
    t.equal(visits.length, 1);
    ends[0]?.({ kind: 'owner' });
    await time.pass(secondMs);
    t.equal(visits.length, 2, 'the new one is read when the old visit has ended');
    t.equal(roster.entries.get('one'), again, 'and is not removed by what the old one came to');
    ends[1]?.(read);
    await time.pass(0);
    t.equal(scheduler.reading, 0);
  },
);

await t.test('asked for during a visit, an account is read once more at once', async (t) => {
  const ends: ((outcome: Outcome) => void)[] = [];
  const { time, visits, enter } = stage(() => new Promise((resolve) => ends.push(resolve)));
  const entry = enter('one');
  Object.assign(entry, { asked: true, lightDueMs: time.monotonicMs() });
  ends[0]?.(read);
  await time.pass(secondMs);
  t.same(
    visits.map(({ isWhole }) => isWhole),
    [false, true],
  );
  t.equal(entry.asked, false);
});

await t.test('an owner who acts while a visit finds that it waits for them is not overlooked', async (t) => {
  const ends: ((outcome: Outcome) => void)[] = [];
  const { time, roster, visits, enter } = stage(() => new Promise((resolve) => ends.push(resolve)));
  const entry = enter('one');
  entry.revision += 1;
  ends[0]?.({ kind: 'owner' });
  await time.pass(secondMs);
  t.equal(visits.length, 2);
  ends[1]?.({ kind: 'owner' });
  await time.pass(minuteMs);
  t.equal(visits.length, 2);
  t.equal(roster.entries.size, 0);
});

await t.test('what was asked for while nobody looks is given up after ten visits in vain', async (t) => {
  const { time, visits, enter } = stage(() => ({ kind: 'later', blame: 'broker' }));
  const entry = enter('one', { asked: true });
  await time.pass(2 * 60 * minuteMs);
  t.equal(visits.filter(({ isWhole }) => isWhole).length, 10);
  t.equal(entry.asked, false);
});

await t.test('stopping waits for the visits under way and begins none', async (t) => {
  const ends: ((outcome: Outcome) => void)[] = [];
  const { time, scheduler, visits, enter } = stage(() => new Promise((resolve) => ends.push(resolve)), 1);
  enter('one');
  enter('two');
  let isOver = false;
  const stopping = scheduler.stop().then(() => (isOver = true));
  await time.pass(minuteMs);
  t.equal(isOver, false);
  ends[0]?.(read);
  await stopping;
  await time.pass(10 * minuteMs);
  scheduler.wake();
  t.equal(visits.length, 1);
  t.equal(time.waiting, 0, 'no timer is left');
});

void t.test('it looks every light interval although nobody is there, and until it is stopped', async (t) => {
  const { time, scheduler } = stage(() => read);
  scheduler.wake();
  for (let turn = 0; turn < 20; turn += 1) {
    await time.pass(7 * secondMs);
    t.ok(scheduler.sinceLookMs() <= lightEveryMs, String(scheduler.sinceLookMs()));
  }
  await scheduler.stop();
  await time.pass(minuteMs);
  t.ok(scheduler.sinceLookMs() >= minuteMs);
});

await t.test(
  'whoever counts is told how each visit ended, how long it took, and in which terminal',
  async (t) => {
    const ends: ((outcome: Outcome) => void)[] = [];
    const { time, measured, enter } = stage(() => new Promise((resolve) => ends.push(resolve)), 1);
    enter('one');
    const outcomes: Outcome[] = [
      read,
      { kind: 'later', blame: 'broker' },
      { kind: 'later', blame: 'terminal' },
      { kind: 'owner' },
    ];
    for (const [at, outcome] of outcomes.entries()) {
      while (ends.length === at) await time.pass(secondMs);
      await time.pass(2 * secondMs);
      ends[at]?.(outcome);
      await time.pass(0);
    }
    t.same(
      measured.map(({ isRead }) => isRead),
      [true, false, false, null],
    );
    for (const { slot, accountId, tookMs } of measured) {
      t.same([slot, accountId], [1, 'one']);
      t.ok(tookMs >= 2 * secondMs && tookMs < 4 * secondMs, `${tookMs} ms`);
    }
  },
);
