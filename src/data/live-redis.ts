import { Redis } from 'ioredis';
import { z } from 'zod';
import { secondMs } from '../lib/clock.js';
import type { Live, LiveLog } from './live.js';

// One script, so that no crash between the two can leave a counter that never expires.
const hitScript = `
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {count, left}`;

const hitReply = z.tuple([z.number(), z.number()]);

const connect = (url: string, keyPrefix: string): Redis =>
  new Redis(url, {
    keyPrefix,
    connectTimeout: secondMs,
    commandTimeout: secondMs,
    // A server that accepts and never answers: drop the connection, so that later commands fail at once.
    socketTimeout: 1.5 * secondMs,
    enableOfflineQueue: false,
    // A command that was under way when the connection broke fails; sent again it could count twice.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(5 * secondMs, 50 * 2 ** attempt),
  });

/** Only the message is logged: the error itself carries the command, and so the password of a refused login. */
const logOutages = (redis: Redis, log: LiveLog): void => {
  let isDown = false;
  redis.on('error', (error: Error) => {
    if (isDown) return;
    isDown = true;
    log.warn({ reason: error.message }, 'Redis cannot be reached. It is tried again until it answers.');
  });
  redis.on('ready', () => {
    if (isDown) log.info({}, 'Redis answers again.');
    isDown = false;
  });
};

/**
 * The `live` port over Redis. `url` is redis://, rediss:// or the path of a unix socket.
 * Nothing is queued while Redis is away: every call rejects at once, and works again after the reconnection.
 */
export const redisLive = (url: string, log: LiveLog, keyPrefix = 'rawjournal:'): Live => {
  const redis = connect(url, keyPrefix);
  logOutages(redis, log);
  // Without this the first calls after the start would fail while the connection is still being made.
  const firstAttempt = new Promise<void>((resolve) => {
    for (const outcome of ['ready', 'close', 'end']) redis.once(outcome, () => resolve());
  });
  return {
    kind: 'redis',
    hit: async (key, windowMs) => {
      await firstAttempt;
      const [count, resetMs] = hitReply.parse(await redis.eval(hitScript, 1, key, windowMs));
      return { count, resetMs };
    },
    forget: async (key) => {
      await firstAttempt;
      await redis.del(key);
    },
    lease: async (set, member, until) => {
      await firstAttempt;
      await redis.zadd(set, until.getTime(), member);
    },
    release: async (set, member) => {
      await firstAttempt;
      await redis.zrem(set, member);
    },
    leases: async (set, now) => {
      await firstAttempt;
      await redis.zremrangebyscore(set, '-inf', now.getTime());
      const found = await redis.zrange(set, '0', '-1', 'WITHSCORES');
      return new Map(
        Array.from({ length: found.length / 2 }, (_, index) => [
          found[index * 2] ?? '',
          new Date(Number(found[index * 2 + 1])),
        ]),
      );
    },
    ping: async () => {
      await firstAttempt;
      await redis.ping();
    },
    close: () => {
      redis.disconnect();
      return Promise.resolve();
    },
  };
};
