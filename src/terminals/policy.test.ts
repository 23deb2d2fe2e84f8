import t from 'tap';
import { hourMs, minuteMs, secondMs } from '../lib/clock.js';
import { SlotWorld } from '../testing/slot-world.js';
import { isFree } from './policy.js';
import type { Method } from './protocol.js';
import type { SlotEvent } from './state.js';
import { limits, scaled, standardTiming } from './timing.js';

const megabyte = 1024 * 1024;
const call = (method: Method): SlotEvent => ({ type: 'called', method });
const done: SlotEvent = { type: 'answered', kind: null };

void t.test(
  'the wait after the n-th crash lies between 1 s and 2 s doubled n times, 300 s at most',
  async (t) => {
    const waits = [0, 0.999].map((luck) => {
      const world = new SlotWorld().toReady();
      return Array.from({ length: 12 }, () => {
        world.luck = luck;
        world.state = { ...world.state, exits: [] };
        world.feed({ type: 'exited' });
        const waitMs = (world.dueMs ?? 0) - world.nowMs;
        world.pass(waitMs);
        world.feed({ type: 'hello' });
        return Math.round(waitMs / secondMs);
      });
    });
    t.same(waits, [
      [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
      [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300],
    ]);
  },
);

void t.test('ten minutes of health make earlier crashes forgotten', async (t) => {
  const world = new SlotWorld().toReady();
  world.crash();
  world.crash();
  t.equal(world.state.crashes, 2);
  world.nowMs += 10 * minuteMs;
  world.crash();
  t.equal(world.state.crashes, 1);
});

void t.test('five crashes in ten minutes lead to quarantine, one probe, and quarantine again', async (t) => {
  const world = new SlotWorld().toReady();
  for (let n = 0; n < 4; n += 1) world.crash();
  world.feed({ type: 'exited' });
  t.equal(world.state.name, 'quarantined');
  t.same(world.pass(30 * minuteMs - 1), []);
  t.same(world.pass(1), ['spawn']);
  world.feed({ type: 'exited' });
  t.equal(world.state.name, 'quarantined', 'the probe failed');
  world.crash();
  world.pass(0);
  world.nowMs += 10 * minuteMs;
  world.feed({ type: 'exited' });
  t.equal(world.state.name, 'backoff', 'a healthy probe ends the probation');
});

void t.test('silence between calls is suspect after 15 s, asked once, and fatal after 30 s', async (t) => {
  const world = new SlotWorld().toReady();
  t.same(world.pass(15 * secondMs - 1), []);
  t.same(world.pass(1), ['ping']);
  t.notOk(isFree(world.state), 'a suspect gets no work');
  world.feed({ type: 'heartbeat' });
  t.ok(isFree(world.state));
  t.same(world.pass(30 * secondMs - 1), ['ping']);
  t.same(world.pass(1), ['kill']);
});

const budgets = { login: 120, snapshot: 30, rates: 30, history: 30 } as const;

for (const [method, seconds] of Object.entries(budgets)) {
  void t.test(`in a call of ${method} only its ${seconds} s kill`, async (t) => {
    const world = new SlotWorld().toReady();
    world.feed(call(method as Method));
    t.same(world.pass(seconds * secondMs - 1), []);
    t.same(world.pass(1), ['kill']);
  });
}

void t.test('progress prolongs history and nothing else', async (t) => {
  for (const method of ['history', 'rates'] as const) {
    const world = new SlotWorld().toReady();
    world.feed(call(method));
    world.pass(20 * secondMs);
    world.feed({ type: 'progress' });
    t.same(world.pass(20 * secondMs), method === 'history' ? [] : ['kill']);
  }
});

void t.test('a refused login is no crash: the terminal is asked to end and starts at once', async (t) => {
  const world = new SlotWorld().toReady();
  world.feed(call('login'));
  t.same(world.feed({ type: 'answered', kind: 'auth' }), ['shutdown']);
  t.same(world.feed({ type: 'exited' }), ['spawn']);
  t.equal(world.state.crashes, 0);
});

void t.test('versions that do not fit are no crash: half an hour later it is tried again', async (t) => {
  const world = new SlotWorld();
  world.feed({ type: 'start' });
  t.same(world.feed({ type: 'skewed', why: 'its package is too old' }), ['kill']);
  t.same(world.feed({ type: 'exited' }), []);
  t.equal(world.state.name, 'version-skew');
  t.same(world.pass(30 * minuteMs - 1), []);
  t.same(world.pass(1), ['spawn']);
  world.feed({ type: 'hello' });
  world.feed(call('login'));
  t.same(world.feed({ type: 'answered', kind: 'version-skew' }), ['shutdown']);
  world.feed({ type: 'exited' });
  t.equal(world.state.name, 'version-skew');
  t.equal(world.state.crashes, 0);
  t.same(world.feed({ type: 'restart' }), ['spawn'], 'an administrator need not wait');
});

void t.test('three calls without a connection make a slot offline for a minute at most', async (t) => {
  const world = new SlotWorld().toReady();
  const fail = (): void => {
    world.feed(call('login'));
    world.feed({ type: 'answered', kind: 'not-connected' });
  };
  for (let n = 0; n < limits.disconnected; n += 1) fail();
  t.equal(world.state.name, 'offline');
  for (let n = 0; n < 6; n += 1) {
    world.pass(10 * secondMs);
    world.feed({ type: 'heartbeat' });
  }
  t.equal(world.state.name, 'ready');
  fail();
  t.equal(world.state.name, 'offline', 'one more failure is enough');
  t.equal(world.children, 1, 'nobody was restarted');
});

void t.test(
  'a terminal is recycled between 4 and 6 hours, only when idle and when its turn has come',
  async (t) => {
    const world = new SlotWorld();
    world.luck = 0;
    world.toReady();
    const live = (ms: number): string[] => {
      const effects: string[] = [];
      for (let n = 0; n < ms; n += 5 * secondMs) {
        effects.push(...world.pass(5 * secondMs));
        world.feed({ type: 'heartbeat' });
      }
      return effects;
    };
    t.same(live(4 * hourMs - 5 * secondMs), []);
    world.recycleFromMs = world.nowMs + minuteMs;
    t.same(live(minuteMs - 5 * secondMs), []);
    world.feed(call('snapshot'));
    t.same(world.pass(20 * secondMs), [], 'not in a call');
    t.same(world.feed(done), ['shutdown']);
    t.same(world.feed({ type: 'exited' }), ['spawn']);
    t.equal(world.state.crashes, 0);
  },
);

void t.test('an idle terminal above 500 MB is recycled, and any above 800 MB is killed', async (t) => {
  const world = new SlotWorld().toReady();
  const weigh = (mb: number): string[] =>
    world.feed({ type: 'measured', rssBytes: mb * megabyte, processes: 8 });
  t.same(weigh(500), []);
  world.feed(call('history'));
  t.same(weigh(501), [], 'not in a call');
  t.same(world.feed(done), ['shutdown']);
  world.feed({ type: 'exited' });
  world.feed({ type: 'hello' });
  world.feed(call('history'));
  t.same(weigh(801), ['kill']);
});

void t.test('above 600 MB a terminal is recycled at once, its call finished, its turn or not', async (t) => {
  const world = new SlotWorld();
  world.recycleFromMs = Infinity;
  world.feed({ type: 'start' });
  const weigh = (mb: number): string[] =>
    world.feed({ type: 'measured', rssBytes: mb * megabyte, processes: 8 });
  t.same(weigh(601), [], 'a start may take more');
  world.feed({ type: 'hello' });
  t.same(weigh(600), []);
  world.feed(call('history'));
  t.same(weigh(601), []);
  t.equal(world.state.name, 'draining');
  t.same(weigh(601), [], 'once');
  t.same(world.feed(done), ['shutdown']);
  t.same(world.feed({ type: 'exited' }), ['spawn']);
  t.equal(world.state.crashes, 0);
});

void t.test('a terminal with more than 256 processes is killed', async (t) => {
  const world = new SlotWorld().toReady();
  t.same(world.feed({ type: 'measured', rssBytes: 1, processes: 256 }), []);
  t.same(world.feed({ type: 'measured', rssBytes: 1, processes: 257 }), ['kill']);
});

void t.test('the end comes by degrees: the call, the polite end, the kill, 10 s each', async (t) => {
  const world = new SlotWorld().toReady();
  world.feed(call('history'));
  t.same(world.feed({ type: 'stop' }), []);
  t.same(world.pass(10 * secondMs), ['drop', 'shutdown']);
  t.same(world.pass(10 * secondMs - 1), []);
  t.same(world.pass(1), ['kill']);
  world.feed({ type: 'exited' });
  t.equal(world.state.name, 'stopped');
});

void t.test('a hang-up after being asked to end is no crash', async (t) => {
  const world = new SlotWorld().toReady();
  t.same(world.feed({ type: 'stop' }), ['shutdown']);
  t.same(world.feed({ type: 'lost', why: 'it hung up' }), []);
  t.equal(world.state.name, 'draining');
});

void t.test('an administrator ends a quarantine', async (t) => {
  const world = new SlotWorld().toReady();
  for (let n = 0; n < 4; n += 1) world.crash();
  world.feed({ type: 'exited' });
  t.same(world.feed({ type: 'restart' }), ['spawn']);
  t.notOk(world.state.isOnProbation);
});

void t.test('scaling divides every duration and no count', async (t) => {
  const fast = scaled(standardTiming, 10);
  t.equal(fast.startMs, 12_000);
  t.equal(fast.callMs.login, 12_000);
  t.equal(standardTiming.callMs.login, 120_000);
});
