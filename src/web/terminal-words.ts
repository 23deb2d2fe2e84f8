import { span } from './figures.js';

/** Terminals in words: the same on the command line, in the API and on the administrator's page. */

/** How long switches took, in ms; null: none was measured. `n`: of how many. */
export interface SwitchFacts {
  p50: number | null;
  p95: number | null;
  n: number;
}

/** One terminal as the JSON of the status shows it; times are ISO 8601 in UTC. */
export interface TerminalFacts {
  number: number;
  role: 'accounts' | 'market';
  state: string;
  since: string;
  /** when the state ends at the latest; null: not by time */
  until: string | null;
  /** silent for longer than it may be; it gets no work until it answers */
  suspect: boolean;
  /** shortened: enough to tell accounts apart, not enough to log in */
  account: { server: string; login: string } | null;
  restarts: number;
  lastExit: { at: string; why: string; code: number | null; signal: string | null } | null;
  rssBytes: number | null;
  /** from one account to another of the same server, and to one of another server */
  switchMs: { same: SwitchFacts; other: SwitchFacts };
  garbage: { messages: number; overLong: number; strays: number };
}

export interface Judgement {
  level: 'green' | 'amber' | 'red';
  word: string;
  /** what is behind it; null where the word says it all */
  detail: string | null;
  /** what to do; null exactly where it is green */
  fix: string | null;
}

const words: Readonly<Record<string, string>> = {
  syncing: 'reading',
  draining: 'ending',
  backoff: 'waiting to start',
  offline: 'no connection',
};

type Trouble = (remaining: string | null, number: number) => Omit<Judgement, 'word'>;

const within = (remaining: string | null): string => (remaining === null ? 'soon' : `in ${remaining}`);

const troubles: Readonly<Record<string, Trouble>> = {
  quarantined: (remaining, number) => ({
    level: 'red',
    detail: `it keeps ending, and is tried again ${within(remaining)}`,
    fix: `Look for “Terminal ${number}” in the log, mend the cause, then run: rawjournal terminal restart ${number}`,
  }),
  'version-skew': (remaining) => ({
    level: 'red',
    detail: `its versions do not fit together, and it is tried again ${within(remaining)}`,
    fix: 'MetaTrader is newer than its Python package. Upgrade RawJournal, stop it, and run: wine/provision.sh --anew',
  }),
  backoff: (remaining, number) => ({
    level: 'amber',
    detail: `starts ${within(remaining)}`,
    fix: `It starts by itself. If it comes back to this, look for “Terminal ${number}” in the log.`,
  }),
  offline: (remaining) => ({
    level: 'amber',
    detail: `the broker cannot be reached, and is tried again ${within(remaining)}`,
    fix: 'See whether this machine reaches the internet; the rest happens by itself.',
  }),
  stopped: (_remaining, number) => ({
    level: 'amber',
    detail: null,
    fix: `Start it: rawjournal terminal restart ${number}`,
  }),
};

const silent = {
  level: 'amber',
  detail: 'silent for too long',
  fix: 'Wait: it answers, or is ended and started anew within half a minute.',
} as const;

const resting = { level: 'green', detail: 'until an account for prices is set', fix: null } as const;

/** How a terminal does at the instant `nowMs`, and what to do about it. */
export function judged({ number, state, until, suspect }: TerminalFacts, nowMs: number): Judgement {
  if (state === 'resting') return { word: state, ...resting };
  const remaining = until === null ? null : span((Date.parse(until) - nowMs) / 1_000);
  const trouble = troubles[state]?.(remaining, number) ?? (suspect ? silent : null);
  return { word: words[state] ?? state, ...(trouble ?? { level: 'green', detail: null, fix: null }) };
}

const working = new Set(['ready', 'logging in', 'syncing']);

/** Whether it does its work, or could. */
export const isServing = ({ state }: Pick<TerminalFacts, 'state'>): boolean => working.has(state);

export const shortLogin = (login: string): string => `…${login.slice(-Math.min(3, login.length - 1))}`;

export const shortServer = (server: string): string =>
  server.length <= 24 ? server : `${server.slice(0, 23)}…`;

export const agoOf = (instant: string, nowMs: number): string =>
  span(Math.max(0, (nowMs - Date.parse(instant)) / 1_000));

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

/** `1.4 / 1.9 s`: half of all switches, and 95 of 100, take no longer. Null: none was measured. */
export const switchWords = ({ p50, p95 }: SwitchFacts): string | null =>
  p50 === null || p95 === null ? null : `${seconds(p50)} / ${seconds(p95)} s`;

export const megabytes = (bytes: number | null): string | null =>
  bytes === null ? null : `${Math.round(bytes / 1e6)} MB`;

/** What nobody could read. Strays are left out: an answer that comes too late, or says nothing new, is no fault. */
export const garbageCount = ({ garbage }: Pick<TerminalFacts, 'garbage'>): number =>
  garbage.messages + garbage.overLong;

export const exitWords = ({ lastExit }: TerminalFacts, nowMs: number): string | null => {
  if (lastExit === null) return null;
  const how = lastExit.signal ?? (lastExit.code === null ? null : `code ${lastExit.code}`);
  return `${agoOf(lastExit.at, nowMs)} ago: ${lastExit.why}${how === null ? '' : ` (${how})`}`;
};

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Everything about a terminal in one line; what is unknown or nothing to tell is left out. */
export function terminalLine(terminal: TerminalFacts, nowMs: number): string {
  const { word, detail } = judged(terminal, nowMs);
  const { account, switchMs, role } = terminal;
  const [same, other] = [switchWords(switchMs.same), switchWords(switchMs.other)];
  const garbage = garbageCount(terminal);
  const exit = exitWords(terminal, nowMs);
  return [
    role === 'market' ? 'prices' : 'accounts',
    `${word} for ${agoOf(terminal.since, nowMs)}${detail === null ? '' : `: ${detail}`}`,
    account === null ? null : `${account.login} at ${account.server}`,
    counted(terminal.restarts, 'restart'),
    megabytes(terminal.rssBytes),
    same === null ? null : `same server ${same}`,
    other === null ? null : `other server ${other}`,
    garbage === 0 ? null : counted(garbage, 'unusable message'),
    exit === null ? null : `ended ${exit}`,
  ]
    .filter((part) => part !== null)
    .join(' · ');
}
