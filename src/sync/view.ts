import type { StateName } from '../terminals/state.js';
import type { Slot } from '../terminals/supervisor.js';
import { ageToExpectMs, capacity } from './capacity.js';
import type { Group } from './fill.js';
import type { Online } from './online.js';
import type { Entry } from './roster.js';
import type { Scheduler } from './scheduler.js';
import type { SyncView } from './sync.js';

/** A terminal in one of these serves nobody for long; the others are back within moments. */
const away: ReadonlySet<StateName> = new Set<StateName>(['stopped', 'quarantined', 'offline']);

const groupsOf = (entries: readonly Entry[]): Group[] => {
  const servers = new Map<string, number>();
  for (const { server } of entries) servers.set(server, (servers.get(server) ?? 0) + 1);
  return [...servers].map(([server, count]) => ({ server, count }));
};

interface Scene {
  entries: readonly Entry[];
  online: Online;
  scheduler: Scheduler;
  slots: readonly Slot[];
  nowMs: number;
}

/** The queue at this moment, as an administrator sees it. */
export function viewOf({ entries, online, scheduler, slots, nowMs }: Scene): SyncView {
  const late = entries
    .filter((entry) => entry.lightDueMs < nowMs && !scheduler.isReading(entry.accountId))
    .map((entry) => nowMs - entry.lightDueMs);
  const states = online.users().map((userId) => online.stateOf(userId));
  const readers = slots.filter((slot) => slot.role === 'accounts' && !away.has(slot.view().state));
  const groups = groupsOf(entries);
  const costs = scheduler.costs();
  return {
    online: states.filter((state) => state === 'online').length,
    grace: states.filter((state) => state === 'grace').length,
    accounts: entries.length,
    waiting: late.length,
    oldestDueMs: late.length === 0 ? null : Math.max(...late),
    reading: scheduler.reading,
    capacity: capacity(groups, readers.length, costs),
    ageMs: ageToExpectMs(groups, readers.length, costs),
  };
}
