import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { stateFolders } from '../app/state.js';
import { loadKeyring } from '../data/keyring.js';
import { memoryLive } from '../data/live-memory.js';
import type { Live } from '../data/live.js';
import type { Clock } from '../lib/clock.js';
import type { Keyring } from '../lib/seal.js';
import { createSync, type RunningSync, type SyncParts } from '../sync/create.js';
import type { MarketSource } from '../sync/market.js';
import type { CallMethod } from '../terminals/call.js';
import { launchSimulator } from '../terminals/launch.js';
import type { Mischief } from '../terminals/simulator/mischief.js';
import { openTerminals, type Slot, type Terminals } from '../terminals/supervisor.js';
import { after } from '../terminals/timers.js';
import { scaled, standardTiming, type Timing } from '../terminals/timing.js';
import { testDatabase, type TestDatabase } from './database.js';

/** A Wednesday noon, wherever the test runs; the world was begun to be watched a day before. */
const wednesdayMs = Date.UTC(2026, 6, 8, 12);
export const epochMs = wednesdayMs - 86_400_000;

/** A call as it was sent to a terminal, and when: in simulated UTC ms. */
export interface Sent {
  slot: number;
  method: CallMethod;
  login: string;
  atMs: number;
  password?: string;
  fromServerMs?: number;
}

export interface EngineOptions {
  terminals?: number;
  /** how much faster than life everything goes */
  haste?: number;
  recordings?: string;
  /** simulated UTC ms at which it begins */
  startMs?: number;
  timing?: Partial<Timing>;
  live?: Live;
  /** by which prices are read; the last terminal is theirs */
  market?: MarketSource;
}

export interface TestEngine extends TestDatabase {
  sync: RunningSync;
  terminals: Terminals;
  keyring: Keyring;
  clock: Clock;
  live: Live;
  /** every call that was sent, in order */
  calls: Sent[];
  /** whatever the synchronisation could not help */
  errors: unknown[];
  /** what the supervision said */
  lines: string[];
  /** told of each call before it is sent; what it throws is the call's failure */
  onCall: (sent: Sent) => Promise<void> | void;
  /** how terminals fail from now on; null: not at all. Without a slot: all of them. */
  misbehave(mischief: Mischief | null, slot?: number): Promise<void>;
  /** Ends the synchronisation and begins another one, as a restart of the process would. */
  restart(): Promise<void>;
  /** lets so much of the engine's own time go by */
  pass(ms: number): Promise<void>;
  /** Throws with the name when it has not come true after a long while. */
  until(name: string, isSo: () => boolean | Promise<boolean>, mostMs?: number): Promise<void>;
}

/** Supervision lets a busy machine take its time; only waiting is shortened. */
const patient = {
  suspectMs: 20_000,
  deadMs: 40_000,
  startMs: 60_000,
  helloMs: 30_000,
  callMs: standardTiming.callMs,
  politeMs: 10_000,
  drainMs: 10_000,
  watchMs: 1_000,
};

interface Start {
  haste: number;
  /** at `anchorRealMs` of true time it is `anchorMs` in the simulated world */
  anchorMs: number;
  anchorRealMs: number;
}

const fastClock = ({ haste, anchorMs, anchorRealMs }: Start): Clock => ({
  now: () => new Date(Math.floor(anchorMs + (Date.now() - anchorRealMs) * haste)),
  monotonicMs: () => performance.now() * haste,
});

/** The same slot, whose calls are written down. */
const overheard = (slot: Slot, clock: Clock, hear: (sent: Sent) => Promise<void> | void): Slot => ({
  number: slot.number,
  role: slot.role,
  view: () => slot.view(),
  isFree: () => slot.isFree(),
  call: async (method, params, options) => {
    const known = slot.view().account?.login ?? '';
    const atMs = clock.now().getTime();
    await hear({ slot: slot.number, method, login: known, atMs, ...(params as object) });
    return slot.call(method, params, options);
  },
});

interface Wait {
  isSo: () => boolean | Promise<boolean>;
  mostMs: number;
  /** what to say when it was in vain */
  situation: () => string;
}

async function untilTrue(name: string, { isSo, mostMs, situation }: Wait): Promise<void> {
  const endMs = performance.now() + mostMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`It never came to this: ${name}. ${situation()}`);
    await sleep(20);
  }
}

/** What was heard and said; `onCall` and `sync` may be others later. */
interface Stage {
  folder: string;
  calls: Sent[];
  errors: unknown[];
  lines: string[];
  onCall: TestEngine['onCall'];
  sync: RunningSync | null;
}

const mischiefIn = (folder: string, slot: number): string => join(folder, `mischief-${slot}.json`);

const openSimulators = (stage: Stage, start: Start, options: EngineOptions): Terminals => {
  const count = options.terminals ?? 2;
  const ofPrices = options.market === undefined ? -1 : count - 1;
  return openTerminals({
    count,
    roles: Array.from({ length: count }, (_, at) => (at === ofPrices ? 'market' : 'accounts')),
    launch: launchSimulator((slot) => ({
      ...{ epochMs, anchorMs: start.anchorMs, anchorRealMs: start.anchorRealMs },
      ...{ speed: start.haste, timeScale: start.haste, recordings: options.recordings ?? null },
      mischief: mischiefIn(stage.folder, slot),
    })),
    folder: join(stage.folder, 'terminals'),
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    random: randomBytes,
    log: (line) => void stage.lines.push(line),
    onChange: () => stage.sync?.wake(),
    timing: { ...scaled(standardTiming, start.haste), ...patient, ...options.timing },
  });
};

const situationOf = ({ calls, lines, errors }: Stage, { slots }: Terminals): string =>
  [
    ...slots.map((slot) => `${slot.number} ${slot.view().state}`),
    ...calls.slice(-12).map(({ slot, method, login, atMs }) => `${atMs} ${slot} ${method} ${login}`),
    ...[...lines.slice(-8), ...errors.slice(-5).map(String)],
  ].join('\n');

const misbehaving =
  (folder: string, { slots }: Terminals): TestEngine['misbehave'] =>
  async (mischief, only) => {
    for (const { number } of slots.filter((slot) => only === undefined || slot.number === only))
      if (mischief === null) await rm(mischiefIn(folder, number), { force: true });
      else await writeFile(mischiefIn(folder, number), JSON.stringify(mischief));
  };

/** The whole synchronisation over real terminals and a real database, in a hurry. Children end with the test. */
export async function testEngine(t: Test, options: EngineOptions = {}): Promise<TestEngine> {
  const { haste = 50 } = options;
  // On a busy machine a connection comes late; that is no outage.
  const database = await testDatabase(t, { connectWaitMs: 120_000 });
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-engine-'));
  const start: Start = { haste, anchorMs: options.startMs ?? wednesdayMs, anchorRealMs: Date.now() };
  const stage: Stage = { folder, calls: [], errors: [], lines: [], onCall: () => undefined, sync: null };
  const clock = fastClock(start);
  const terminals = openSimulators(stage, start, options);
  const hear: TestEngine['onCall'] = (sent) => {
    stage.calls.push(sent);
    return stage.onCall(sent);
  };
  const { credentials } = await stateFolders(folder);
  const parts: SyncParts = {
    ...{ db: database.db, clock, live: options.live ?? memoryLive(clock) },
    keyring: await loadKeyring(credentials, randomBytes),
    after: (ms, work) => after(ms / haste, work),
    random: () => 0,
    slots: terminals.slots.map((slot) => overheard(slot, clock, hear)),
    restart: (slot) => terminals.restart(slot),
    ...{ market: options.market ?? null, isSimulated: true, slowWeekends: false },
    onError: (error) => void stage.errors.push(error),
  };
  let sync = (stage.sync = await createSync(parts));
  t.teardown(async () => {
    await Promise.all([sync.stop(), terminals.stop()]);
    await rm(folder, { recursive: true, force: true, maxRetries: 20 });
  });
  await terminals.start();
  return Object.assign(stage, database, {
    ...{ terminals, keyring: parts.keyring, clock, live: parts.live, sync },
    misbehave: misbehaving(folder, terminals),
    restart: async () => {
      await sync.stop();
      sync = stage.sync = await createSync(parts);
    },
    pass: (ms: number) => sleep(ms / haste),
    until: (name: string, isSo: Wait['isSo'], mostMs = 240_000) =>
      untilTrue(name, { isSo, mostMs, situation: () => situationOf(stage, terminals) }),
  });
}
