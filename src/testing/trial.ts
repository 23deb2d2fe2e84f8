import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { TerminalError } from '../terminals/call.js';
import { launchNode, type Launch } from '../terminals/launch.js';
import type { SlotView } from '../terminals/slot.js';
import type { StateName } from '../terminals/state.js';
import { openTerminals, type Slot, type Terminals } from '../terminals/supervisor.js';
import { scaled, standardTiming, type Timing } from '../terminals/timing.js';
import type { Script } from './scripted-terminal.js';

/** Supervision in a test runs that much faster than in life. */
export const haste = 20;

export const realClock = { now: () => new Date(), monotonicMs: () => performance.now() };
export const scriptedTerminal = fileURLToPath(new URL('./scripted-terminal.js', import.meta.url));

/** Real processes under a real supervision, and what is asked of it most. */
export interface Supervised {
  terminals: Terminals;
  folder: string;
  lines: string[];
  slot: (number: number) => Slot;
  /** the process of a slot's child */
  pid: (number: number) => number;
  /** how long it took, in ms, until the slot was seen so; throws after `mostMs` */
  until: (number: number, is: StateName | ((view: SlotView) => boolean), mostMs?: number) => Promise<number>;
}

interface How {
  timing?: Partial<Timing>;
  onChange?: (slot: number) => void;
  isIdle?: boolean;
}

/** So many terminals, ended with the test. */
export async function supervised(
  test: Test,
  { count, launch, ...how }: How & { count: number; launch: Launch },
): Promise<Supervised> {
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-terminals-'));
  const lines: string[] = [];
  const terminals = openTerminals({
    count,
    launch,
    folder,
    clock: realClock,
    random: randomBytes,
    log: (line, level) => lines.push(`${level} ${line}`),
    timing: { ...standardTiming, ...how.timing },
    onChange: how.onChange ?? (() => undefined),
  });
  test.teardown(async () => {
    await terminals.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 20 });
  });
  const slot = (number: number): Slot => {
    const found = terminals.slots[number - 1];
    if (found === undefined) throw new RangeError(`no slot ${number}`);
    return found;
  };
  const pid = (number: number): number => slot(number).view().child?.pid ?? 0;
  const until: Trial['until'] = async (number, is, mostMs = 60_000) => {
    const startMs = performance.now();
    const isSo = typeof is === 'string' ? ({ state }: SlotView) => state === is : is;
    for (let view = slot(number).view(); !isSo(view); view = slot(number).view()) {
      if (performance.now() - startMs > mostMs) throw new Error(`slot ${number} stayed ${view.state}`);
      await sleep(5);
    }
    return performance.now() - startMs;
  };
  if (how.isIdle !== true) await terminals.start();
  return { terminals, folder, lines, slot, pid, until };
}

export interface Trial extends Supervised {
  /** what each slot's next child will do; slot 1 is the first */
  scripts: Script[];
}

/** Scripted terminals under a supervision in haste. */
export async function trial(test: Test, scripts: Script[], how: How = {}): Promise<Trial> {
  const launch = launchNode(scriptedTerminal, (slot) => scripts[slot - 1]);
  const timing = { ...scaled(standardTiming, haste), ...how.timing };
  return { ...(await supervised(test, { ...how, count: scripts.length, launch, timing })), scripts };
}

export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

export const credentials = { login: '1001', server: 'Broker-Demo', password: 'read only' };

/** How a call fails; throws when it does not. */
export const failure = (call: Promise<unknown>): Promise<TerminalError> =>
  call.then(
    () => {
      throw new Error('the call went well');
    },
    (error: unknown) => {
      if (error instanceof TerminalError) return error;
      throw error;
    },
  );
