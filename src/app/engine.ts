import { randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Database } from '../data/database.js';
import type { Keyring } from '../lib/seal.js';
import type { Live } from '../data/live.js';
import type { Visit } from '../domain/tally.js';
import type { Clock } from '../lib/clock.js';
import { createSync, type RunningSync } from '../sync/create.js';
import { openMarketDesk, type MarketDesk } from '../sync/market-source.js';
import { givenAccount, type MarketSource } from '../sync/market.js';
import { simulatedServers } from '../terminals/simulator/brokers.js';
import { launchSimulator } from '../terminals/launch.js';
import type { Settings } from '../terminals/simulator/settings.js';
import { openTerminals, type Terminals, type TerminalsOptions } from '../terminals/supervisor.js';
import { after, type After } from '../terminals/timers.js';
import { ceilingsOf, standardTiming, type Timing } from '../terminals/timing.js';
import { WineGround } from '../terminals/wine-ground.js';
import type { Config } from './config.js';
import type { StateFolders } from './state.js';
import { random } from './storage.js';

export interface EngineParts extends Pick<Config, 'recordings' | 'containment' | 'wine' | 'terminalMb'> {
  terminals: Exclude<Config['terminals'], 'none'>;
  folders: StateFolders;
  db: Database;
  live: Live;
  clock: Clock;
  log: Logger;
  /** a visit of an account has ended */
  onMeasured?: (visit: Visit) => void;
  /** whether a user's accounts go first among equals */
  goesFirst?: (userId: string) => Promise<boolean>;
  keyring: Keyring;
  /** what tests put in place of standard times */
  after?: After;
  timing?: Timing;
  simulator?: Partial<Settings>;
  /** what tests put in place of Wine */
  children?: Children;
}

export interface Engine {
  sync: RunningSync;
  terminals: Terminals;
  /** where the account for prices is set; null: simulated prices need none */
  market: MarketDesk | null;
  stop(): Promise<void>;
}

/** Prices come from the first simulated broker, whose symbols bear no suffixes. */
const [prices] = simulatedServers;

/** Three terminals read accounts, one reads prices; at real brokers by an account that the administrator sets. */
const roles = ['accounts', 'accounts', 'accounts', 'market'] as const;
const priceSlot = roles.indexOf('market') + 1;

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

export type Children = Pick<TerminalsOptions, 'launch' | 'prepare'>;

async function simulators(parts: EngineParts, folder: string): Promise<Children> {
  const now = parts.clock.now();
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
  return { launch: launchSimulator(() => settings) };
}

function underWine({ containment, wine, folders }: EngineParts, folder: string): Children {
  const ground = new WineGround({
    ...{ containment, launcher: wine, stateFolder: folders.root, folder, slots: roles.length },
    random: (size) => randomBytes(size),
  });
  return { launch: ground.launch, prepare: () => ground.prepare() };
}

/** The children that are to be started. */
const childrenOf = (parts: EngineParts, folder: string): Children | Promise<Children> => {
  if (parts.children !== undefined) return parts.children;
  return parts.terminals === 'simulator' ? simulators(parts, folder) : underWine(parts, folder);
};

const simulatedPrices = (): MarketSource | null =>
  prices === undefined
    ? null
    : givenAccount({ server: prices.name, login: prices.login, password: prices.investorPassword });

/** The terminals, not started yet, and the synchronisation over them. */
export async function createEngine(parts: EngineParts): Promise<Engine> {
  const { folders, db, live, clock, log, keyring } = parts;
  // A sandbox knows paths without symbolic links.
  const folder = join(await realpath(folders.root), 'terminals');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const isSimulated = parts.terminals === 'simulator';
  // An account that was set anew finds nobody logged in; without one the terminal of prices is not run.
  const changed = (isUsable: boolean): void =>
    isUsable ? terminals.restart(priceSlot) : terminals.rest(priceSlot);
  const market = isSimulated
    ? null
    : await openMarketDesk({ db, keyring, random: (size) => randomBytes(size), clock, changed });
  const rests = (slot: number): boolean => slot === priceSlot && market?.isUsable() === false;
  let sync: RunningSync | null = null;
  const terminals = openTerminals({
    count: roles.length,
    roles,
    rests,
    ...(await childrenOf(parts, folder)),
    folder,
    clock,
    random: (size) => randomBytes(size),
    log: (line, level) => log[level]({ from: 'terminals' }, line),
    onChange: () => sync?.wake(),
    timing: parts.timing ?? standardTiming,
    ceilings: ceilingsOf(parts.terminalMb),
    after: parts.after ?? after,
  });
  sync = await createSync({
    ...{ db, live, keyring, clock, random, isSimulated },
    after: parts.after ?? after,
    slots: terminals.slots,
    market: market ?? simulatedPrices(),
    restart: (slot) => (rests(slot) ? terminals.rest(slot) : terminals.restart(slot)),
    // The brokers of a trial have nothing to be spared, and their crypto goes on.
    slowWeekends: !isSimulated,
    ...(parts.onMeasured === undefined ? {} : { onMeasured: parts.onMeasured }),
    ...(parts.goesFirst === undefined ? {} : { goesFirst: parts.goesFirst }),
    onError: (error) => log.error({ err: error }, 'The synchronisation met something unexpected.'),
  });
  const running = sync;
  return {
    sync,
    terminals,
    market,
    // Together: a visit ends when its terminal does.
    stop: async () => {
      await Promise.all([running.stop(), terminals.stop()]);
    },
  };
}
