import type { ErrorKind, Method } from './protocol.js';
import type { Ceilings, Timing } from './timing.js';

export const stateNames = [
  'stopped',
  'starting',
  'ready',
  'logging in',
  'syncing',
  'draining',
  'backoff',
  'quarantined',
  'version-skew',
  'offline',
] as const;
export type StateName = (typeof stateNames)[number];

/** What follows the end of a child: nothing, a start at once, the count of crashes, or a long wait for an upgrade. */
export type Next = 'stop' | 'restart' | 'crash' | 'upgrade';

/** All times are monotonic ms. */
export interface SlotState {
  readonly name: StateName;
  /** when this state ends by itself: a start's or call's deadline, the next start, the next try */
  readonly untilMs: number | null;
  /** the call in flight */
  readonly call: Method | null;
  /** only when draining: finishing its call, asked to end, or killed */
  readonly ending: { readonly phase: 'finishing' | 'asked' | 'killed'; readonly next: Next } | null;
  /** the child's last sign of life between calls */
  readonly heardMs: number;
  readonly isSuspect: boolean;
  /** when this child said hello; null before */
  readonly readyMs: number | null;
  readonly recycleMs: number;
  /** crashes since the last healthy stretch, and the times of the recent ones */
  readonly crashes: number;
  readonly exits: readonly number[];
  /** after a quarantine one crash is enough for the next */
  readonly isOnProbation: boolean;
  /** calls in a row that found no connection, and when the first of them ended */
  readonly disconnected: number;
  readonly disconnectedMs: number;
}

export type SlotEvent =
  | { readonly type: 'start' | 'stop' | 'restart' | 'hello' | 'heartbeat' | 'progress' | 'wake' }
  | { readonly type: 'called'; readonly method: Method }
  /** the call in flight is over; `kind` null: well */
  | { readonly type: 'answered'; readonly kind: ErrorKind | null }
  /** the child's connection closed, or it broke the rules; `why` for people */
  | { readonly type: 'lost'; readonly why: string }
  /** in place of a hello: its versions do not fit together, or not ours */
  | { readonly type: 'skewed'; readonly why: string }
  | { readonly type: 'exited' }
  | { readonly type: 'measured'; readonly rssBytes: number; readonly processes: number };

export type Effect =
  | { readonly type: 'spawn' }
  | { readonly type: 'ping' }
  | { readonly type: 'shutdown' }
  /** reject the call in flight */
  | { readonly type: 'drop' }
  /** SIGKILL, and reject the call in flight: 'timeout' when its own deadline is the reason */
  | { readonly type: 'kill'; readonly why: string; readonly kind: 'timeout' | 'gone' };

/** What a step may know besides its event. */
export interface Moment {
  readonly nowMs: number;
  /** in [0, 1) */
  readonly luck: number;
  readonly timing: Timing;
  readonly ceilings: Ceilings;
  /** no start and no recycling before, for the sake of the other slots */
  readonly startFromMs: number;
  readonly recycleFromMs: number;
}

export interface Step {
  readonly state: SlotState;
  readonly effects: readonly Effect[];
}

export const stopped: SlotState = {
  name: 'stopped',
  untilMs: null,
  call: null,
  ending: null,
  heardMs: 0,
  isSuspect: false,
  readyMs: null,
  recycleMs: 0,
  crashes: 0,
  exits: [],
  isOnProbation: false,
  disconnected: 0,
  disconnectedMs: 0,
};
