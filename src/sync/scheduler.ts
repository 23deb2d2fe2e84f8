import type { Clock } from '../lib/clock.js';
import { minuteMs } from '../lib/clock.js';
import { switchCosts } from './measured.js';
import type { Slot } from '../terminals/supervisor.js';
import type { After } from '../terminals/timers.js';
import { fullEveryMs, lightEveryMs } from './costs.js';
import { nextAssignments, type Assignment, type QueuedAccount, type Terminal } from './queue.js';
import type { Round } from './plan.js';
import type { Entry, Roster } from './roster.js';
import type { Errand, Outcome } from './visit.js';

export interface SchedulerDeps {
  clock: Clock;
  after: After;
  /** number in [0, 1) */
  random: () => number;
  roster: Roster;
  slots: readonly Slot[];
  visit: (errand: Errand) => Promise<Outcome>;
  /** a visit ended, `wasAsked` for by hand or not; told before the next one begins */
  onVisited: (entry: Entry, outcome: Outcome, wasAsked: boolean) => void;
  onError: (error: unknown) => void;
  /** currencies are closed, and accounts are read slowly by one terminal */
  isSlow: () => boolean;
}

export interface Scheduler {
  /** Looks at once whether a terminal can do something. */
  wake(): void;
  /** accounts that are being read at this moment */
  readonly reading: ReadonlySet<string>;
  stop(): Promise<void>;
}

const weekendEveryMs = 30 * minuteMs;
/** A slot that is alive; while it serves somebody it counts as taken, not as away. */
const serving = new Set(['ready', 'logging in', 'syncing']);
const againMs = { least: minuteMs, most: 5 * minuteMs };

export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { clock, roster, slots } = deps;
  const running = new Map<string, { slot: number; entry: Entry; done: Promise<void> }>();
  const reading = new Set<string>();
  let rounds: readonly Round[] = [];
  let callOff = (): void => undefined;
  let isStopped = false;

  const terminals = (): Terminal[] => {
    const alive = slots.filter((slot) => slot.role === 'accounts' && serving.has(slot.view().state));
    const used = deps.isSlow() ? alive.slice(0, 1) : alive;
    return used.map((slot) => {
      const busy = [...running.values()].find((one) => one.slot === slot.number);
      return {
        slot: slot.number,
        isFree: busy === undefined && slot.isFree(),
        resident: busy ? holding(busy.entry) : residentOf(slot, roster),
      };
    });
  };

  const run = (assignment: Assignment, entry: Entry, slot: Slot): void => {
    const isWhole = entry.asked;
    entry.asked = false;
    const errand: Errand = {
      userId: entry.userId,
      accountId: entry.accountId,
      slot,
      withHistory: assignment.work !== 'light',
      isWhole,
    };
    reading.add(entry.accountId);
    const done = deps
      .visit(errand)
      .catch((error: unknown): Outcome => {
        deps.onError(error);
        return { kind: 'later', reason: 'something unexpected', isTerminal: true };
      })
      .then((outcome) => {
        reading.delete(entry.accountId);
        running.delete(entry.accountId);
        settle(deps, entry, { outcome, withHistory: errand.withHistory, wasAsked: isWhole });
        deps.onVisited(entry, outcome, isWhole);
        wake();
      });
    running.set(entry.accountId, { slot: slot.number, entry, done });
  };

  const wake = (): void => {
    callOff();
    if (isStopped) return;
    const accounts = [...roster.entries.values()].map(queued);
    const situation = {
      accounts,
      terminals: terminals(),
      costs: switchCosts(slots),
      nowMs: clock.monotonicMs(),
    };
    const decision = nextAssignments(situation, rounds);
    rounds = decision.rounds;
    for (const assignment of decision.assignments) {
      const entry = roster.entries.get(assignment.accountId);
      const slot = slots.find(({ number }) => number === assignment.slot);
      if (entry !== undefined && slot !== undefined && !reading.has(entry.accountId))
        run(assignment, entry, slot);
    }
    // Never longer than a light interval: a slot that came back is seen then at the latest.
    callOff = deps.after(Math.max(20, Math.min(decision.waitMs ?? lightEveryMs, lightEveryMs)), wake);
  };

  return {
    wake,
    reading,
    stop: async () => {
      isStopped = true;
      callOff();
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}

const holding = (entry: Entry) => ({ id: entry.accountId, server: entry.server });

const queued = (entry: Entry): QueuedAccount => ({
  ...holding(entry),
  lightDueMs: entry.lightDueMs,
  fullDueMs: entry.fullDueMs,
  priority: 0,
  asked: entry.asked,
});

function residentOf(slot: Slot, roster: Roster): Terminal['resident'] {
  const { account } = slot.view();
  if (account === null) return null;
  for (const entry of roster.entries.values())
    if (entry.login === account.login && entry.server.toLowerCase() === account.server.toLowerCase())
      return holding(entry);
  return { id: `${account.server} ${account.login}`, server: account.server };
}

/** When the account is due again, by what came of the visit. */
function settle(
  { clock, random, isSlow, roster }: SchedulerDeps,
  entry: Entry,
  { outcome, withHistory, wasAsked }: { outcome: Outcome; withHistory: boolean; wasAsked: boolean },
): void {
  const nowMs = clock.monotonicMs();
  if (outcome.kind === 'owner' || outcome.kind === 'gone') {
    if (roster.entries.get(entry.accountId) === entry) roster.entries.delete(entry.accountId);
    return;
  }
  if (outcome.kind === 'later') {
    // What a terminal broke off is tried again soon, by another one; what the broker did is tried after minutes.
    const pauseMs = outcome.isTerminal ? 1_000 : againMs.least + random() * (againMs.most - againMs.least);
    entry.lightDueMs = nowMs + (entry.fullDueMs === null ? Math.min(pauseMs, lightEveryMs) : pauseMs);
    entry.asked ||= wasAsked;
    return;
  }
  entry.isIncomplete = outcome.isIncomplete;
  entry.lightDueMs = nowMs + (isSlow() ? weekendEveryMs : lightEveryMs);
  if (withHistory) entry.fullDueMs = nowMs + (isSlow() ? weekendEveryMs : fullEveryMs);
}
