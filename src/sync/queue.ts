import { type Costs, type Holding, lightEveryMs, visitMs } from './costs.js';
import { planned, reliefOf, type Round } from './plan.js';
import {
  byDeadline,
  byUrgency,
  canInterrupt,
  helped,
  isFirst,
  nextFirstMs,
  nextLateMs,
  outlook,
  type View,
} from './turns.js';

export interface QueuedAccount extends Holding {
  /** by when the next reading should be finished; moved on by every visit, also by one that failed */
  readonly lightDueMs: number;
  /** the same for the deals; null: its history was never read, which comes before everything else once it is due */
  readonly fullDueMs: number | null;
  /** 1 goes first among equals */
  readonly priority: 0 | 1;
  /** asked by hand: once, soon; the caller takes it back when the account is assigned */
  readonly asked: boolean;
}

export interface Terminal {
  readonly slot: number;
  readonly isFree: boolean;
  /** what it holds; while it is not free, the account it is reading or bringing in */
  readonly resident: Holding | null;
}

/** Times are in ms on one clock that only grows. Terminals that are away are left out. */
export interface Situation {
  readonly accounts: readonly QueuedAccount[];
  readonly terminals: readonly Terminal[];
  readonly costs: Costs;
  readonly nowMs: number;
}

export interface Assignment {
  readonly slot: number;
  readonly accountId: string;
  /** positions; positions and new deals; the whole history */
  readonly work: 'light' | 'full' | 'first';
}

export interface Decision {
  readonly assignments: readonly Assignment[];
  /** when to ask again if nothing happens before; null: only when something happens. Asking early is harmless. */
  readonly waitMs: number | null;
  /** to be handed in with the next question; losing it costs a new plan */
  readonly rounds: readonly Round[];
}

/** Deals are read with the visit that is nearest to when they are due. */
const workFor = (account: QueuedAccount, nowMs: number): Assignment['work'] => {
  if (account.fullDueMs === null) return 'first';
  return account.asked || account.fullDueMs - nowMs <= lightEveryMs / 2 ? 'full' : 'light';
};

/** Whoever goes before the rounds: asked for by hand, or never read (after a failure not before it is due again). */
const urgent = (view: View): QueuedAccount[] =>
  [...view.accounts.values()]
    .filter((account) => account.asked || (isFirst(account) && account.lightDueMs <= view.nowMs))
    .filter(({ id }) => !view.taken.has(id))
    .sort(byUrgency);

/** A long history holds one terminal; half of them may be held like that while there are others to read. */
const firstsAllowed = (terminals: number, view: View): number =>
  [...view.accounts.values()].every(isFirst) ? terminals : Math.max(1, Math.floor(terminals / 2));

/** Where everybody is late all the time, no round is ever to be interrupted: whoever waits for that goes first at last. */
const hasWaitedLong = ({ lightDueMs }: QueuedAccount, { nowMs }: View): boolean =>
  nowMs - lightDueMs >= 4 * lightEveryMs;

const interruptions = (open: readonly Terminal[], firstsLeft: number, view: View): Assignment[] => {
  const left = new Set(open);
  const patient = new Set(open.filter((terminal) => canInterrupt(terminal, view)));
  let firsts = firstsLeft;
  const assignments: Assignment[] = [];
  for (const account of urgent(view)) {
    if (isFirst(account) && firsts <= 0) continue;
    const free = [...left].filter((one) => patient.has(one) || hasWaitedLong(account, view));
    const costs = free.map(({ resident }) => visitMs(resident, account, view.costs));
    const terminal = free[costs.indexOf(Math.min(...costs))];
    if (terminal === undefined) continue;
    left.delete(terminal);
    if (isFirst(account)) firsts -= 1;
    view.taken.add(account.id);
    assignments.push({
      slot: terminal.slot,
      accountId: account.id,
      work: workFor(account, view.nowMs),
    });
  }
  return assignments;
};

/** All accounts with a history are divided; whoever has none is read apart from the rounds. */
const planFor = (
  { accounts, terminals, costs, nowMs }: Situation,
  before: readonly Round[],
): readonly Round[] =>
  planned(before, {
    accounts: accounts.filter((account) => !isFirst(account)).sort(byDeadline(nowMs)),
    slots: terminals.map(({ slot }) => slot),
    costs,
  });

/**
 * What the free terminals do next. Three questions, in this order: is somebody asked for, or new? Whose turn is it in
 * each terminal's round, and is it time? Can an idle terminal help out? An account is never given to two terminals.
 */
export const nextAssignments = (situation: Situation, before: readonly Round[]): Decision => {
  const { accounts, terminals, costs, nowMs } = situation;
  const rounds = planFor(situation, before);
  const busy = terminals.filter(({ isFree }) => !isFree);
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const taken = new Set(busy.flatMap(({ resident }) => resident?.id ?? []));
  const firsts = accounts.filter((account) => isFirst(account) && taken.has(account.id));
  const held = new Set(
    busy.filter(({ resident }) => firsts.some(({ id }) => id === resident?.id)).map(({ slot }) => slot),
  );
  const view = { nowMs, costs, accounts: byId, rounds: reliefOf(rounds, held, costs), taken };

  const free = terminals.filter(({ isFree }) => isFree);
  const assignments = interruptions(free, firstsAllowed(terminals.length, view) - held.size, view);
  for (const { slot, work } of assignments) if (work === 'first') held.add(slot);
  const left = free.filter(({ slot }) => !assignments.some((one) => one.slot === slot));
  const turns = takeTurns(left, { ...view, rounds: reliefOf(rounds, held, costs) });
  return {
    assignments: [...assignments, ...turns.assignments],
    waitMs: turns.waitMs,
    rounds: rounds.map((round) => ({ ...round, lastId: turns.lastIds.get(round.slot) ?? round.lastId })),
  };
};

/** Each terminal's turn in its round if it is time, else its help elsewhere, else nothing until it has to go on. */
const takeTurns = (free: readonly Terminal[], view: View) => {
  const assignments: Assignment[] = [];
  const lastIds = new Map<number, string>();
  const waits: number[] = [];
  const give = ({ slot }: Terminal, account: QueuedAccount): void => {
    view.taken.add(account.id);
    assignments.push({ slot, accountId: account.id, work: workFor(account, view.nowMs) });
  };
  const idle = free.filter((terminal) => {
    const { next, spareMs } = outlook(terminal, view);
    if (next === null || spareMs > 0) return true;
    lastIds.set(terminal.slot, next.id);
    give(terminal, next);
    return false;
  });
  for (const terminal of idle) {
    const ahead = outlook(terminal, view);
    const late = helped(terminal, ahead, view);
    if (late !== null) give(terminal, late);
    else waits.push(ahead.spareMs, ahead.restMs, nextLateMs(view), nextFirstMs(view));
  }
  const waitMs = Math.min(...waits.filter((ms) => ms > 0));
  return { assignments, lastIds, waitMs: Number.isFinite(waitMs) ? waitMs : null };
};
