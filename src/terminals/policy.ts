import type { Effect, Moment, SlotEvent, SlotState, StateName, Step, Next } from './state.js';
import type { ErrorKind } from './protocol.js';
import { stopped } from './state.js';
import { limits } from './timing.js';

type EventOf<T extends SlotEvent['type']> = Extract<SlotEvent, { type: T }>;
type Handler<T extends SlotEvent['type']> = (state: SlotState, at: Moment, event: EventOf<T>) => Step;
type Row = { readonly [T in SlotEvent['type']]?: Handler<T> };

/** An answer that does not depend on what the event carried. */
type Plain = (state: SlotState, at: Moment) => Step;

const stay = (state: SlotState, ...effects: Effect[]): Step => ({ state, effects });
const between = (least: number, most: number, luck: number): number => least + luck * (most - least);
const isOver = ({ untilMs }: SlotState, { nowMs }: Moment): boolean => untilMs !== null && nowMs >= untilMs;

/** Starts a child when it is time, for this slot and for all; else waits. */
const begin: Plain = (state, at) => {
  const untilMs = state.untilMs ?? at.nowMs;
  if (at.nowMs < Math.max(untilMs, at.startFromMs)) {
    return stay({ ...state, name: state.name === 'stopped' ? 'backoff' : state.name, untilMs });
  }
  return stay(
    { ...state, name: 'starting', untilMs: at.nowMs + at.timing.startMs, readyMs: null },
    { type: 'spawn' },
  );
};

/** An administrator's word counts more than earlier crashes. */
const beginAfresh: Plain = (_state, at) => begin(stopped, at);

const welcome: Plain = (state, at) => {
  const { recycleLeastMs, recycleMostMs } = at.timing;
  return stay({
    ...state,
    name: 'ready',
    untilMs: null,
    readyMs: at.nowMs,
    heardMs: at.nowMs,
    isSuspect: false,
    recycleMs: at.nowMs + between(recycleLeastMs, recycleMostMs, at.luck),
  });
};

const hear: Plain = (state, at) => stay({ ...state, heardMs: at.nowMs, isSuspect: false });

const engage: Handler<'called'> = (state, at, { method }) =>
  stay({
    ...state,
    name: method === 'login' ? 'logging in' : 'syncing',
    call: method,
    untilMs: at.nowMs + at.timing.callMs[method],
  });

/** Only history is given time by progress; each of the others has its deadline as a whole. */
const extend: Plain = (state, at) =>
  stay(state.call === 'history' ? { ...state, untilMs: at.nowMs + at.timing.callMs.history } : state);

/**
 * What leaves a terminal in which nothing more is to be done: a refused login can make it refuse the next one too
 * (https://www.mql5.com/en/forum/478716), a master password has logged in an account that can trade.
 */
const spoiling: ReadonlySet<ErrorKind | null> = new Set(['auth', 'investor', 'server-unknown', 'timeout']);

const settle: Handler<'answered'> = (state, at, { kind }) => {
  const rested: SlotState = { ...state, name: 'ready', call: null, untilMs: null, heardMs: at.nowMs };
  if (kind === 'not-connected') return disconnect(rested, at);
  const connected: SlotState = { ...rested, disconnected: 0 };
  if (kind === 'version-skew') return end('upgrade')(connected, at);
  return spoiling.has(kind) ? end('restart')(connected, at) : watch(connected, at);
};

/** No connection is nobody's fault: no crash, no quarantine, and tries that grow rare. */
function disconnect(state: SlotState, at: Moment): Step {
  const { offlineMs, offlineLongMs, offlineMostMs } = at.timing;
  const disconnectedMs = state.disconnected === 0 ? at.nowMs : state.disconnectedMs;
  const disconnected = Math.min(state.disconnected + 1, limits.disconnected);
  const counted: SlotState = { ...state, disconnected, disconnectedMs };
  if (disconnected < limits.disconnected) return watch(counted, at);
  const isLong = at.nowMs - disconnectedMs >= offlineLongMs;
  const waitMs = isLong
    ? between(offlineMs, offlineMostMs, at.luck)
    : between(offlineMs / 2, offlineMs, at.luck);
  return stay({ ...counted, name: 'offline', untilMs: at.nowMs + waitMs });
}

/** Between calls: the heartbeat, the end of being offline, and the planned end. */
const watch: Plain = (state, at) => {
  const silentMs = at.nowMs - state.heardMs;
  if (silentMs >= at.timing.deadMs) return kill(state, 'it fell silent');
  if (silentMs >= at.timing.suspectMs && !state.isSuspect) {
    return stay({ ...state, isSuspect: true }, { type: 'ping' });
  }
  if (state.name === 'offline') {
    return isOver(state, at) ? watch({ ...state, name: 'ready', untilMs: null }, at) : stay(state);
  }
  const isDue = !state.isSuspect && at.nowMs >= Math.max(state.recycleMs, at.recycleFromMs);
  return isDue ? end('restart')(state, at) : stay(state);
};

const checkStart: Plain = (state, at) =>
  isOver(state, at) ? kill(state, 'it never said hello') : stay(state);

const checkCall: Plain = (state, at) =>
  isOver(state, at) ? kill(state, `its ${state.call ?? 'call'} took too long`, 'timeout') : stay(state);

const weigh: Handler<'measured'> = (state, at, { rssBytes, processes }) => {
  const { ceilings } = at;
  if (rssBytes > ceilings.killBytes) return kill(state, 'it took too much memory');
  if (processes > ceilings.processes) return kill(state, 'it started too many processes');
  const isServing = state.name !== 'starting' && state.name !== 'draining';
  if (rssBytes > ceilings.recycleBytes && isServing) return end('restart')(state, at);
  if (rssBytes <= ceilings.idleBytes) return stay(state);
  const heavy: SlotState = { ...state, recycleMs: Math.min(state.recycleMs, at.nowMs) };
  return heavy.name === 'ready' ? watch(heavy, at) : stay(heavy);
};

/** To the end of a child by degrees: its call may finish, then it is asked, then it is killed. */
const end =
  (next: Next): Plain =>
  (state, at) => {
    if (state.name === 'starting') return kill(state, 'it was not wanted any more', 'gone', next);
    const draining: SlotState = { ...state, name: 'draining', ending: { phase: 'finishing', next } };
    if (state.call === null) return ask(draining, at);
    return stay({ ...draining, untilMs: at.nowMs + at.timing.drainMs });
  };

const ask: Plain = (state, at) => {
  const ending = { phase: 'asked', next: state.ending?.next ?? 'stop' } as const;
  const asked: SlotState = { ...state, ending, call: null, untilMs: at.nowMs + at.timing.politeMs };
  return stay(asked, ...(state.call === null ? [] : [{ type: 'drop' } as const]), { type: 'shutdown' });
};

function kill(state: SlotState, why: string, kind: 'timeout' | 'gone' = 'gone', next: Next = 'crash'): Step {
  const ending = { phase: 'killed', next: state.ending?.next ?? next } as const;
  const killed: SlotState = {
    ...state,
    name: 'draining',
    ending,
    call: null,
    untilMs: null,
    isSuspect: false,
  };
  return stay(killed, { type: 'kill', why, kind });
}

const press: Plain = (state, at) => {
  if (!isOver(state, at)) return stay(state);
  return state.ending?.phase === 'finishing' ? ask(state, at) : kill(state, 'it did not end when asked');
};

const finish: Plain = (state, at) =>
  state.ending?.phase === 'finishing' ? ask({ ...state, call: null }, at) : stay(state);

const lose: Handler<'lost'> = (state, _at, { why }) => kill(state, why);

const outgrow: Handler<'skewed'> = (state, _at, { why }) => kill(state, why, 'gone', 'upgrade');

/** A child that was asked to end hangs up first. */
const loseLast: Handler<'lost'> = (state, _at, { why }) =>
  state.ending?.phase === 'finishing' ? kill(state, why) : stay(state);

const redirect =
  (next: Next): Plain =>
  (state) =>
    stay(state.ending === null ? state : { ...state, ending: { ...state.ending, next } });

/** Starting is asked for while the child of before still ends. */
const resume: Plain = (state, at) =>
  state.ending?.next === 'stop' ? redirect('restart')(state, at) : stay(state);

function isForgiven({ readyMs }: SlotState, { nowMs, timing }: Moment): boolean {
  return readyMs !== null && nowMs - readyMs >= timing.forgiveMs;
}

/** The child is no more: the only way from which a new one may start. */
const bury: Plain = (state, at) => {
  const clean = isForgiven(state, at) ? { crashes: 0, isOnProbation: false } : {};
  const next = state.ending?.next ?? 'crash';
  const empty: SlotState = { ...state, ...clean, ending: null, call: null, untilMs: null, isSuspect: false };
  if (next === 'stop') return stay(stopped);
  const childless: SlotState = { ...empty, name: 'backoff', readyMs: null };
  if (next === 'restart') return begin(childless, at);
  return next === 'upgrade' ? waitForUpgrade(childless, at) : crash(childless, at);
};

/** No crash: every start would end the same way. It is tried again in case nobody says that it can be. */
const waitForUpgrade: Plain = (state, { nowMs, timing }) =>
  stay({ ...state, name: 'version-skew', untilMs: nowMs + timing.quarantineMs });

function crash(state: SlotState, { nowMs, luck, timing }: Moment): Step {
  const exits = [...state.exits.filter((ms) => nowMs - ms < timing.crashWindowMs), nowMs];
  if (state.isOnProbation || exits.length >= limits.crashes) {
    const untilMs = nowMs + timing.quarantineMs;
    return stay({ ...state, name: 'quarantined', untilMs, exits: [], crashes: 0, isOnProbation: true });
  }
  const mostMs = Math.min(timing.backoffMostMs, timing.backoffMs * 2 ** state.crashes);
  const untilMs = nowMs + Math.max(timing.backoffLeastMs, luck * mostMs);
  return stay({ ...state, name: 'backoff', untilMs, exits, crashes: state.crashes + 1 });
}

const stop = end('stop');
const restart = end('restart');
const halt: Plain = () => stay(stopped);
const alive = { stop, restart, lost: lose, exited: bury, measured: weigh };
const waiting = { wake: begin, stop: halt, restart: beginAfresh };
const busy = { ...alive, progress: extend, answered: settle, wake: checkCall };

/** In each state, what answers which event; what is not listed changes nothing. */
const table: Readonly<Record<StateName, Row>> = {
  stopped: { start: beginAfresh, restart: beginAfresh },
  starting: { ...alive, hello: welcome, skewed: outgrow, wake: checkStart },
  ready: { ...alive, called: engage, heartbeat: hear, wake: watch },
  'logging in': busy,
  syncing: busy,
  offline: { ...alive, heartbeat: hear, wake: watch },
  draining: {
    answered: finish,
    wake: press,
    exited: bury,
    lost: loseLast,
    measured: weigh,
    start: resume,
    restart: redirect('restart'),
    stop: redirect('stop'),
  },
  backoff: waiting,
  quarantined: waiting,
  'version-skew': waiting,
};

/** The next state of a slot and what is to be done. Pure; an event without a meaning in the state changes nothing. */
export function step(state: SlotState, event: SlotEvent, at: Moment): Step {
  const handler = table[state.name][event.type] as Handler<typeof event.type> | undefined;
  return handler?.(state, at, event) ?? stay(state);
}

const waitsToStart: ReadonlySet<StateName> = new Set(['backoff', 'quarantined', 'version-skew']);

/** When the next wake can change something, in monotonic ms; null: never by time alone. */
export function dueMs(state: SlotState, { timing, startFromMs, recycleFromMs }: Moment): number | null {
  const silenceMs = state.heardMs + (state.isSuspect ? timing.deadMs : timing.suspectMs);
  if (state.name === 'ready') {
    return state.isSuspect ? silenceMs : Math.min(silenceMs, Math.max(state.recycleMs, recycleFromMs));
  }
  if (state.name === 'offline') return Math.min(silenceMs, state.untilMs ?? Infinity);
  return waitsToStart.has(state.name) ? Math.max(state.untilMs ?? 0, startFromMs) : state.untilMs;
}

/** A suspect terminal gets no new work. */
export const isFree = (state: SlotState): boolean => state.name === 'ready' && !state.isSuspect;
