import type { Visit } from '../domain/tally.js';
import type { Clock } from '../lib/clock.js';
import type { Slot } from '../terminals/supervisor.js';
import type { After } from '../terminals/timers.js';
import { lightEveryMs, type Costs } from './costs.js';
import { dueAgain } from './due.js';
import { Pulls, switchCosts } from './measured.js';
import type { Round } from './plan.js';
import { nextAssignments, type Assignment, type QueuedAccount, type Terminal } from './queue.js';
import type { Residents } from './residents.js';
import type { Entry, Roster } from './roster.js';
import type { Errand, Outcome } from './visit.js';

export interface SchedulerDeps {
  clock: Clock;
  after: After;
  /** number in [0, 1) */
  random: () => number;
  roster: Roster;
  residents: Residents;
  slots: readonly Slot[];
  visit: (errand: Errand) => Promise<Outcome>;
  /** a visit ended, `wasAsked` for by hand or not; told before the next one begins */
  onVisited: (entry: Entry, outcome: Outcome, wasAsked: boolean) => void;
  /** the same, for those who count: how long it took, in which terminal */
  onMeasured?: (visit: Visit) => void;
  onError: (error: unknown) => void;
  /** currencies are closed, and accounts are read slowly by one terminal */
  isSlow: () => boolean;
}

interface Running {
  slot: number;
  entry: Entry;
  done: Promise<void>;
}

/** A slot that is alive; while it serves somebody it counts as taken, not as away. */
const serving = new Set(['ready', 'logging in', 'syncing']);
/** Wakes are never closer together by time alone. */
const leastWaitMs = 20;

/** Sends accounts that are due to terminals that are free. */
export class Scheduler {
  private readonly running = new Map<string, Running>();
  private readonly pulls = new Pulls();
  private rounds: readonly Round[] = [];
  private callOff = (): void => undefined;
  private isStopped = false;
  private lookedMs: number;

  constructor(private readonly deps: SchedulerDeps) {
    this.lookedMs = deps.clock.monotonicMs();
  }

  /** How long ago it last looked; while it works that is a light interval at most. */
  sinceLookMs(): number {
    return this.deps.clock.monotonicMs() - this.lookedMs;
  }

  isReading(accountId: string): boolean {
    return this.running.has(accountId);
  }

  costs(): Costs {
    return switchCosts(this.deps.slots, this.pulls.meanMs);
  }

  get reading(): number {
    return this.running.size;
  }

  /** Looks at once whether a terminal can do something. Whatever goes wrong, it looks again. */
  wake(): void {
    this.callOff();
    if (this.isStopped) return;
    this.lookedMs = this.deps.clock.monotonicMs();
    let waitMs = lightEveryMs;
    try {
      waitMs = this.assign();
    } catch (error) {
      this.deps.onError(error);
    }
    // Never longer than a light interval: a slot that came back is seen then at the latest.
    const soonestMs = Math.max(leastWaitMs, Math.min(waitMs, lightEveryMs));
    this.callOff = this.deps.after(soonestMs, () => this.wake());
  }

  /** Ends when no account is being read any more. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.callOff();
    await Promise.all([...this.running.values()].map(({ done }) => done));
  }

  private assign(): number {
    const { roster, slots, clock } = this.deps;
    const nowMs = clock.monotonicMs();
    const entries = [...roster.entries.values()];
    const decision = nextAssignments(
      {
        accounts: entries.filter((entry) => entry.restsUntilMs <= nowMs).map(queued),
        terminals: this.terminals(),
        costs: this.costs(),
        nowMs,
      },
      this.rounds,
    );
    this.rounds = decision.rounds;
    for (const assignment of decision.assignments) {
      const entry = roster.entries.get(assignment.accountId);
      const slot = slots.find(({ number }) => number === assignment.slot);
      if (entry === undefined || slot === undefined || this.isReading(entry.accountId)) continue;
      const done = this.visit(assignment, entry, slot);
      this.running.set(entry.accountId, { slot: slot.number, entry, done });
    }
    const rests = entries.map(({ restsUntilMs }) => restsUntilMs - nowMs).filter((ms) => ms > 0);
    return Math.min(decision.waitMs ?? lightEveryMs, ...rests);
  }

  private terminals(): Terminal[] {
    const { slots, isSlow } = this.deps;
    const alive = slots.filter((slot) => slot.role === 'accounts' && serving.has(slot.view().state));
    const used = isSlow() ? alive.slice(0, 1) : alive;
    return used.map((slot) => {
      const busy = [...this.running.values()].find((one) => one.slot === slot.number);
      return {
        slot: slot.number,
        isFree: busy === undefined && slot.isFree(),
        resident: busy ? holding(busy.entry) : this.residentOf(slot),
      };
    });
  }

  private residentOf(slot: Slot): Terminal['resident'] {
    const { roster, residents } = this.deps;
    const { account } = slot.view();
    if (account === null) return null;
    const entry = roster.entries.get(residents.in(slot) ?? '');
    return entry ? holding(entry) : { id: `${account.server} ${account.login}`, server: account.server };
  }

  /** Never rejects: an account whose visit went wrong in an unknown way is due again like any other. */
  private async visit(assignment: Assignment, entry: Entry, slot: Slot): Promise<void> {
    const { visit, onVisited, onError } = this.deps;
    const { userId, accountId, failures, revision } = entry;
    const withHistory = assignment.work !== 'light';
    const isWhole = entry.asked;
    entry.asked = false;
    const errand = { userId, accountId, slot, withHistory, isWhole, failures };
    const startMs = this.deps.clock.monotonicMs();
    const outcome = await visit(errand).catch((error: unknown): Outcome => {
      onError(error);
      return { kind: 'later', blame: 'terminal' };
    });
    const tookMs = this.deps.clock.monotonicMs() - startMs;
    this.deps.onMeasured?.({ slot: slot.number, accountId, tookMs, isRead: successOf(outcome) });
    this.running.delete(accountId);
    try {
      this.settle(entry, outcome, { ...errand, revision });
      onVisited(entry, outcome, isWhole);
    } catch (error) {
      onError(error);
    }
    this.wake();
  }

  private settle(entry: Entry, outcome: Outcome, begun: Errand & { revision: number }): void {
    const { roster, clock, random, isSlow } = this.deps;
    const nowMs = clock.monotonicMs();
    // A first history says nothing about the readings that come after it.
    if (outcome.kind === 'read' && entry.fullDueMs !== null) this.pulls.note(outcome.pullMs);
    if (outcome.kind === 'read' || outcome.kind === 'later') {
      const visited = { outcome, withHistory: begun.withHistory, wasAsked: begun.isWhole };
      dueAgain(entry, visited, { nowMs, luck: random(), isSlow: isSlow() });
      return;
    }
    if (roster.entries.get(entry.accountId) !== entry) return;
    // Its owner did something while the visit found that it waits for them: look once more.
    if (entry.revision !== begun.revision) entry.lightDueMs = nowMs;
    else roster.entries.delete(entry.accountId);
  }
}

/** An account that waits for its owner, or is gone, says nothing of how well others are read. */
const successOf = ({ kind }: Outcome): boolean | null => {
  if (kind === 'read') return true;
  return kind === 'later' ? false : null;
};

const holding = (entry: Entry) => ({ id: entry.accountId, server: entry.server });

const queued = (entry: Entry): QueuedAccount => ({
  ...holding(entry),
  lightDueMs: entry.lightDueMs,
  fullDueMs: entry.fullDueMs,
  priority: entry.priority,
  asked: entry.asked,
});
