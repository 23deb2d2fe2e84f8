import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Database } from '../data/database.js';
import { loadKeyring } from '../data/keyring.js';
import type { Live } from '../data/live.js';
import type { Clock } from '../lib/clock.js';
import { createSync, type RunningSync } from '../sync/create.js';
import { simulatedServers } from '../terminals/simulator/brokers.js';
import { launchSimulator } from '../terminals/launch.js';
import type { Settings } from '../terminals/simulator/settings.js';
import { openTerminals, type Terminals } from '../terminals/supervisor.js';
import { after, type After } from '../terminals/timers.js';
import { standardTiming, type Timing } from '../terminals/timing.js';
import type { StateFolders } from './state.js';
import { random } from './storage.js';

export interface EngineParts {
  folders: StateFolders;
  recordings: string | null;
  db: Database;
  live: Live;
  clock: Clock;
  log: Logger;
  /** what tests put in place of standard times */
  after?: After;
  timing?: Timing;
  simulator?: Partial<Settings>;
}

export interface Engine {
  sync: RunningSync;
  terminals: Terminals;
  stop(): Promise<void>;
}

/** Prices come from the first simulated broker, whose symbols bear no suffixes. */
const [prices] = simulatedServers;

/** Three terminals read accounts, one reads prices. */
const roles = ['accounts', 'accounts', 'accounts', 'market'] as const;

const world = z.object({ epochMs: z.number() });

/** When this installation's simulated world began: once, so that its accounts keep their history. */
async function beginningOf(folder: string, now: Date): Promise<number> {
  const file = join(folder, 'world.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text !== null) return world.parse(JSON.parse(text)).epochMs;
  const epochMs = now.getTime();
  await writeFile(`${file}.new`, JSON.stringify({ epochMs }), { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
  return epochMs;
}

/** The terminals, not started yet, and the synchronisation over them. */
export async function createEngine(parts: EngineParts): Promise<Engine> {
  const { folders, db, live, clock, log } = parts;
  const folder = join(folders.root, 'terminals');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const now = clock.now();
  const settings: Settings = {
    epochMs: await beginningOf(folder, now),
    speed: 1,
    anchorMs: now.getTime(),
    anchorRealMs: Date.now(),
    timeScale: 1,
    recordings: parts.recordings,
    mischief: null,
    ...parts.simulator,
  };
  let sync: RunningSync | null = null;
  const terminals = openTerminals({
    count: roles.length,
    roles,
    launch: launchSimulator(() => settings),
    folder,
    clock,
    random: (size) => randomBytes(size),
    log: (line, level) => log[level]({ from: 'terminals' }, line),
    onChange: () => sync?.wake(),
    timing: parts.timing ?? standardTiming,
    after: parts.after ?? after,
  });
  sync = await createSync({
    db,
    live,
    keyring: await loadKeyring(folders.credentials, (size) => randomBytes(size)),
    clock,
    after: parts.after ?? after,
    random,
    slots: terminals.slots,
    market:
      prices === undefined
        ? null
        : { server: prices.name, login: prices.login, password: prices.investorPassword },
    restart: (slot) => terminals.restart(slot),
    isSimulated: true,
    // The brokers of a trial have nothing to be spared, and their crypto goes on.
    slowWeekends: false,
    onError: (error) => log.error({ err: error }, 'The synchronisation met something unexpected.'),
  });
  const running = sync;
  return {
    sync,
    terminals,
    // Together: a visit ends when its terminal does.
    stop: async () => {
      await Promise.all([running.stop(), terminals.stop()]);
    },
  };
}
