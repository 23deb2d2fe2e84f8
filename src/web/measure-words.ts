import { goals, type Figures } from '../domain/tally.js';
import { amount, span } from './figures.js';

/** What an installation measured of itself, as JSON shows it; null is unknown. */
export interface MeasureFacts {
  hour: Figures;
  day: Figures;
  /** null: the database, which knows it, is away */
  availability: { answered: number; of: number; since: string | null } | null;
  goals: typeof goals;
}

/** One figure beside its goal, in words; null stays unknown. */
export interface MeasureRow {
  name: string;
  hour: string | null;
  day: string | null;
  goal: string | null;
  /** what to do, where the goal is missed */
  fix: string | null;
}

const counted = (count: number | null): string | null => (count === null ? null : amount(String(count), 0));

/** Two decimals, rounded to where it looks worse: 99.999 is not all, and 0.001 is not nothing. */
const share = (pct: number | null, round: (value: number) => number): string | null =>
  pct === null ? null : `${round(Number((pct * 100).toFixed(6))) / 100} %`;

const time = (ms: number | null): string | null => {
  if (ms === null) return null;
  return ms < 1_000 ? `${Math.ceil(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
};

const gigabytes = (bytes: number | null): string | null =>
  bytes === null ? null : `${(bytes / 1e9).toFixed(1)} GB`;

const ofAll = (value: string | null, n: number | null): string | null =>
  value === null ? null : `${value} of ${counted(n) ?? ''}`;

interface Goal {
  says: string;
  /** how many there were to judge by */
  n: (figures: Figures) => number | null;
  isMissed: (figures: Figures) => boolean;
  fix: string;
}

interface Spec {
  /** of the line of the status in which it stands */
  line: string;
  name: string;
  words: (figures: Figures) => string | null;
  goal?: Goal;
}

const ofRequests = (says: string, isMissed: Goal['isMissed'], fix: string): Goal => ({
  ...{ says, isMissed, fix },
  n: ({ requests }) => requests,
});

const specs: readonly Spec[] = [
  {
    line: 'sync',
    name: 'Sync success',
    words: ({ syncSuccessPct, syncs }) => ofAll(share(syncSuccessPct, Math.floor), syncs),
    goal: {
      says: `${goals.syncSuccessPct} %`,
      n: ({ syncs }) => syncs,
      isMissed: ({ syncSuccessPct }) => (syncSuccessPct ?? 100) < goals.syncSuccessPct,
      fix: 'See the terminals below, and the accounts that have no connection.',
    },
  },
  {
    line: 'sync',
    name: 'Sync time, half / 95 of 100',
    words: ({ syncP50Ms, syncP95Ms }) =>
      syncP50Ms === null ? null : `${time(syncP50Ms) ?? ''} / ${time(syncP95Ms) ?? ''}`,
  },
  {
    line: 'requests',
    name: 'Requests, 95 of 100 within',
    words: ({ requestP95Ms, requests }) => ofAll(time(requestP95Ms), requests),
    goal: ofRequests(
      `${goals.requestP95Ms} ms`,
      ({ requestP95Ms }) => (requestP95Ms ?? 0) > goals.requestP95Ms,
      'See queries over 500 ms and the load of the machine.',
    ),
  },
  {
    line: 'requests',
    name: 'Answered with 5xx',
    words: ({ faultPct }) => share(faultPct, Math.ceil),
    goal: ofRequests(
      `${goals.faultPct} %`,
      ({ faultPct }) => (faultPct ?? 0) > goals.faultPct,
      'Look into the log for what was answered with 500 and above.',
    ),
  },
  { line: 'queries', name: 'Queries over 500 ms', words: ({ slowQueries }) => counted(slowQueries) },
  { line: 'machine', name: 'Load, on average', words: ({ load }) => load?.toFixed(2) ?? null },
  { line: 'machine', name: 'Free memory, at least', words: ({ freeBytes }) => gigabytes(freeBytes) },
  {
    line: 'accounts',
    name: 'Most accounts in a minute, by terminal',
    words: ({ accounts }) => (accounts.length === 0 ? null : accounts.join(' · ')),
  },
];

/** Of fewer than these nothing is judged. */
const leastJudged = 20;
const leastJudgedMinutes = 1_440;

/** The hour is judged, or the day where the hour has too little to go by. */
function fixOf({ goal }: Spec, { hour, day }: MeasureFacts): string | null {
  if (goal === undefined) return null;
  const judged = [hour, day].find((figures) => (goal.n(figures) ?? 0) >= leastJudged);
  return judged !== undefined && goal.isMissed(judged) ? goal.fix : null;
}

const rowOf = (spec: Spec, facts: MeasureFacts): MeasureRow => ({
  name: spec.name,
  hour: spec.words(facts.hour),
  day: spec.words(facts.day),
  goal: spec.goal?.says ?? null,
  fix: fixOf(spec, facts),
});

/** Minutes in which RawJournal lived and its database answered, of all since it began, of thirty days at most. */
export interface AvailabilityWords {
  name: string;
  /** null: it has not begun to count */
  says: string | null;
  goal: string;
  fix: string | null;
}

export const availabilityPct = (seen: MeasureFacts['availability']): number | null =>
  seen === null || seen.of === 0 ? null : (100 * seen.answered) / seen.of;

export function availabilityWords(seen: MeasureFacts['availability']): AvailabilityWords {
  const pct = availabilityPct(seen);
  const of = seen?.of ?? 0;
  const isMissed = of >= leastJudgedMinutes && (pct ?? 100) < goals.availabilityPct;
  return {
    name: 'Available',
    says: pct === null ? null : `${share(pct, Math.floor) ?? ''} of ${span(of * 60)}`,
    goal: `${goals.availabilityPct} %`,
    fix: isMissed ? 'Look into the log for what stopped RawJournal, or its database.' : null,
  };
}

/** Every figure of the last hour and of the last day, beside its goal. */
export const measureRows = (facts: MeasureFacts): MeasureRow[] => specs.map((spec) => rowOf(spec, facts));

export interface MeasureLine {
  name: string;
  level: 'green' | 'amber';
  says: string;
  fix: string | null;
}

const lineOf = (name: string, says: string, fix: string | null): MeasureLine => ({
  ...{ name, says, fix },
  level: fix === null ? 'green' : 'amber',
});

const clause = ({ name, hour, day, goal }: MeasureRow): string =>
  `${name.toLowerCase()}: ${hour ?? '—'} (24 h ${day ?? '—'}${goal === null ? '' : `, goal ${goal}`})`;

/** The same as lines of the status, figures of one kind in one line. */
export function measureLines(facts: MeasureFacts): MeasureLine[] {
  const names = [...new Set(specs.map(({ line }) => line))];
  const lines = names.map((name) => {
    const rows = specs.filter(({ line }) => line === name).map((spec) => rowOf(spec, facts));
    return lineOf(name, rows.map(clause).join(' · '), rows.find(({ fix }) => fix !== null)?.fix ?? null);
  });
  const { says, goal, fix } = availabilityWords(facts.availability);
  return [...lines, lineOf('availability', `${says ?? '—'} (goal ${goal})`, fix)];
}
