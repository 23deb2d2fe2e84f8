import { type Costs, fullEveryMs, type Holding, lightEveryMs, visitMs } from '../sync/costs.js';
import type { Round } from '../sync/plan.js';
import { type Assignment, nextAssignments, type QueuedAccount, type Situation } from '../sync/queue.js';

/** One reading, from the switch to the last byte. */
export interface Visit {
  readonly slot: number;
  readonly accountId: string;
  readonly work: Assignment['work'];
  readonly startMs: number;
  readonly endMs: number;
  /** false: the login failed, or the terminal was lost on the way */
  readonly isRead: boolean;
}

export type Choose = (situation: Situation) => {
  readonly assignments: readonly Assignment[];
  readonly waitMs: number | null;
};

interface Slot {
  resident: Holding | null;
  at: { assignment: Assignment; startMs: number; endMs: number } | null;
}

export interface World {
  nowMs: number;
  readonly accounts: Map<string, QueuedAccount>;
  readonly slots: Map<number, Slot>;
  /** accounts whose login fails */
  readonly failing: Set<string>;
  readonly visits: Visit[];
}

export interface Happening {
  readonly atMs: number;
  readonly act: (world: World) => void;
}

export interface Simulation {
  readonly choose: Choose;
  readonly costs: Costs;
  /** what a visit really takes when it should take `ms` */
  readonly really?: (ms: number) => number;
  readonly firstMs?: number;
  readonly terminals: number;
  readonly happenings: readonly Happening[];
  readonly untilMs: number;
}

/** The queue as the scheduler will hold it: with its rounds remembered from question to question. */
export const ourQueue = (): Choose => {
  let rounds: readonly Round[] = [];
  return (situation) => {
    const decision = nextAssignments(situation, rounds);
    rounds = decision.rounds;
    return decision;
  };
};

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const online = (world: World, account: Holding & Partial<QueuedAccount>): void =>
  void world.accounts.set(account.id, {
    lightDueMs: world.nowMs,
    fullDueMs: world.nowMs,
    priority: 0,
    asked: false,
    ...account,
  });

export const lose = (world: World, slot: number): void => {
  const lost = world.slots.get(slot);
  if (lost?.at) record(world, lost.at, false);
  world.slots.delete(slot);
};

export const restart = (world: World, slot: number): void =>
  void world.slots.set(slot, { resident: null, at: null });

const record = (world: World, { assignment, startMs }: NonNullable<Slot['at']>, isRead: boolean): void =>
  void world.visits.push({ ...assignment, startMs, endMs: world.nowMs, isRead });

const finish = (world: World, slot: Slot): void => {
  if (slot.at === null) return;
  const { accountId, work } = slot.at.assignment;
  const isRead = !world.failing.has(accountId);
  record(world, slot.at, isRead);
  slot.at = null;
  if (!isRead) slot.resident = null;
  const account = world.accounts.get(accountId);
  if (account === undefined) return;
  world.accounts.set(accountId, {
    ...account,
    lightDueMs: world.nowMs + lightEveryMs,
    fullDueMs: work === 'light' || !isRead ? account.fullDueMs : world.nowMs + fullEveryMs,
  });
};

const start = (world: World, assignment: Assignment, options: Simulation): void => {
  const account = world.accounts.get(assignment.accountId);
  const slot = world.slots.get(assignment.slot);
  if (account === undefined || slot === undefined || slot.at !== null)
    throw new Error(`${JSON.stringify(assignment)} cannot be done`);
  const takesMs = visitMs(slot.resident, account, options.costs);
  const wholeMs = takesMs + (assignment.work === 'first' ? (options.firstMs ?? 0) : 0);
  const startMs = world.nowMs;
  slot.at = { assignment, startMs, endMs: startMs + (options.really ?? ((ms) => ms))(wholeMs) };
  slot.resident = { id: account.id, server: account.server };
  world.accounts.set(account.id, { ...account, asked: false });
};

const ask = (world: World, options: Simulation): number => {
  const terminals = [...world.slots].map(([slot, { resident, at }]) => ({
    slot,
    resident,
    isFree: at === null,
  }));
  if (!terminals.some(({ isFree }) => isFree)) return Infinity;
  const { nowMs } = world;
  const situation = { accounts: [...world.accounts.values()], terminals, costs: options.costs, nowMs };
  const { assignments, waitMs } = options.choose(situation);
  for (const assignment of assignments) start(world, assignment, options);
  return waitMs === null ? Infinity : nowMs + Math.max(1, waitMs);
};

/** Lets terminals that only take time do what a queue tells them; returns every visit in the order of their ends. */
export const simulate = (options: Simulation): readonly Visit[] => {
  const world: World = { nowMs: 0, accounts: new Map(), slots: new Map(), failing: new Set(), visits: [] };
  for (let slot = 1; slot <= options.terminals; slot += 1) restart(world, slot);
  const happenings = [...options.happenings].sort((a, b) => a.atMs - b.atMs);
  let wakeMs = 0;
  for (;;) {
    const ends = [...world.slots.values()].map(({ at }) => at?.endMs ?? Infinity);
    const nextMs = Math.min(...ends, wakeMs, happenings[0]?.atMs ?? Infinity);
    if (nextMs > options.untilMs) return world.visits;
    world.nowMs = nextMs;
    while ((happenings[0]?.atMs ?? Infinity) <= nextMs) happenings.shift()?.act(world);
    for (const slot of world.slots.values()) if ((slot.at?.endMs ?? Infinity) <= nextMs) finish(world, slot);
    wakeMs = ask(world, options);
  }
};

export const visitsOf = (visits: readonly Visit[], id: string): Visit[] =>
  visits.filter(({ accountId }) => accountId === id);

/** The longest time between two ends of visits of an account, within a stretch of time. */
export const longestGapMs = (
  visits: readonly Visit[],
  id: string,
  fromMs: number,
  toMs = 10 * 60_000,
): number => {
  const ends = visitsOf(visits, id)
    .map(({ endMs }) => endMs)
    .filter((ms) => ms >= fromMs && ms <= toMs);
  return Math.max(...[...ends, toMs].map((ms, index) => ms - (ends[index - 1] ?? fromMs)));
};

/** Do two visits that have the same of something ever overlap? */
export const overlap = (visits: readonly Visit[], same: (visit: Visit) => string | number): boolean => {
  const byStart = [...visits].sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  const busyUntil = new Map<string | number, number>();
  return byStart.some((visit) => {
    const isBusy = visit.startMs < (busyUntil.get(same(visit)) ?? 0);
    busyUntil.set(same(visit), visit.endMs);
    return isBusy;
  });
};
