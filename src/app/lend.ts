import { setTimeout as sleep } from 'node:timers/promises';
import { TerminalError } from '../terminals/call.js';
import type { Slot } from '../terminals/supervisor.js';
import type { Engine } from './engine.js';

/** A start takes up to two minutes. */
const patienceMs = 150_000;
const pollMs = 200;

/** Resolves when it can be asked. Throws a TerminalError where that does not come. */
export async function whenFree(slot: Slot): Promise<void> {
  const untilMs = performance.now() + patienceMs;
  while (!slot.isFree()) {
    if (performance.now() > untilMs)
      throw new TerminalError(
        'busy',
        `Terminal ${slot.number} is ${slot.view().state}, and does not get free.`,
      );
    await sleep(pollMs);
  }
}

/** The terminal of prices, for an administrator's question: started for it where it rests, and put to rest again. */
export const lend = <T>(
  { sync, terminals, market }: Pick<Engine, 'sync' | 'terminals' | 'market'>,
  work: (slot: Slot) => Promise<T>,
): Promise<T> =>
  sync.borrow(async (slot) => {
    const rested = slot.view().state === 'stopped';
    if (rested) terminals.restart(slot.number);
    try {
      await whenFree(slot);
      return await work(slot);
    } finally {
      // An account for prices may have been set meanwhile, and nobody else would start it for that.
      if (rested && market?.isUsable() !== true) terminals.rest(slot.number);
    }
  });
