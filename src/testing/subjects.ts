import { mkdtemp, rm } from 'node:fs/promises';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import t from 'tap';
import { launchSimulator, type Launch } from '../terminals/launch.js';
import { launchWine } from '../terminals/launch-wine.js';
import type { Mischief } from '../terminals/simulator/mischief.js';
import type { Settings } from '../terminals/simulator/settings.js';
import { mt5World, type Mt5Faults } from './mt5-world.js';
import { needs } from './needs.js';
import { pythonBridges } from './python-bridge.js';
import { makePrefixes, newStateFolder, prefixOf, simulatorProgram, wineSettings } from './wine.js';

// Windows programs take their time to start, and each sentence starts one or two.
t.setTimeout(900_000);

/** What can be made to go wrong with every terminal. */
export type Fault = 'hang' | 'partHistory' | 'emptyHistory' | 'crossed' | 'offline';

interface Login {
  login: string;
  server: string;
  password: string;
}

/** A terminal as the contract meets it. All of them know a symbol EURUSD and none PLUTONIUM. */
export interface Terminal {
  launch: Launch;
  /** has a history of more than one line, and an open position */
  account: Login;
  masterPassword: string;
  /** another one at the same server */
  other: Login;
  /** From now on, or from now on no more. `hang`: a snapshot is never answered. */
  misbehave: (slot: number, fault: Fault | null) => void;
}

export interface Subject {
  name: string;
  /** why it cannot run on this machine, for a test's `skip` */
  skip: string | false;
  make: (folder: string) => Terminal | Promise<Terminal>;
}

/** A Wednesday, on which every market is open whenever the test runs. */
const anchorMs = Date.UTC(2026, 6, 8, 12);

const mischiefs: Readonly<Record<Fault, Mischief>> = {
  hang: { hang: true },
  partHistory: { halfHistory: 1 },
  emptyHistory: { emptyHistory: 1 },
  crossed: { wrongIdentity: true },
  offline: { offline: true },
};

/** What every simulator is and does, however it is launched. */
function simulated(folder: string, launch: (settings: (slot: number) => Settings) => Launch): Terminal {
  const mischief = (slot: number): string => join(folder, `mischief-${slot}.json`);
  const world = { epochMs: anchorMs - 86_400_000, anchorMs, anchorRealMs: Date.now(), speed: 1 };
  const server = 'Simulated-NewYork';
  return {
    launch: launch((slot) => ({ ...world, timeScale: 20, recordings: null, mischief: mischief(slot) })),
    account: { login: '5100101', server, password: 'inv-5100101' },
    masterPassword: 'main-5100101',
    other: { login: '5100102', server, password: 'inv-5100102' },
    misbehave: (slot, fault) => {
      if (fault === null) rmSync(mischief(slot), { force: true });
      else writeFileSync(mischief(slot), JSON.stringify(mischiefs[fault]));
    },
  };
}

const simulator: Subject = {
  name: 'the simulator',
  skip: false,
  make: (folder) => simulated(folder, launchSimulator),
};

let made: Promise<string> | null = null;

/** One state folder for all sentences of a file: its prefixes take a while. */
const prefixes = (): Promise<string> =>
  (made ??= newStateFolder().then(async ({ root, remove }) => {
    t.teardown(remove);
    await makePrefixes(root, 2);
    return root;
  }));

const simulatorInWine: Subject = {
  name: 'the simulator in Wine',
  skip: needs('wine').skip,
  make: async (folder) => {
    const root = await prefixes();
    return simulated(folder, (settings) =>
      launchWine(
        wineSettings(root, {
          prefixOf: (slot) => prefixOf(root, slot === 2 ? 2 : 1),
          program: simulatorProgram(({ slot }) => settings(slot)),
        }),
      ),
    );
  },
};

const faults: Readonly<Record<Fault, Mt5Faults>> = {
  hang: { hang: 'positions_get' },
  partHistory: { historyReads: 1_000 },
  emptyHistory: { emptyHistory: true },
  crossed: { crossed: '5100109' },
  offline: { offline: true },
};

const bridge: Subject = {
  name: 'the bridge',
  skip: needs('python3').skip,
  make: (folder) => {
    const { launch, write } = pythonBridges(folder, mt5World());
    const server = 'Broker-Live';
    return {
      launch,
      account: { login: '5100101', server, password: 'only looks' },
      masterPassword: 'may trade',
      other: { login: '5100102', server, password: 'only looks too' },
      misbehave: (slot, fault) => write(slot, mt5World(fault === null ? {} : faults[fault])),
    };
  },
};

/** Everything that speaks the protocol in earnest; a terminal in another surrounding is one more entry. */
const subjects: readonly Subject[] = [simulator, simulatorInWine, bridge];

/** A folder that goes with the test. */
export async function scratch(test: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-terminals-'));
  test.teardown(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
  return folder;
}

/** One sentence that holds for every terminal. */
export function holds(sentence: string, work: (test: Test, terminal: Terminal) => Promise<void>): void {
  for (const { name, skip, make } of subjects)
    void t.test(`${name}: ${sentence}`, { skip }, async (test) =>
      work(test, await make(await scratch(test))),
    );
}
