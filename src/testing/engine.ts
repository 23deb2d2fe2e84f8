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
import { createSync, type RunningSync } from '../sync/create.js';
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

/** The whole synchronisation over real terminals and a real database, in a hurry. Children end with the test. */
export async function testEngine(t: Test, options: EngineOptions = {}): Promise<TestEngine> {
  const { terminals: count = 2, haste = 50 } = options;
  const database = await testDatabase(t);
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-engine-'));
  const start: Start = { haste, anchorMs: options.startMs ?? wednesdayMs, anchorRealMs: Date.now() };
  const { anchorMs, anchorRealMs } = start;
  const clock = fastClock(start);
  const mischiefOf = (slot: number): string => join(folder, `mischief-${slot}.json`);
  const hasty = (ms: number, work: () => void): (() => void) => after(ms / haste, work);
  const [calls, errors, lines]: [Sent[], unknown[], string[]] = [[], [], []];
  let sync: RunningSync | null = null;
  let onCall: TestEngine['onCall'] = () => undefined;
  const hear: TestEngine['onCall'] = (sent) => {
    calls.push(sent);
    return onCall(sent);
  };
  const terminals = openTerminals({
    count,
    launch: launchSimulator((slot) => ({
      ...{ epochMs, anchorMs, anchorRealMs, speed: haste, timeScale: haste },
      recordings: options.recordings ?? null,
      mischief: mischiefOf(slot),
    })),
    folder: join(folder, 'terminals'),
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    random: randomBytes,
    log: (line) => void lines.push(line),
    onChange: () => sync?.wake(),
    timing: { ...scaled(standardTiming, haste), ...patient, ...options.timing },
  });
  const slots = terminals.slots.map((slot) => overheard(slot, clock, hear));
  const { credentials } = await stateFolders(folder);
  const keyring = await loadKeyring(credentials, randomBytes);
  const live = options.live ?? memoryLive(clock);
  const begin = (): Promise<RunningSync> =>
    createSync({
      ...{ db: database.db, live, keyring, clock, slots },
      after: hasty,
      random: () => 0,
      market: null,
      restart: (slot) => terminals.restart(slot),
      isSimulated: true,
      slowWeekends: false,
      onError: (error) => void errors.push(error),
    });
  const situation = (): string =>
    [
      ...terminals.slots.map((slot) => `${slot.number} ${slot.view().state}`),
      ...calls.slice(-12).map(({ slot, method, login, atMs }) => `${atMs} ${slot} ${method} ${login}`),
      ...[...lines.slice(-8), ...errors.slice(-5).map(String)],
    ].join('\n');
  let current = await begin();
  sync = current;
  t.teardown(async () => {
    await Promise.all([current.stop(), terminals.stop()]);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  await terminals.start();
  return {
    ...database,
    ...{ terminals, keyring, clock, live, calls, errors, lines },
    get sync() {
      return current;
    },
    get onCall() {
      return onCall;
    },
    set onCall(told) {
      onCall = told;
    },
    misbehave: async (mischief, only) => {
      for (const { number } of slots.filter((slot) => only === undefined || slot.number === only))
        if (mischief === null) await rm(mischiefOf(number), { force: true });
        else await writeFile(mischiefOf(number), JSON.stringify(mischief));
    },
    restart: async () => {
      await current.stop();
      sync = current = await begin();
    },
    pass: (ms) => sleep(ms / haste),
    until: (name, isSo, mostMs = 30_000) => untilTrue(name, { isSo, mostMs, situation }),
  };
}
