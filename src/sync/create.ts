import type { Database } from '../data/database.js';
import type { Live } from '../data/live.js';
import { weekendAt } from '../domain/instrument.js';
import type { Clock } from '../lib/clock.js';
import type { Keyring } from '../lib/seal.js';
import type { Slot } from '../terminals/supervisor.js';
import type { After } from '../terminals/timers.js';
import { capacity } from './capacity.js';
import { brokerClocks } from './clocks.js';
import { createFeed } from './feed.js';
import { switchCosts } from './measured.js';
import { watchUsers } from './online.js';
import { Roster, type Entry } from './roster.js';
import { createScheduler } from './scheduler.js';
import { symbolBook } from './symbols.js';
import type { MarketState, Progress, Sync, SyncView } from './sync.js';
import { visit, type Outcome } from './visit.js';

export interface SyncParts {
  db: Database;
  live: Live;
  keyring: Keyring;
  clock: Clock;
  after: After;
  random: () => number;
  slots: readonly Slot[];
  isSimulated: boolean;
  /** at weekends one terminal reads slowly; a trial with simulated brokers goes on */
  slowWeekends: boolean;
  onError: (error: unknown) => void;
}

export interface RunningSync extends Sync {
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
  const deps = {
    db,
    keyring: parts.keyring,
    clock,
    clocks: brokerClocks(db),
    symbols: symbolBook(db, clock),
    onProgress: (accountId: string, now: Progress) => {
      progress.set(accountId, now);
      const entry = roster.entries.get(accountId);
      // Only a first reading is watched step by step; a refresh every 15 s needs no words.
      if (entry?.fullDueMs === null) tellStatus(entry.userId, accountId);
    },
  };
  const onVisited = (entry: Entry, outcome: Outcome): void => {
    progress.delete(entry.accountId);
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

  const view = (): SyncView => {
    const nowMs = clock.monotonicMs();
    const entries = [...roster.entries.values()];
    const due = entries.filter((one) => one.lightDueMs < nowMs && !scheduler.reading.has(one.accountId));
    const states = online.users().map((userId) => online.stateOf(userId));
    const terminals = slots.filter((slot) => slot.role === 'accounts' && slot.view().state !== 'stopped');
    const servers = new Map<string, number>();
    for (const { server } of entries) servers.set(server, (servers.get(server) ?? 0) + 1);
    const groups = [...servers].map(([server, count]) => ({ server, count }));
    return {
      online: states.filter((state) => state === 'online').length,
      grace: states.filter((state) => state === 'grace').length,
      accounts: entries.length,
      waiting: due.length,
      oldestDueMs: due.length === 0 ? null : Math.max(...due.map((one) => nowMs - one.lightDueMs)),
      reading: scheduler.reading.size,
      capacity: capacity(groups, terminals.length, switchCosts(slots)),
    };
  };

  return {
    feed,
    isSimulated: parts.isSimulated,
    open: (userId) => online.open(userId),
    presenceOf: (userId) => online.stateOf(userId),
    ask: (userId, accountId) => {
      roster
        .ask({ userId, accountId })
        .then(() => {
          progress.set(accountId, { step: 'waiting', done: null, total: null });
          scheduler.wake();
        })
        .catch(onError);
    },
    changed: async (userId) => {
      await load(userId);
      feed.publish(userId, [{ type: 'SYNC_STATUS', accountId: null }]);
    },
    progressOf: (accountId) => progress.get(accountId) ?? null,
    market,
    view,
    wake: () => scheduler.wake(),
    stop: async () => {
      online.stop();
      await scheduler.stop();
    },
  };
}
