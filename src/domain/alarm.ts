import { dayMs, hourMs, minuteMs } from '../lib/clock.js';

export const alarmKinds = ['quarantine', 'sync', 'disk', 'backup', 'certificate', 'update'] as const;
export type AlarmKind = (typeof alarmKinds)[number];

/** unknown: nothing can be said at the moment, and the alarm stays as it is · off: nobody asks for it here */
export type Verdict = 'bad' | 'good' | 'unknown' | 'off';

export interface Observation {
  kind: AlarmKind;
  /** which of several, such as a terminal's number; '' where there is only one */
  subject: string;
  verdict: Verdict;
  /** what it is that is bad: another one is told anew, although the alarm has not ended; '' for most */
  what: string;
  /** the state of affairs, for the message */
  says: string;
}

/** Null is quiet. rising: bad, and not yet for long enough · on · falling: good, and not yet for long enough */
export interface AlarmState {
  phase: 'rising' | 'on' | 'falling';
  /** when the phase began */
  since: Date;
  /** when it began to be bad */
  begunAt: Date;
  /** when somebody was told of it last; null: nobody was, and its end is nobody's news */
  toldAt: Date | null;
  what: string;
}

export type Telling = 'begin' | 'reminder' | 'end';

interface Rule {
  beginsAfterMs: number;
  endsAfterMs: number;
  /** null: told once */
  remindsEveryMs: number | null;
}

const rule = (beginsAfterMs: number, endsAfterMs: number, remindsEveryMs: number | null = dayMs): Rule => ({
  beginsAfterMs,
  endsAfterMs,
  remindsEveryMs,
});

export const rules: Readonly<Record<AlarmKind, Rule>> = {
  quarantine: rule(0, 2 * minuteMs),
  // What is judged are fifteen minutes already.
  sync: rule(0, 5 * minuteMs),
  disk: rule(2 * minuteMs, 10 * minuteMs),
  backup: rule(0, 0),
  certificate: rule(0, 0),
  update: rule(0, 0, null),
};

export interface Step {
  state: AlarmState | null;
  tell: Telling | null;
}

const quiet: Step = { state: null, tell: null };
const stays = (state: AlarmState): Step => ({ state, tell: null });

/** An alarm that is on and bad: told once somebody can be, then now and again. */
function on(state: AlarmState, { kind, what }: Observation, now: Date, canTell: boolean): Step {
  const { remindsEveryMs } = rules[kind];
  const isAnother = what !== state.what;
  const told = (tell: Telling): Step => ({ state: { ...state, what, toldAt: now }, tell });
  if (!canTell) return stays(state);
  if (state.toldAt === null || isAnother) return told('begin');
  const isDue = remindsEveryMs !== null && now.getTime() - state.toldAt.getTime() >= remindsEveryMs;
  return isDue ? told('reminder') : stays(state);
}

const enters = (state: AlarmState, phase: AlarmState['phase'], since: Date): AlarmState => ({
  ...state,
  phase,
  since,
});

/**
 * What an observation makes of an alarm, and what is to be told. One message when it begins, one when it ends,
 * reminders in between; none where nobody could be told (`canTell`), and then the beginning is told as soon as
 * somebody can be. Asking twice at one instant tells once.
 */
export function step(state: AlarmState | null, seen: Observation, now: Date, canTell: boolean): Step {
  const { beginsAfterMs, endsAfterMs } = rules[seen.kind];
  const { verdict, what } = seen;
  if (verdict === 'off') return quiet;
  if (state === null) {
    if (verdict !== 'bad') return quiet;
    const begun: AlarmState = { phase: 'rising', since: now, begunAt: now, toldAt: null, what };
    return beginsAfterMs === 0 ? on(enters(begun, 'on', now), seen, now, canTell) : stays(begun);
  }
  if (verdict === 'unknown') return stays(state);
  const lastsMs = now.getTime() - state.since.getTime();
  if (verdict === 'bad') {
    if (state.phase === 'on') return on(state, seen, now, canTell);
    if (state.phase === 'falling') return on(enters(state, 'on', now), seen, now, canTell);
    return lastsMs >= beginsAfterMs ? on(enters(state, 'on', now), seen, now, canTell) : stays(state);
  }
  if (state.phase === 'rising') return quiet;
  const isOver = state.phase === 'falling' ? lastsMs >= endsAfterMs : endsAfterMs === 0;
  if (!isOver) return stays(state.phase === 'falling' ? state : enters(state, 'falling', now));
  return { state: null, tell: state.toldAt === null || !canTell ? null : 'end' };
}

/** How long after a failed try a message is tried again, in ms: a minute, doubling, an hour at most. */
export const retryAfterMs = (tries: number): number =>
  Math.min(hourMs, minuteMs * 2 ** Math.max(0, tries - 1));

/** So long a message is tried. */
export const givesUpAfterMs = 2 * dayMs;
