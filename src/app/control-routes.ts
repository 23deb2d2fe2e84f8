import { z } from 'zod';
import type { Status } from '../features/status/status.js';
import { randomBytes } from 'node:crypto';
import { Fault } from '../lib/fault.js';
import { newSecret } from '../lib/secret.js';
import { checkServer } from '../terminals/check-server.js';
import { lend } from './lend.js';
import type { Engine } from './engine.js';
import { marketControl } from './market-control.js';
import type { ControlRoutes } from './control.js';

const restart = z.strictObject({ number: z.number().int() });
const serverName = z.strictObject({ server: z.string().min(1).max(200) });
const reading = z.strictObject({ userId: z.uuid(), accountId: z.uuid(), wait: z.boolean() });

/** What the command line may ask of the running process. */
export function controlRoutes(
  readStatus: () => Promise<Status>,
  engine: Pick<Engine, 'sync' | 'terminals' | 'market'> | null,
): ControlRoutes {
  const running = (): Pick<Engine, 'sync' | 'terminals' | 'market'> => {
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
      const [obstacle] = terminals.ground.filter(({ level }) => level === 'red');
      if (obstacle !== undefined)
        throw new Fault(
          409,
          'no_terminals',
          `No terminal can start: ${obstacle.says}. ${obstacle.fix ?? ''}`,
        );
      terminals.restart(number);
      return { number };
    },
    /** Every terminal starts anew once, one after the other: each takes a new list of servers then. */
    'POST /terminals/refreshments': () => {
      const { terminals } = running();
      for (const slot of terminals.slots) if (slot.view().state !== 'stopped') terminals.restart(slot.number);
      return { terminals: terminals.slots.length };
    },
    'POST /servers/checks': (body) =>
      lend(running(), (slot) => checkServer(slot, serverName.parse(body).server, newSecret(randomBytes))),
    ...marketControl(() => running().market),
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
