import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import t from 'tap';
import { redisLive } from '../data/live-redis.js';
import { testApp, type TestApp } from '../testing/app.js';
import { callerWith } from '../testing/caller.js';
import { password, person, tokenOf } from '../testing/cast.js';
import { needs } from '../testing/needs.js';
import { startRedis } from '../testing/redis.js';
import { limitTable } from '../web/limits.js';

t.setTimeout(120_000);

const signIn = async (world: TestApp, email: string, secret: string): Promise<number> => {
  const answer = await world.browser().fill('/login', '/login', { email, password: secret });
  return answer.statusCode;
};

/** How many keys Redis holds, asked past the app. */
async function keysIn(path: string): Promise<number> {
  const redis = new Redis(path);
  redis.on('error', () => undefined);
  try {
    return await redis.dbsize();
  } finally {
    redis.disconnect();
  }
}

void t.test(
  'Redis is killed: sessions last, signing in works, its limits go on counting, and it is used when back',
  needs('redis-server'),
  async (t) => {
    const redis = await startRedis();
    t.teardown(() => redis.stop());
    const live = redisLive(redis.url, pino({ enabled: false }));
    const world = await testApp(t, { live, limits: limitTable });
    t.teardown(() => live.close());
    const owner = await person(world, 'owner');

    for (const turn of [1, 2, 3, 4]) t.equal(await signIn(world, owner.email, 'wrong'), 422, `try ${turn}`);
    t.ok((await keysIn(redis.url)) > 0, 'the tries are counted in Redis');

    await redis.kill();
    t.equal((await owner.browser.get('/settings/security')).statusCode, 200, 'the session is there');
    t.equal((await world.browser().get('/healthz')).statusCode, 200);
    t.equal(await signIn(world, owner.email, password), 303, 'the right password signs in');
    for (const turn of [6, 7, 8, 9, 10])
      t.equal(await signIn(world, owner.email, 'wrong'), 422, `try ${turn} without Redis`);
    t.equal(await signIn(world, owner.email, 'wrong'), 429, 'the eleventh from one address is refused');
    t.equal(await signIn(world, owner.email, password), 429, 'even with the right password');
    t.equal((await owner.browser.get('/dashboard')).statusCode, 200, 'who is in stays in');

    await redis.restart();
    t.equal(await keysIn(redis.url), 0, 'Redis comes back empty');
    t.equal(await signIn(world, owner.email, 'wrong'), 429, 'its return opens no door');
    // Who is refused is not counted again; everybody else is.
    const program = callerWith(world, await tokenOf(world, owner));
    for (let left = 250; left > 0 && (await keysIn(redis.url)) === 0; left -= 1) {
      await program.call('GET', '/accounts');
      await sleep(100);
    }
    t.ok((await keysIn(redis.url)) > 0, 'it counts in Redis again');
    t.match(world.logged.join(''), 'The shared store of rate limits is back.');
  },
);
