import { type Costs, type Holding, lightEveryMs, visitMs } from './costs.js';
import { lengthMs, type Round } from './plan.js';
import type { QueuedAccount, Terminal } from './queue.js';

// Costs vary by about a tenth, so a round starts that much before it has to.
const spareOf = (accounts: readonly Holding[], costs: Costs): number => 500 + lengthMs(accounts, costs) / 10;

export const byUrgency = (a: QueuedAccount, b: QueuedAccount): number =>
  b.priority - a.priority || a.lightDueMs - b.lightDueMs || (a.id < b.id ? -1 : 1);

/** Earliest deadline first; whoever is overdue is equal in that, and Elite goes first among equals. */
export const byDeadline =
  (nowMs: number) =>
  (a: QueuedAccount, b: QueuedAccount): number =>
    Math.max(a.lightDueMs, nowMs) - Math.max(b.lightDueMs, nowMs) || byUrgency(a, b);

export const isFirst = (account: QueuedAccount): boolean => account.fullDueMs === null;

/** What is known while one question is answered; `taken` grows with every assignment. */
export interface View {
  readonly nowMs: number;
  readonly costs: Costs;
  readonly accounts: ReadonlyMap<string, QueuedAccount>;
  readonly rounds: readonly Round[];
  readonly taken: Set<string>;
}

/** A terminal's round from here: whom it reads next, and how long it could put that off with nobody being late. */
export interface Outlook {
  readonly next: QueuedAccount | null;
  readonly spareMs: number;
  /** until an account that is left in peace for longer than a round wants to be read again */
  readonly restMs: number;
}

/** The round from whoever is next: after the last one read, else at the server of the earliest deadline. */
const fromNext = (round: Round, view: View): readonly QueuedAccount[] => {
  const all = round.accounts.flatMap(({ id }) => view.accounts.get(id) ?? []);
  const last = all.findIndex(({ id }) => id === round.lastId);
  const earliest = [...all].sort(byDeadline(view.nowMs))[0];
  const start = last >= 0 ? last + 1 : all.findIndex(({ server }) => server === earliest?.server);
  return [...all.slice(start), ...all.slice(0, start)].filter(({ id }) => !view.taken.has(id));
};

export const outlook = ({ slot, resident }: Terminal, view: View): Outlook => {
  const { nowMs, costs } = view;
  const round = view.rounds.find((one) => one.slot === slot);
  if (round === undefined) return { next: null, spareMs: Infinity, restMs: Infinity };
  const restsUntil = nowMs + Math.max(lightEveryMs, lengthMs(round.accounts, costs));
  const all = fromNext(round, view);
  const upcoming = all.filter(({ lightDueMs }) => lightDueMs <= restsUntil);
  const resting = all.filter(({ lightDueMs }) => lightDueMs > restsUntil);
  let [readMs, spareMs, at] = [nowMs, Infinity, resident];
  for (const account of upcoming) {
    readMs += visitMs(at, account, costs);
    spareMs = Math.min(spareMs, account.lightDueMs - readMs);
    at = account;
  }
  return {
    next: upcoming[0] ?? null,
    spareMs: spareMs - spareOf(round.accounts, costs),
    restMs: Math.min(...resting.map(({ lightDueMs }) => lightDueMs - restsUntil)),
  };
};

/** Rounds are interrupted only while nobody in them is a whole round late: that way nobody starves. */
export const canInterrupt = (terminal: Terminal, view: View): boolean => {
  const round = view.rounds.find(({ slot }) => slot === terminal.slot);
  const patienceMs = Math.max(lightEveryMs, lengthMs(round?.accounts ?? [], view.costs));
  return (round?.accounts ?? []).every(({ id }) => {
    const account = view.accounts.get(id);
    return account === undefined || view.taken.has(id) || account.lightDueMs >= view.nowMs - patienceMs;
  });
};

/** An idle terminal helps out where another one is stuck: with whoever is late by half an interval, if it has the time. */
export const helped = (terminal: Terminal, { next, spareMs }: Outlook, view: View): QueuedAccount | null => {
  const late = [...view.accounts.values()]
    .filter(({ id, lightDueMs }) => lightDueMs + lightEveryMs / 2 <= view.nowMs && !view.taken.has(id))
    .filter((account) => !isFirst(account))
    .sort(byUrgency)[0];
  if (late === undefined) return null;
  const there = visitMs(terminal.resident, late, view.costs);
  const detour =
    next === null ? 0 : visitMs(late, next, view.costs) - visitMs(terminal.resident, next, view.costs);
  return there + detour <= spareMs ? late : null;
};

const soonest = (moments: readonly number[], nowMs: number): number =>
  Math.min(...moments.map((atMs) => atMs - nowMs).filter((ms) => ms > 0));

/** Until somebody is late enough to be helped. */
export const nextLateMs = ({ accounts, nowMs }: View): number =>
  soonest(
    [...accounts.values()].map(({ lightDueMs }) => lightDueMs + lightEveryMs / 2),
    nowMs,
  );

/** Until a history that could not be read is to be tried again. */
export const nextFirstMs = ({ accounts, nowMs }: View): number =>
  soonest(
    [...accounts.values()].filter(isFirst).map(({ lightDueMs }) => lightDueMs),
    nowMs,
  );
