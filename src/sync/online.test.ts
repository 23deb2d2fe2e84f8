import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { memoryLive } from '../data/live-memory.js';
import { redisLive } from '../data/live-redis.js';
import type { Live } from '../data/live.js';
import { minuteMs, secondMs } from '../lib/clock.js';
import { needs } from '../testing/needs.js';
import { startRedis } from '../testing/redis.js';
import { TestTime } from '../testing/time.js';
import { watchUsers } from './online.js';
import { graceMs, silentAfterMs } from './presence.js';

type Told = [userId: string, state: string][];

const begin = async (live: Live, time: TestTime) => {
  const told: Told = [];
  const errors: unknown[] = [];
  const online = await watchUsers({
    ...{ clock: time, after: time.after, live },
    onChange: (userId, state) => void told.push([userId, state]),
    onError: (error) => void errors.push(error),
  });
  return { online, told, errors };
};

const restarts = async (t: Test, time: TestTime, live: Live): Promise<void> => {
  const before = await begin(live, time);
  before.online.open('ann').close();
  before.online.open('bob');
  before.online.open('cid').close();
  await time.pass(2 * minuteMs);
  before.online.stop();
  t.equal(time.waiting, 0);

  const after = await begin(live, time);
  t.same(after.online.users().sort(), ['ann', 'bob', 'cid'], 'nobody is forgotten');
  t.equal(after.online.stateOf('ann'), 'grace');
  t.equal(after.online.stateOf('bob'), 'grace', 'a page that was open has not come back yet');
  after.online.open('cid');
  await time.pass(3 * minuteMs);
  t.equal(after.online.stateOf('ann'), 'offline', 'the grace goes on from where it was');
  t.equal(after.online.stateOf('bob'), 'grace', 'and an open page had given longer');
  await time.pass(silentAfterMs + graceMs);
  t.same(after.online.users(), []);
  const last = (userId: string) => after.told.filter(([id]) => id === userId).at(-1)?.[1];
  t.same([last('ann'), last('bob'), last('cid')], ['offline', 'offline', 'offline']);
  t.same([...before.errors, ...after.errors], []);
  after.online.stop();

  const third = await begin(live, time);
  t.same(third.online.users(), [], 'who has gone for good stays gone');
  third.online.stop();
};

await t.test('a restart does not forget who is in grace, with the store inside the process', async (t) => {
  const time = new TestTime();
  await restarts(t, time, memoryLive(time));
});

await t.test('a restart does not forget who is in grace, with Redis', needs('redis-server'), async (t) => {
  const server = await startRedis();
  t.teardown(() => server.stop());
  const live = redisLive(server.url, pino({ enabled: false }), `test-${randomBytes(4).toString('hex')}:`);
  t.teardown(() => live.close());
  // Redis keeps its own time for what expires: the test's is near enough to it.
  await restarts(t, new TestTime(new Date().toISOString()), live);
});

await t.test(
  'a store that is away costs the memory of a restart and nothing else, and is told of once',
  async (t) => {
    const time = new TestTime();
    let isBack = false;
    const away = (): Promise<void> => (isBack ? Promise.resolve() : Promise.reject(new Error('away')));
    const leases = () => away().then(() => new Map<string, Date>());
    const live: Live = { ...memoryLive(time), lease: away, release: away, leases };
    const { online, told, errors } = await begin(live, time);
    const page = online.open('ann');
    t.equal(online.stateOf('ann'), 'online');
    page.close();
    await time.pass(graceMs);
    t.same(
      told.map(([, state]) => state),
      ['online', 'grace', 'offline'],
    );
    t.equal(errors.length, 1);
    isBack = true;
    online.open('ben');
    await time.pass(secondMs);
    isBack = false;
    online.open('ben');
    await time.pass(secondMs);
    t.equal(errors.length, 2, 'and once more when it has been back meanwhile');
  },
);

await t.test('pages that close after the end leave no timer behind', async (t) => {
  const time = new TestTime();
  const { online } = await begin(memoryLive(time), time);
  const page = online.open('ann');
  online.stop();
  page.heard();
  page.close();
  await time.pass(secondMs);
  t.equal(time.waiting, 0);
});
