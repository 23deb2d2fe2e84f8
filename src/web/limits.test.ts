import fc from 'fast-check';
import { pino } from 'pino';
import { test } from 'tap';
import { memoryLive } from '../data/live-memory.js';
import { redisLive } from '../data/live-redis.js';
import type { Live, LiveLog } from '../data/live.js';
import { TestClock } from '../testing/clock.js';
import { needs } from '../testing/needs.js';
import { startRedis } from '../testing/redis.js';
import { addressKey } from './address.js';
import { createLimiter, delayMs, type LimitName, limitTable } from './limits.js';

const minuteMs = 60_000;

const recorded = (): { log: LiveLog; lines: string[] } => {
  const lines: string[] = [];
  return { log: pino({ base: null }, { write: (line: string) => void lines.push(line) }), lines };
};

/** A shared store that can be cut off or emptied, and that shows which keys it was given. */
const sharedStore = (
  clock: TestClock,
): Live & { isCut: boolean; readonly keys: Set<string>; empty: () => void } => {
  let inner = memoryLive(clock);
  const keys = new Set<string>();
  const store = {
    ...inner,
    kind: 'redis' as const,
    isCut: false,
    keys,
    empty: () => void (inner = memoryLive(clock)),
    hit: (key: string, windowMs: number) => {
      keys.add(key);
      return store.isCut ? Promise.reject(new Error('cut off')) : inner.hit(key, windowMs);
    },
    forget: (key: string) => (store.isCut ? Promise.reject(new Error('cut off')) : inner.forget(key)),
  };
  return store;
};

const setting = () => {
  const clock = new TestClock();
  const live = sharedStore(clock);
  const { log, lines } = recorded();
  return { clock, live, lines, limiter: createLimiter({ live, clock, log }) };
};

void test('The table holds the agreed figures', (t) => {
  const figures = Object.entries(limitTable).map(([name, { count, windowMs, by, beyond }]) => [
    name,
    `${count} in ${windowMs < minuteMs ? `${windowMs / 1000} s` : `${windowMs / minuteMs} min`} by ${by}, then ${beyond}`,
  ]);
  t.same(Object.fromEntries(figures), {
    loginByAddress: '10 in 3 min by address, then refuse',
    loginByAccount: '5 in 15 min by name, then delay',
    lettersByMail: '3 in 60 min by name, then refuse',
    resetByAddress: '10 in 60 min by address, then refuse',
    signupByAddress: '5 in 60 min by address, then refuse',
    setupByAddress: '10 in 3 min by name, then refuse',
    codeByAccount: '5 in 15 min by name, then refuse',
    apiByToken: '300 in 1 min by name, then refuse',
    socketsByUser: '120 in 1 min by name, then refuse',
    exportByUser: '10 in 60 min by name, then refuse',
    syncByAccount: '1 in 10 s by name, then refuse',
    importByUser: '10 in 60 min by name, then refuse',
    rereadByUser: '60 in 60 min by name, then refuse',
    tagByUser: '30 in 1 min by name, then refuse',
    pictureByUser: '60 in 60 min by name, then refuse',
    alarmTestByUser: '10 in 15 min by name, then refuse',
    refusalsByAccount: '30 in 60 min by name, then refuse',
    webhookByAddress: '100 in 1 s by address, then refuse',
    checkoutByUser: '20 in 60 min by name, then refuse',
  });
  t.end();
});

const refusing: readonly [LimitName, number, number][] = [
  ['loginByAddress', 10, 3],
  ['lettersByMail', 3, 60],
  ['resetByAddress', 10, 60],
  ['signupByAddress', 5, 60],
  ['codeByAccount', 5, 15],
  ['apiByToken', 300, 1],
  ['importByUser', 10, 60],
  ['socketsByUser', 120, 1],
  ['tagByUser', 30, 1],
  ['pictureByUser', 60, 60],
  ['alarmTestByUser', 10, 15],
  ['refusalsByAccount', 30, 60],
  ['checkoutByUser', 20, 60],
];

for (const [name, limit, minutes] of refusing) {
  void test(`${name} lets ${limit} through in ${minutes} min, refuses the next, and opens again`, async (t) => {
    const { clock, limiter } = setting();
    for (let i = 1; i <= limit; i += 1) {
      t.same(await limiter.take(name, '192.0.2.1'), { allowed: true, count: i, retryAfterMs: 0 });
    }
    clock.advance(1000);
    const refused = { allowed: false, count: limit + 1, retryAfterMs: minutes * minuteMs - 1000 };
    t.same(await limiter.take(name, '192.0.2.1'), refused);
    t.equal((await limiter.take(name, '192.0.2.2')).count, 1, 'somebody else is not affected');
    clock.advance(minutes * minuteMs - 1001);
    t.notOk((await limiter.take(name, '192.0.2.1')).allowed, 'one millisecond before the end');
    clock.advance(1);
    t.same(await limiter.take(name, '192.0.2.1'), { allowed: true, count: 1, retryAfterMs: 0 });
  });
}

void test('loginByAccount never locks out: after five it slows down, to 30 s at most', async (t) => {
  const { clock, limiter } = setting();
  const delays: number[] = [];
  for (let i = 1; i <= 13; i += 1) {
    const taken = await limiter.take('loginByAccount', 'owner@example.com');
    t.ok(taken.allowed);
    delays.push(taken.retryAfterMs / 1000);
  }
  t.same(delays, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30]);
  clock.advance(15 * minuteMs);
  t.equal((await limiter.take('loginByAccount', 'owner@example.com')).retryAfterMs, 0);
});

void test('A delay never shrinks with another attempt, and stays between 0 and 30 s', (t) => {
  fc.assert(
    fc.property(fc.nat({ max: 1_000_000 }), fc.nat({ max: 1000 }), (count, limit) => {
      const delay = delayMs(count, limit);
      return (
        delay >= 0 && delay <= 30_000 && delay <= delayMs(count + 1, limit) && (count > limit || delay === 0)
      );
    }),
  );
  t.end();
});

void test('A success forgets the failures before it', async (t) => {
  const { limiter } = setting();
  for (let i = 0; i < 7; i += 1) await limiter.take('loginByAccount', 'owner@example.com');
  await limiter.forget('loginByAccount', 'owner@example.com');
  t.same(await limiter.take('loginByAccount', 'owner@example.com'), {
    allowed: true,
    count: 1,
    retryAfterMs: 0,
  });
});

void test('One key is counted apart under each limit', async (t) => {
  const { limiter } = setting();
  for (let i = 0; i < 11; i += 1) await limiter.take('loginByAddress', '192.0.2.1');
  t.equal((await limiter.take('signupByAddress', '192.0.2.1')).count, 1);
});

void test('Rotating through a /64 does not help, and the next /64 is somebody else', async (t) => {
  const { limiter } = setting();
  for (let i = 1; i <= 10; i += 1) {
    t.ok((await limiter.take('loginByAddress', `2001:db8:1:2:${i.toString(16)}::${i}`)).allowed);
  }
  t.notOk((await limiter.take('loginByAddress', '2001:db8:1:2:ffff:ffff:ffff:ffff')).allowed);
  t.equal((await limiter.take('loginByAddress', '2001:db8:1:3::1')).count, 1);
});

void test('An IPv4 address written as IPv6 is the same address', async (t) => {
  const { limiter } = setting();
  await limiter.take('loginByAddress', '192.0.2.1');
  await limiter.take('loginByAddress', '::ffff:192.0.2.1');
  t.equal((await limiter.take('loginByAddress', '::ffff:c000:201')).count, 3);
});

void test('A loopback peer is exempt from limits by address, and only from those', async (t) => {
  const { limiter } = setting();
  for (const peer of ['127.0.0.1', '::1', '::ffff:127.0.0.1', addressKey('::1')]) {
    for (let i = 0; i < 12; i += 1) {
      t.same(await limiter.take('loginByAddress', peer), { allowed: true, count: 0, retryAfterMs: 0 });
    }
  }
  for (let i = 0; i < 5; i += 1) await limiter.take('codeByAccount', '127.0.0.1');
  t.notOk((await limiter.take('codeByAccount', '127.0.0.1')).allowed);
});

void test('Without an address all share one count instead of none', async (t) => {
  const { limiter } = setting();
  for (let i = 0; i < 10; i += 1) await limiter.take('loginByAddress', '');
  t.notOk((await limiter.take('loginByAddress', '')).allowed);
});

void test('The store sees no e-mail address and no IP address', async (t) => {
  const { live, limiter } = setting();
  await limiter.take('lettersByMail', 'owner@example.com');
  await limiter.take('resetByAddress', '192.0.2.1');
  for (const key of live.keys) t.match(key, /^limit:(lettersByMail|resetByAddress):[0-9a-f]{64}$/);
  t.equal(live.keys.size, 2);
});

void test('When the shared store goes, the count goes on where it was, with one line in the log each way', async (t) => {
  const { live, lines, limiter } = setting();
  for (let i = 0; i < 3; i += 1) await limiter.take('codeByAccount', 'u1');
  live.isCut = true;
  t.equal((await limiter.take('codeByAccount', 'u1')).count, 4);
  t.equal((await limiter.take('codeByAccount', 'u1')).count, 5);
  t.notOk((await limiter.take('codeByAccount', 'u1')).allowed);
  await limiter.forget('lettersByMail', 'nobody');
  t.equal(lines.length, 1);
  t.match(lines[0], /counted in this process alone/);
  live.isCut = false;
  t.equal((await limiter.take('codeByAccount', 'u1')).count, 7, 'what was counted meanwhile still counts');
  await limiter.take('codeByAccount', 'u2');
  t.equal(lines.length, 2);
  t.match(lines[1], /is back/);
});

void test('A count kept in the shared store outlives the process', async (t) => {
  const { clock, live, limiter } = setting();
  for (let i = 0; i < 5; i += 1) await limiter.take('codeByAccount', 'u1');
  const restarted = createLimiter({ live, clock, log: recorded().log });
  t.notOk((await restarted.take('codeByAccount', 'u1')).allowed);
});

/** Counts of one in ten seconds, which the process and the shared store began at different moments. */
const apart = async () => {
  const { clock, live, limiter } = setting();
  await limiter.take('syncByAccount', 'a1');
  clock.advance(3_000);
  live.empty();
  return { clock, limiter };
};

void test('After the shared store was emptied, whoever waits for as long as told gets through', async (t) => {
  const { clock, limiter } = await apart();
  const refused = await limiter.take('syncByAccount', 'a1');
  t.same(refused, { allowed: false, count: 2, retryAfterMs: 7_000 });
  clock.advance(refused.retryAfterMs);
  t.ok((await limiter.take('syncByAccount', 'a1')).allowed);
});

void test('After the process started anew, whoever waits for as long as told gets through', async (t) => {
  const { clock, live, limiter } = setting();
  await limiter.take('syncByAccount', 'a1');
  clock.advance(3_000);
  const restarted = createLimiter({ live, clock, log: recorded().log });
  const refused = await restarted.take('syncByAccount', 'a1');
  t.notOk(refused.allowed);
  clock.advance(refused.retryAfterMs);
  t.ok((await restarted.take('syncByAccount', 'a1')).allowed);
});

void test('Whoever does not wait gets through once in each window all the same', async (t) => {
  const { clock, limiter } = await apart();
  let allowed = 0;
  for (let ms = 0; ms < 100_000; ms += 100) {
    if ((await limiter.take('syncByAccount', 'a1')).allowed) allowed += 1;
    clock.advance(100);
  }
  t.equal(allowed, 10);
});

void test('The in-process store alone is enough, and the table can be replaced', async (t) => {
  const clock = new TestClock();
  const one = { count: 1, windowMs: 1000, by: 'name', beyond: 'refuse' } as const;
  const table = { ...limitTable, apiByToken: one };
  const limiter = createLimiter({ live: memoryLive(clock), clock, log: recorded().log, table });
  t.ok((await limiter.take('apiByToken', 'a')).allowed);
  t.same(await limiter.take('apiByToken', 'a'), { allowed: false, count: 2, retryAfterMs: 1000 });
});

void test(
  'With a real Redis killed and started again the limit holds throughout',
  needs('redis-server'),
  async (t) => {
    const server = await startRedis();
    t.teardown(() => server.stop());
    const { log, lines } = recorded();
    const live = redisLive(server.url, pino({ enabled: false }));
    t.teardown(() => live.close());
    const limiter = createLimiter({ live, clock: new TestClock(), log });
    for (let i = 0; i < 3; i += 1) await limiter.take('codeByAccount', 'u1');
    await server.kill();
    t.equal((await limiter.take('codeByAccount', 'u1')).count, 4);
    await server.restart();
    for (let i = 0; i < 100 && lines.length < 2; i += 1) {
      await limiter.take('apiByToken', 'probe');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    t.equal(lines.length, 2);
    t.equal((await limiter.take('codeByAccount', 'u1')).count, 5);
    t.notOk((await limiter.take('codeByAccount', 'u1')).allowed);
  },
);
