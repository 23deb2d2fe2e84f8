import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { type Test, test } from 'tap';
import { TestClock } from '../testing/clock.js';
import { needs } from '../testing/needs.js';
import { startRedis, type TestRedis } from '../testing/redis.js';
import { maxKeys, memoryLive } from './live-memory.js';
import { redisLive } from './live-redis.js';
import type { Live, LiveLog } from './live.js';

const hourMs = 3_600_000;
const silent = pino({ enabled: false });

/** A log whose lines can be read back. */
const recorded = (): { log: LiveLog; lines: string[] } => {
  const lines: string[] = [];
  return { log: pino({ base: null }, { write: (line: string) => void lines.push(line) }), lines };
};

interface Subject {
  readonly live: Live;
  /** Lets at least so much of the adapter's own time go by. */
  readonly pass: (ms: number) => Promise<void>;
}

const inProcess = (): Promise<Subject> => {
  const clock = new TestClock();
  return Promise.resolve({
    live: memoryLive(clock),
    pass: (ms) => {
      clock.advance(ms);
      return Promise.resolve();
    },
  });
};

const inRedis = async (t: Test): Promise<Subject> => {
  const given = process.env['REDIS_URL'];
  const server = given === undefined ? await startRedis() : null;
  if (server !== null) t.teardown(() => server.stop());
  const prefix = `rawjournal:test-${randomBytes(8).toString('hex')}:`;
  const live = redisLive(given ?? server?.url ?? '', silent, prefix);
  return { live, pass: (ms) => sleep(ms + 2) };
};

const contract = async (t: Test, { live, pass }: Subject): Promise<void> => {
  t.teardown(() => live.close());

  await t.test('it can be pinged', (t) => t.resolves(live.ping()));

  await t.test('events of one key are counted from one upwards', async (t) => {
    const counts = [await live.hit('up', hourMs), await live.hit('up', hourMs), await live.hit('up', hourMs)];
    t.same(
      counts.map(({ count }) => count),
      [1, 2, 3],
    );
  });

  await t.test('a member is held until its instant, the last one given, or until it is let go', async (t) => {
    const now = new Date('2026-03-02T10:00:00Z');
    const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1_000);
    await live.lease('people', 'anna', later(10));
    await live.lease('people', 'anna', later(300));
    await live.lease('people', 'bert', later(5));
    await live.lease('people', 'carl', later(300));
    await live.lease('others', 'dora', later(300));
    await live.release('people', 'carl');
    await live.release('people', 'nobody');
    t.same(
      await live.leases('people', now),
      new Map([
        ['anna', later(300)],
        ['bert', later(5)],
      ]),
    );
    t.same(await live.leases('people', later(5)), new Map([['anna', later(300)]]));
    t.same(await live.leases('people', later(300)), new Map());
    t.same(await live.leases('nothing', now), new Map());
  });

  await t.test('keys are counted apart', async (t) => {
    await live.hit('apart-1', hourMs);
    t.equal((await live.hit('apart-2', hourMs)).count, 1);
  });

  await t.test('events at the same moment are counted once each', async (t) => {
    const hits = await Promise.all(Array.from({ length: 50 }, () => live.hit('together', hourMs)));
    t.same(
      hits.map(({ count }) => count).sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
  });

  await t.test('the window starts with its first event and does not slide', async (t) => {
    const first = await live.hit('window', hourMs);
    await pass(20);
    const second = await live.hit('window', hourMs);
    t.ok(first.resetMs > hourMs - 1000 && first.resetMs <= hourMs, `${first.resetMs} ms are a whole window`);
    t.ok(second.resetMs <= first.resetMs - 20, `${second.resetMs} ms are 20 less than ${first.resetMs}`);
  });

  await t.test('after the window the next event is the first of a new one', async (t) => {
    await live.hit('over', 30);
    await pass(30);
    const next = await live.hit('over', hourMs);
    t.equal(next.count, 1);
    t.ok(next.resetMs > hourMs - 1000, 'the new window is a whole one');
  });

  await t.test('a forgotten key starts again, and only that key', async (t) => {
    await live.hit('forgotten', hourMs);
    await live.hit('remembered', hourMs);
    await live.forget('forgotten');
    await live.forget('never seen');
    t.equal((await live.hit('forgotten', hourMs)).count, 1);
    t.equal((await live.hit('remembered', hourMs)).count, 2);
  });
};

void test('The in-process adapter keeps the contract', async (t) => {
  const subject = await inProcess();
  t.equal(subject.live.kind, 'in-process');
  await contract(t, subject);
});

const redisNeeds = needs('redis-server');

void test(
  'The Redis adapter keeps the contract',
  process.env['REDIS_URL'] === undefined ? redisNeeds : {},
  async (t) => {
    const subject = await inRedis(t);
    t.equal(subject.live.kind, 'redis');
    await contract(t, subject);
  },
);

void test('In-process windows that have ended are swept away', async (t) => {
  const clock = new TestClock();
  const live = memoryLive(clock);
  for (let i = 0; i < 500; i += 1) await live.hit(`short-${i}`, 1000);
  await live.hit('long', hourMs);
  clock.advance(10_000);
  await live.hit('long', hourMs);
  t.equal(live.size, 1);
});

void test('The in-process adapter holds at most 100,000 keys and drops the oldest window first', async (t) => {
  const live = memoryLive(new TestClock());
  for (let i = 0; i < maxKeys; i += 1) await live.hit(`key-${i}`, hourMs);
  await live.hit('key-0', hourMs);
  await live.hit('one more', hourMs);
  t.equal(maxKeys, 100_000);
  t.equal(live.size, maxKeys);
  t.equal((await live.hit('key-1', hourMs)).count, 2);
  t.equal((await live.hit('key-0', hourMs)).count, 1, 'the oldest window is gone, though hit last');
});

const within = async (limitMs: number, action: Promise<unknown>): Promise<string> => {
  const startedMs = performance.now();
  const outcome = await action.then(
    () => 'answered',
    () => 'refused',
  );
  const tookMs = performance.now() - startedMs;
  return tookMs <= limitMs ? outcome : `${outcome} after ${tookMs} ms`;
};

const untilAnswered = async (live: Live): Promise<void> => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if ((await within(2000, live.ping())) === 'answered') return;
    await sleep(100);
  }
  throw new Error('Redis did not come back.');
};

const withServer = async (t: Test): Promise<TestRedis> => {
  const server = await startRedis();
  t.teardown(() => server.stop());
  return server;
};

void test(
  'With Redis killed every call fails at once, and the same client works after its return',
  redisNeeds,
  async (t) => {
    const server = await withServer(t);
    const { log, lines } = recorded();
    const live = redisLive(server.url, log);
    t.teardown(() => live.close());
    t.equal((await live.hit('k', hourMs)).count, 1);
    const underWay = Array.from({ length: 20 }, () => within(2000, live.hit('k', hourMs)));
    await server.kill();
    await Promise.all(underWay);
    for (const call of [live.hit('k', hourMs), live.forget('k'), live.ping()]) {
      t.equal(await within(2000, call), 'refused');
    }
    await sleep(1500);
    await server.restart();
    await untilAnswered(live);
    t.equal((await live.hit('k', hourMs)).count, 1, 'nothing from before the outage was sent again');
    t.equal(lines.length, 2, 'one line when it went and one when it came back');
  },
);

void test('A Redis that accepts and does not answer fails within two seconds too', redisNeeds, async (t) => {
  const server = await withServer(t);
  const live = redisLive(server.url, silent);
  t.teardown(() => live.close());
  await live.ping();
  server.freeze();
  for (let i = 0; i < 5; i += 1) t.equal(await within(2000, live.hit('k', hourMs)), 'refused');
  await sleep(600);
  t.equal(await within(500, live.hit('k', hourMs)), 'refused', 'later calls do not wait');
  server.thaw();
  await untilAnswered(live);
  t.equal(await within(2000, live.hit('k', hourMs)), 'answered');
});

void test('A client made before its Redis finds it later', redisNeeds, async (t) => {
  const server = await withServer(t);
  await server.kill();
  const live = redisLive(server.url, silent);
  t.teardown(() => live.close());
  t.equal(await within(2000, live.ping()), 'refused');
  await server.restart();
  await untilAnswered(live);
  t.equal((await live.hit('k', hourMs)).count, 1);
});

void test('A refused Redis login is logged once, without the password', redisNeeds, async (t) => {
  const server = await withServer(t);
  const { log, lines } = recorded();
  const live = redisLive(`${server.url}?username=nobody&password=CANARY-7`, log);
  t.teardown(() => live.close());
  t.equal(await within(2000, live.ping()), 'refused');
  await sleep(500);
  t.equal(lines.length, 1);
  t.match(lines[0], /WRONGPASS/);
  t.notMatch(lines.join(''), /CANARY-7/);
});

void test('A closed client refuses', redisNeeds, async (t) => {
  const server = await withServer(t);
  const live = redisLive(server.url, silent);
  await live.ping();
  await live.close();
  t.equal(await within(2000, live.hit('k', hourMs)), 'refused');
});
