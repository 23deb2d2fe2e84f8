import { Fault } from '../../lib/fault.js';
import type { Limiter } from '../../web/limits.js';

/** Counts one asking for an account, by page or program. Throws a Fault 429 for a second one within 10 s. */
export async function countAsk(limiter: Limiter, accountId: string): Promise<void> {
  const { allowed, retryAfterMs } = await limiter.take('syncByAccount', accountId);
  if (allowed) return;
  const retryAfterS = Math.ceil(retryAfterMs / 1_000);
  throw new Fault(
    429,
    'too_many_requests',
    `This account was asked for a moment ago. Ask again in ${retryAfterS} second${retryAfterS === 1 ? '' : 's'}.`,
    { retryAfterS },
  );
}
