import type { Clock } from '../../lib/clock.js';
import type { Feed, FeedEvent } from '../../sync/feed.js';
import { Channel, snapshotEveryMs, type Wire } from './channel.js';
import type { Reader } from './messages.js';

/** What a program's socket tells of itself. */
export interface Subscription {
  /** it wants to know how things are, after a gap */
  ask(): void;
  /** something has left */
  sent(): void;
  leave(): void;
}

export interface StreamHub {
  join(userId: string, wire: Wire): Subscription;
}

/** The programs of one user: what happens is read once for all of them. */
interface Group {
  userId: string;
  channels: Set<Channel>;
  events: FeedEvent[];
  /** ids of the accounts they know of */
  accounts: string;
  isWorking: boolean;
  timer: NodeJS.Timeout | undefined;
  leave: () => void;
}

interface Deps {
  feed: Feed;
  reader: Reader;
  clock: Clock;
  onError: (error: unknown) => void;
}

export function createStreamHub(deps: Deps): StreamHub {
  const groups = new Map<string, Group>();
  const open = (userId: string): Group => {
    const group: Group = {
      userId,
      channels: new Set(),
      events: [],
      accounts: '',
      isWorking: false,
      timer: undefined,
      // Before anything is read, so that no change falls between the snapshot and the first change.
      leave: deps.feed.subscribe(userId, (events) => {
        group.events.push(...events);
        void work(deps, group);
      }),
    };
    return group;
  };

  return {
    join: (userId, wire) => {
      const group = groups.get(userId) ?? open(userId);
      groups.set(userId, group);
      const channel = new Channel(wire);
      group.channels.add(channel);
      void work(deps, group);
      return {
        ask: () => {
          channel.ask();
          void work(deps, group);
        },
        sent: () => {
          if (channel.snapshotDueMs() !== null) void work(deps, group);
        },
        leave: () => {
          group.channels.delete(channel);
          if (group.channels.size > 0 || groups.get(userId) !== group) return;
          group.leave();
          clearTimeout(group.timer);
          groups.delete(userId);
        },
      };
    },
  };
}

/** One thing after the other, so that nothing is sent that is older than what was sent before. */
async function work(deps: Deps, group: Group): Promise<void> {
  if (group.isWorking) return;
  group.isWorking = true;
  clearTimeout(group.timer);
  try {
    while ((await giveSnapshots(deps, group)) || (await giveChanges(deps, group)));
  } catch (error) {
    deps.onError(error);
    group.events = [];
    for (const channel of group.channels) channel.fallBehind();
  }
  group.isWorking = false;
  later(deps, group);
}

/** To all who are owed one now. False: nobody was. */
async function giveSnapshots({ reader, clock }: Deps, group: Group): Promise<boolean> {
  const nowMs = clock.monotonicMs();
  const due = [...group.channels].filter((channel) => (channel.snapshotDueMs() ?? Infinity) <= nowMs);
  if (due.length === 0) return false;
  const { message, accounts } = await reader.snapshot(group.userId);
  group.accounts = accounts.join();
  for (const channel of due) if (group.channels.has(channel)) channel.giveSnapshot(message, nowMs);
  return true;
}

/** What has happened since, to all who have a snapshot. False: nothing has. */
async function giveChanges({ reader }: Deps, group: Group): Promise<boolean> {
  if (group.events.length === 0 || group.channels.size === 0) return false;
  const { messages, accounts } = await reader.changes(group.userId, group.events.splice(0));
  for (const channel of group.channels) channel.give(messages);
  // An account has come or gone, which no change can say.
  if (accounts.join() !== group.accounts) for (const channel of group.channels) channel.ask();
  group.accounts = accounts.join();
  return true;
}

/** A snapshot that may not be sent yet, or that failed, is tried when its time has come. */
function later(deps: Deps, group: Group): void {
  const moments = [...group.channels].flatMap((channel) => channel.snapshotDueMs() ?? []);
  if (moments.length === 0) return;
  const waitMs = Math.min(...moments) - deps.clock.monotonicMs();
  const ms = waitMs > 0 ? waitMs : snapshotEveryMs;
  group.timer = setTimeout(() => void work(deps, group), ms).unref();
}
