import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { launchSimulator } from '../terminals/launch.js';
import type { SlotView } from '../terminals/slot.js';
import { openTerminals, type Terminals } from '../terminals/supervisor.js';
import { realClock } from './trial.js';

/** So many simulated terminals as real processes, started, and ended with the test. */
export async function simulatedTerminals(t: Test, count: number): Promise<Terminals> {
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-terminals-'));
  const now = Date.now();
  const world = { epochMs: now, anchorMs: now, anchorRealMs: now, speed: 1, timeScale: 1 };
  const terminals = openTerminals({
    count,
    launch: launchSimulator(() => ({ ...world, recordings: null, mischief: null })),
    folder,
    clock: realClock,
    random: randomBytes,
    log: () => undefined,
  });
  t.teardown(async () => {
    await terminals.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 20 });
  });
  await terminals.start();
  return terminals;
}

/** Waits until a terminal looks like that; throws after 20 s. */
export async function untilSeen(
  terminals: Terminals,
  number: number,
  is: (view: SlotView) => boolean,
): Promise<SlotView> {
  const endMs = performance.now() + 20_000;
  for (;;) {
    const view = terminals.slots.find((slot) => slot.number === number)?.view();
    if (view !== undefined && is(view)) return view;
    if (performance.now() > endMs) throw new Error(`terminal ${number} stayed ${view?.state ?? 'away'}`);
    await sleep(20);
  }
}
