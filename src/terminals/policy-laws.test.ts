import fc from 'fast-check';
import t from 'tap';
import { hourMs, minuteMs, secondMs } from '../lib/clock.js';
import { SlotWorld } from '../testing/slot-world.js';
import { isFree } from './policy.js';
import { errorKinds, methods, type Method } from './protocol.js';
import type { SlotEvent } from './state.js';
import { standardTiming } from './timing.js';

const megabyte = 1024 * 1024;
const simple = fc.constantFrom<SlotEvent['type']>(
  'start',
  'stop',
  'restart',
  'hello',
  'heartbeat',
  'progress',
  'wake',
  'exited',
);
const anyEvent = fc.oneof(
  // A child that lives and works, often enough: else most lives pass in waiting.
  { weight: 5, arbitrary: fc.constantFrom<SlotEvent>({ type: 'hello' }, { type: 'wake' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<SlotEvent>(
      { type: 'called', method: 'login' },
      { type: 'called', method: 'history' },
    ),
  },
  { weight: 6, arbitrary: simple.map((type) => ({ type }) as SlotEvent) },
  fc
    .constantFrom(...(Object.keys(methods) as Method[]))
    .map((method): SlotEvent => ({ type: 'called', method })),
  fc.constantFrom(null, ...errorKinds).map((kind): SlotEvent => ({ type: 'answered', kind })),
  fc.constant<SlotEvent>({ type: 'lost', why: 'it hung up' }),
  fc.constant<SlotEvent>({ type: 'skewed', why: 'it is too old' }),
  fc
    .record({ rssBytes: fc.nat(900 * megabyte), processes: fc.nat(300) })
    .map((load): SlotEvent => ({ type: 'measured', ...load })),
);
const anyDelay = fc.oneof(
  { weight: 4, arbitrary: fc.nat(2 * secondMs) },
  { weight: 4, arbitrary: fc.nat(40 * secondMs) },

  fc.nat(35 * minuteMs),
  fc.nat(7 * hourMs),
);
const anyStep = fc.record({
  event: anyEvent,
  delayMs: anyDelay,
  luck: fc.double({ min: 0, max: 0.999, noNaN: true }),
  gateMs: fc.nat(20 * secondMs),
});
const anyLife = fc.array(anyStep, { minLength: 1, maxLength: 60 });

/** Runs a random life and checks `law` around every event. */
function always(law: (world: SlotWorld, event: SlotEvent, feed: () => string[]) => boolean): void {
  fc.assert(
    fc.property(anyLife, (life) => {
      const world = new SlotWorld();
      world.feed({ type: 'start' });
      return life.every(({ event, delayMs, luck, gateMs }) => {
        world.nowMs += delayMs;
        world.luck = luck;
        world.startFromMs = world.nowMs - 10 * secondMs + gateMs;
        world.recycleFromMs = world.nowMs - 10 * secondMs + gateMs;
        return law(world, event, () => world.feed(event));
      });
    }),
    { numRuns: 3_000 },
  );
}

void t.test('whatever happens, no slot ever has two living children', async () => {
  always((world, _event, feed) => {
    feed();
    return world.children <= 1;
  });
});

void t.test('a child is started only when its wait is over and the other slots allow it', async () => {
  always((world, event, feed) => {
    const { name, untilMs } = world.state;
    if (!feed().includes('spawn')) return true;
    const isOrdered = event.type === 'restart' || event.type === 'start' || name === 'draining';
    return world.nowMs >= world.startFromMs && (isOrdered || world.nowMs >= (untilMs ?? Infinity));
  });
});

void t.test('time alone never kills a child in a call before the deadline of the call', async () => {
  always((world, event, feed) => {
    const { call, name } = world.state;
    const isKilled = feed().includes('kill');
    if (!isKilled || call === null || name === 'draining' || event.type !== 'wake') return true;
    return world.nowMs >= (world.deadlineMs ?? Infinity);
  });
});

void t.test('a missing heartbeat kills nobody in a call', async () => {
  always((world, event, feed) => {
    const { call, heardMs } = world.state;
    const effects = feed();
    const isInTime = world.nowMs < (world.deadlineMs ?? 0) && world.nowMs - heardMs > standardTiming.deadMs;
    return !(call !== null && event.type === 'wake' && isInTime && effects.includes('kill'));
  });
});

void t.test('an early or a second wake changes nothing, and one that is due changes something', async () => {
  always((world, _event, feed) => {
    feed();
    const due = world.dueMs;
    if (due !== null && world.nowMs >= due) {
      const before = world.state;
      const effects = world.feed({ type: 'wake' });
      if (effects.length === 0 && world.state === before) return false;
    }
    const before = JSON.stringify(world.state);
    if (world.dueMs !== null && world.dueMs <= world.nowMs) return false;
    return world.feed({ type: 'wake' }).length === 0 && JSON.stringify(world.state) === before;
  });
});

void t.test('a stopped slot is started by a person only', async () => {
  always((world, event, feed) => {
    const wasStopped = world.state.name === 'stopped';
    const effects = feed();
    return !wasStopped || event.type === 'start' || event.type === 'restart' || effects.length === 0;
  });
});

void t.test('a slot is free only with a child that said hello and has nothing to do', async () => {
  always((world, _event, feed) => {
    feed();
    const { readyMs, call } = world.state;
    return !isFree(world.state) || (world.children === 1 && readyMs !== null && call === null);
  });
});

void t.test('however a child crashes, no more than five starts fall into ten minutes', async () => {
  const lives = fc.array(
    fc.record({ lifeMs: fc.nat(3 * minuteMs), luck: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
    {
      minLength: 10,
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(lives, (all) => {
      const world = new SlotWorld().toReady();
      for (const { lifeMs, luck } of all) {
        world.luck = luck;
        world.nowMs += lifeMs;
        world.crash();
      }
      return world.spawnedMs.every(
        (ms, index) => ms - (world.spawnedMs[index - 5] ?? -Infinity) >= 10 * minuteMs,
      );
    }),
  );
});
