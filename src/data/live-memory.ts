import { type Clock, secondMs } from '../lib/clock.js';
import type { Hit, Live } from './live.js';

interface Window {
  count: number;
  readonly endsMs: number;
}

export interface MemoryLive extends Live {
  /** How many keys are held, expired ones included until the next sweep. */
  readonly size: number;
}

export const maxKeys = 100_000;
const sweepEveryMs = 10 * secondMs;

/** The `live` port inside the process. A Map keeps its insertion order, so its first key has the oldest window. */
export const memoryLive = (clock: Clock): MemoryLive => {
  const windows = new Map<string, Window>();
  const sets = new Map<string, Map<string, Date>>();
  let nextSweepMs = 0;

  const sweep = (nowMs: number): void => {
    if (nowMs < nextSweepMs) return;
    nextSweepMs = nowMs + sweepEveryMs;
    for (const [key, window] of windows) if (window.endsMs <= nowMs) windows.delete(key);
  };

  const begin = (key: string, endsMs: number): Window => {
    windows.delete(key);
    const [oldest] = windows.keys();
    if (windows.size >= maxKeys && oldest !== undefined) windows.delete(oldest);
    const window = { count: 0, endsMs };
    windows.set(key, window);
    return window;
  };

  const hit = (key: string, windowMs: number): Hit => {
    const nowMs = clock.monotonicMs();
    sweep(nowMs);
    const current = windows.get(key);
    const window = current && current.endsMs > nowMs ? current : begin(key, nowMs + windowMs);
    window.count += 1;
    return { count: window.count, resetMs: window.endsMs - nowMs };
  };

  return {
    kind: 'in-process',
    hit: (key, windowMs) => Promise.resolve(hit(key, windowMs)),
    forget: (key) => {
      windows.delete(key);
      return Promise.resolve();
    },
    lease: (set, member, until) => {
      sets.set(set, (sets.get(set) ?? new Map<string, Date>()).set(member, until));
      return Promise.resolve();
    },
    release: (set, member) => {
      sets.get(set)?.delete(member);
      return Promise.resolve();
    },
    leases: (set, now) => {
      const members = sets.get(set) ?? new Map<string, Date>();
      for (const [member, until] of members) if (until <= now) members.delete(member);
      return Promise.resolve(new Map(members));
    },
    ping: () => Promise.resolve(),
    close: () => {
      windows.clear();
      sets.clear();
      return Promise.resolve();
    },
    get size() {
      return windows.size;
    },
  };
};
