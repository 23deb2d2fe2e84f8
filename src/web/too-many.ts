import { Fault } from '../lib/fault.js';
import type { Limiter, LimitName } from './limits.js';

const inWords = (ms: number): string => {
  const minutes = Math.ceil(ms / 60_000);
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
};

/** Counts one try and throws a Fault 429 that says how long to wait when there were too many. */
export async function countTry(limiter: Limiter, name: LimitName, key: string): Promise<void> {
  const { allowed, retryAfterMs } = await limiter.take(name, key);
  if (allowed) return;
  throw new Fault(
    429,
    'too_many_requests',
    `Too many tries. Wait ${inWords(retryAfterMs)}, then try again.`,
    {
      retryAfterS: Math.ceil(retryAfterMs / 1_000),
    },
  );
}
