import type { Database } from '../data/database.js';
import type { Live } from '../data/live.js';
import { weekendAt } from '../domain/instrument.js';
import type { Clock } from '../lib/clock.js';
import type { Keyring } from '../lib/seal.js';
import type { Slot } from '../terminals/supervisor.js';
import type { After } from '../terminals/timers.js';
import { brokerClocks } from './clocks.js';
import { createFeed } from './feed.js';
import { watchMarket, type MarketAccount } from './market.js';
import { watchUsers } from './online.js';
import { Roster, type Entry } from './roster.js';
import { createScheduler } from './scheduler.js';
import { symbolBook } from './symbols.js';
import type { MarketState, Progress, Sync } from './sync.js';
import { viewOf } from './view.js';
import { visit, type Outcome } from './visit.js';

export interface SyncParts {
  db: Database;
  live: Live;
  keyring: Keyring;
  clock: Clock;
  after: After;
  random: () => number;
  slots: readonly Slot[];
  /** by which prices are read; null: none are */
  market: MarketAccount | null;
  isSimulated: boolean;
  /** at weekends one terminal reads slowly; a trial with simulated brokers goes on */
  slowWeekends: boolean;
  onError: (error: unknown) => void;
}

/** read · later: not now, it is tried again by itself · owner: it waits for its owner · gone: there is none */
export type Ending = Outcome['kind'];

export interface RunningSync extends Sync {
  /** As `ask`, and says what came of it. What a terminal broke off is tried again before there is an answer. */
  read(userId: string, accountId: string): Promise<Ending>;
  /** A terminal has changed: it may be free. */
  wake(): void;
  /** Ends when no account is being read any more. */
  stop(): Promise<void>;
}

/** The synchronisation of everybody who is online, over the terminals given. */
export async function createSync(parts: SyncParts): Promise<RunningSync> {
  const { db, clock, after, slots, onError } = parts;
  const feed = createFeed();
  const progress = new Map<string, Progress>();
  const roster = new Roster(db, () => clock.monotonicMs());
  const market = (): MarketState => {
    const { closed, opensAtMs } = weekendAt(clock.now().getTime());
    return { isOpen: !closed, opensAt: opensAtMs === null ? null : new Date(opensAtMs) };
  };
  const tellStatus = (userId: string, accountId: string): void =>
    feed.publish(userId, [{ type: 'SYNC_STATUS', accountId }]);
  const clocks = brokerClocks(db);
  const deps = {
    db,
    keyring: parts.keyring,
    clock,
    clocks,
    symbols: symbolBook(db, clock),
    onProgress: (accountId: string, now: Progress) => {
      progress.set(accountId, now);
      const entry = roster.entries.get(accountId);
      // Only a first reading is watched step by step; a refresh every 15 s needs no words.
      if (entry?.fullDueMs === null) tellStatus(entry.userId, accountId);
    },
  };
  const waiters = new Map<string, ((ending: Ending) => void)[]>();
  const end = (accountId: string, ending: Ending): void => {
    for (const tell of waiters.get(accountId) ?? []) tell(ending);
    waiters.delete(accountId);
  };
  const onVisited = (entry: Entry, outcome: Outcome, wasAsked: boolean): void => {
    progress.delete(entry.accountId);
    const isRetried = outcome.kind === 'later' && outcome.isTerminal;
    if (wasAsked && !isRetried) end(entry.accountId, outcome.kind);
    if (outcome.kind === 'read') feed.publish(entry.userId, outcome.events);
    else tellStatus(entry.userId, entry.accountId);
    if (online.stateOf(entry.userId) === 'offline') roster.drop(entry.userId);
  };
  const scheduler = createScheduler({
    clock,
    after,
    random: parts.random,
    roster,
    slots,
    visit: (errand) => visit(deps, errand),
    onVisited,
    onError,
    isSlow: () => parts.slowWeekends && !market().isOpen,
  });
  const load = async (userId: string): Promise<void> => {
    await roster.load(userId, online.stateOf(userId) !== 'offline');
    scheduler.wake();
  };
  const online = await watchUsers({
    clock,
    after,
    live: parts.live,
    onError,
    onChange: (userId, state) => {
      feed.publish(userId, [{ type: 'SYNC_STATUS', accountId: null }]);
      if (state === 'offline') roster.drop(userId);
      else load(userId).catch(onError);
    },
  });
  for (const userId of online.users()) load(userId).catch(onError);
  const { market: account } = parts;
  const prices =
    account === null
      ? null
      : watchMarket({
          ...{ db, clock, after, clocks, feed, slots, account, onError },
          users: () => online.users(),
          isOpen: () => market().isOpen,
        });

  const ask = async (userId: string, accountId: string): Promise<void> => {
    if (!(await roster.ask({ userId, accountId }))) {
      end(accountId, 'gone');
      return;
    }
    progress.set(accountId, { step: 'waiting', done: null, total: null });
    scheduler.wake();
  };

  return {
    feed,
    isSimulated: parts.isSimulated,
    open: (userId) => online.open(userId),
    presenceOf: (userId) => online.stateOf(userId),
    ask: (userId, accountId) => {
      ask(userId, accountId).catch(onError);
    },
    read: (userId, accountId) =>
      new Promise((resolve, reject) => {
        waiters.set(accountId, [...(waiters.get(accountId) ?? []), resolve]);
        ask(userId, accountId).catch(reject);
      }),
    changed: async (userId) => {
      await load(userId);
      feed.publish(userId, [{ type: 'SYNC_STATUS', accountId: null }]);
    },
    progressOf: (accountId) => progress.get(accountId) ?? null,
    market,
    view: () => viewOf({ clock, online, roster, scheduler, slots }),
    wake: () => scheduler.wake(),
    stop: async () => {
      online.stop();
      await prices?.stop();
      await scheduler.stop();
    },
  };
}
