import type { Clock } from '../lib/clock.js';
import type { Fitness } from '../terminals/fitness.js';
import type { Finding } from '../terminals/ground.js';
import { namesOf, processTable, type ProcessTable } from '../terminals/process-table.js';
import type { SlotView } from '../terminals/slot.js';
import type { Terminals } from '../terminals/supervisor.js';
import { metaTraderName } from './machine.js';

/** One slot of the running program. */
export interface SlotFacts {
  number: number;
  role: SlotView['role'];
  state: SlotView['state'];
  bridge: string | null;
  package: string | null;
  fitness: Fitness | null;
  restarts: number;
  lastEnd: string | null;
  rssBytes: number | null;
  /** of its child; null: it has none */
  ageMs: number | null;
  /** processes of these names below it */
  explorers: number;
  metaTraders: number;
  switchMs: SlotView['switchMs'];
}

/** What only the running program knows. */
export interface RunningFacts {
  terminals: 'simulator' | 'wine' | 'none';
  containment: 'bwrap' | 'none';
  launcher: string | null;
  /** above it a terminal starts anew */
  recycleBytes: number;
  ground: readonly Finding[];
  slots: SlotFacts[];
}

function slotFacts(view: SlotView, table: ProcessTable, nowMs: number): SlotFacts {
  const { child, lastExit } = view;
  const names = child === null ? [] : namesOf(child.pid, table);
  const count = (wanted: string): number => names.filter((name) => name.toLowerCase() === wanted).length;
  return {
    ...{ number: view.slot, role: view.role, state: view.state },
    ...{ bridge: child?.bridge ?? null, package: child?.package ?? null, fitness: view.fitness },
    ...{ restarts: view.restarts, lastEnd: lastExit?.why ?? null, rssBytes: view.rssBytes },
    ageMs: child === null ? null : nowMs - child.startedAt.getTime(),
    explorers: count('explorer.exe'),
    metaTraders: count(metaTraderName),
    switchMs: view.switchMs,
  };
}

export interface Settings {
  terminals: RunningFacts['terminals'];
  containment: RunningFacts['containment'];
  wine: string | null;
  terminalMb: { recycle: number };
}

/** `terminals` null: this installation runs none. */
export function runningFacts(settings: Settings, terminals: Terminals | null, clock: Clock): RunningFacts {
  const [table, nowMs] = [processTable(), clock.now().getTime()];
  return {
    ...{ terminals: settings.terminals, containment: settings.containment, launcher: settings.wine },
    recycleBytes: settings.terminalMb.recycle * 1024 ** 2,
    ground: terminals?.ground ?? [],
    slots: terminals?.slots.map((slot) => slotFacts(slot.view(), table, nowMs)) ?? [],
  };
}
