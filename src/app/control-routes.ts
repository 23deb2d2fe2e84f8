import { z } from 'zod';
import type { Status } from '../features/status/status.js';
import { Fault } from '../lib/fault.js';
import type { Engine } from './engine.js';
import type { ControlRoutes } from './control.js';

const restart = z.strictObject({ number: z.number().int() });
const reading = z.strictObject({ userId: z.uuid(), accountId: z.uuid(), wait: z.boolean() });

/** What the command line may ask of the running process. */
export function controlRoutes(
  readStatus: () => Promise<Status>,
  engine: Pick<Engine, 'sync' | 'terminals'> | null,
): ControlRoutes {
  const running = (): Pick<Engine, 'sync' | 'terminals'> => {
    if (engine === null) throw new Fault(409, 'no_terminals', 'This installation runs without terminals.');
    return engine;
  };
  return {
    'GET /status': () => readStatus(),
    /** Whether anybody is there. */
    'GET /ping': () => true,
    'POST /terminals/restarts': (body) => {
      const { terminals } = running();
      const { number } = restart.parse(body);
      if (!terminals.slots.some((slot) => slot.number === number))
        throw new Fault(404, 'not_found', `There are terminals 1 to ${terminals.slots.length}.`);
      terminals.restart(number);
      return { number };
    },
    /** Answers when the account was asked for, or with `wait` when it was read. */
    'POST /syncs': async (body) => {
      const { sync } = running();
      const { userId, accountId, wait } = reading.parse(body);
      if (wait) return { ending: await sync.read(userId, accountId) };
      sync.ask(userId, accountId);
      return { ending: null };
    },
  };
}
