import { createHash } from 'node:crypto';
import { memoryLive } from '../data/live-memory.js';
import type { Hit, Live, LiveLog } from '../data/live.js';
import { type Clock, hourMs, minuteMs, secondMs } from '../lib/clock.js';
import { addressKey, isLoopback } from './address.js';

export interface Limit {
  readonly count: number;
  readonly windowMs: number;
  /** An address counts by itself (IPv4) or by its /64 (IPv6); a loopback peer does not count at all. */
  readonly by: 'address' | 'name';
  /** Beyond the limit an event is refused, or only answered more and more slowly: never a lock-out. */
  readonly beyond: 'refuse' | 'delay';
}

const refuse = (count: number, windowMs: number, by: Limit['by'] = 'name'): Limit => ({
  count,
  windowMs,
  by,
  beyond: 'refuse',
});

export const limitTable = {
  loginByAddress: refuse(10, 3 * minuteMs, 'address'),
  /** how many tries that failed are told to the owner of the account */
  refusalsByAccount: refuse(30, hourMs),
  loginByAccount: { count: 5, windowMs: 15 * minuteMs, by: 'name', beyond: 'delay' },
  lettersByMail: refuse(3, hourMs),
  resetByAddress: refuse(10, hourMs, 'address'),
  signupByAddress: refuse(5, hourMs, 'address'),
  /** by name: an installation that is set up on its own machine counts too */
  setupByAddress: refuse(10, 3 * minuteMs),
  codeByAccount: refuse(5, 15 * minuteMs),
  apiByToken: refuse(300, minuteMs),
  socketsByUser: refuse(120, minuteMs),
  exportByUser: refuse(10, hourMs),
  syncByAccount: refuse(1, 10 * secondMs),
  importByUser: refuse(10, hourMs),
  rereadByUser: refuse(60, hourMs),
  tagByUser: refuse(30, minuteMs),
  pictureByUser: refuse(60, hourMs),
  alarmTestByUser: refuse(10, 15 * minuteMs),
  webhookByAddress: refuse(100, secondMs, 'address'),
  checkoutByUser: refuse(20, hourMs),
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof limitTable;
export type LimitTable = Readonly<Record<LimitName, Limit>>;

export interface Taken {
  readonly allowed: boolean;
  readonly count: number;
  /** Refused: what is left of the window. Allowed beyond a limit that slows: how long to hold the answer. Else 0. */
  readonly retryAfterMs: number;
}

export interface Limiter {
  /** Counts one event. `key` is an IP address where the rule counts by address, else a name or an id. Never rejects. */
  take(name: LimitName, key: string): Promise<Taken>;
  /** Ends the key's window, as a login that succeeded does. Never rejects. */
  forget(name: LimitName, key: string): Promise<void>;
}

/** How long to hold the answer to the `count`th event: nothing up to the limit, then 1 s doubling, at most 30 s. */
export const delayMs = (count: number, limit: number): number =>
  count <= limit ? 0 : Math.min(30 * secondMs, secondMs * 2 ** (count - limit - 1));

const judged = (rule: Limit, { count, resetMs }: Hit): Taken => {
  if (rule.beyond === 'delay') return { allowed: true, count, retryAfterMs: delayMs(count, rule.count) };
  const allowed = count <= rule.count;
  return { allowed, count, retryAfterMs: allowed ? 0 : Math.max(1, resetMs) };
};

const isRefused = (rule: Limit, { count }: Hit): boolean => rule.beyond === 'refuse' && count > rule.count;

/** What two counts of one event come to: the higher one, and until neither is in the way. */
const higher = (rule: Limit, here: Hit, there: Hit): Hit => {
  const count = Math.max(here.count, there.count);
  const isInTheWay = (hit: Hit): boolean => hit.count === count || hit.count >= rule.count;
  return { count, resetMs: Math.max(...[here, there].filter(isInTheWay).map(({ resetMs }) => resetMs)) };
};

// Hashed, so that no e-mail address can be read from the store.
const storeKey = (name: LimitName, key: string): string =>
  `limit:${name}:${createHash('sha256').update(key).digest('hex')}`;

/**
 * The limits as one object. Everything is counted in this process too, so that losing the shared store neither
 * opens a door nor starts a count again; its loss and its return are logged once each.
 */
export const createLimiter = (options: {
  live: Live;
  clock: Clock;
  log: LiveLog;
  table?: LimitTable;
}): Limiter => {
  const { live, clock, log, table = limitTable } = options;
  const own = live.kind === 'redis' ? memoryLive(clock) : live;
  let isCut = false;

  const shared = async <T>(call: Promise<T>): Promise<T | null> => {
    try {
      const answer = await call;
      if (isCut) log.info({}, 'The shared store of rate limits is back.');
      isCut = false;
      return answer;
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      if (!isCut)
        log.warn({ reason }, 'Rate limits are counted in this process alone: the shared store is away.');
      isCut = true;
      return null;
    }
  };

  const hit = async (key: string, rule: Limit): Promise<Hit> => {
    const here = await own.hit(key, rule.windowMs);
    // What was refused here begins no window there: of two that began apart, one would always be closed.
    if (live.kind !== 'redis' || isRefused(rule, here)) return here;
    const there = await shared(live.hit(key, rule.windowMs));
    return there === null ? here : higher(rule, here, there);
  };

  const keyOf = (name: LimitName, key: string): string =>
    storeKey(name, table[name].by === 'address' ? addressKey(key) : key);

  return {
    take: async (name, key) => {
      const rule = table[name];
      if (rule.by === 'address' && isLoopback(key)) return { allowed: true, count: 0, retryAfterMs: 0 };
      return judged(rule, await hit(keyOf(name, key), rule));
    },
    forget: async (name, key) => {
      await own.forget(keyOf(name, key));
      if (live.kind === 'redis') await shared(live.forget(keyOf(name, key)));
    },
  };
};
