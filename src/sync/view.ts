import type { Clock } from '../lib/clock.js';
import type { StateName } from '../terminals/state.js';
import type { Slot } from '../terminals/supervisor.js';
import { ageToExpectMs, capacity } from './capacity.js';
import type { Group } from './fill.js';
import { switchCosts } from './measured.js';
import type { Online } from './online.js';
import type { Entry, Roster } from './roster.js';
import type { Scheduler } from './scheduler.js';
import type { SyncView } from './sync.js';

/** A terminal in one of these serves nobody for long; the others are back within moments. */
const away: ReadonlySet<StateName> = new Set<StateName>(['stopped', 'quarantined', 'offline']);

const groupsOf = (entries: readonly Entry[]): Group[] => {
  const servers = new Map<string, number>();
  for (const { server } of entries) servers.set(server, (servers.get(server) ?? 0) + 1);
  return [...servers].map(([server, count]) => ({ server, count }));
};

interface Parts {
  clock: Clock;
  online: Online;
  roster: Roster;
  scheduler: Scheduler;
  slots: readonly Slot[];
}

/** The queue at this moment, as an administrator sees it. */
export function viewOf({ clock, online, roster, scheduler, slots }: Parts): SyncView {
  const nowMs = clock.monotonicMs();
  const entries = [...roster.entries.values()];
  const due = entries.filter((one) => one.lightDueMs < nowMs && !scheduler.reading.has(one.accountId));
  const states = online.users().map((userId) => online.stateOf(userId));
  const readers = slots.filter((slot) => slot.role === 'accounts' && !away.has(slot.view().state));
  const groups = groupsOf(entries);
  const costs = switchCosts(slots);
  return {
    online: states.filter((state) => state === 'online').length,
    grace: states.filter((state) => state === 'grace').length,
    accounts: entries.length,
    waiting: due.length,
    oldestDueMs: due.length === 0 ? null : Math.max(...due.map((one) => nowMs - one.lightDueMs)),
    reading: scheduler.reading.size,
    capacity: capacity(groups, readers.length, costs),
    ageMs: ageToExpectMs(groups, readers.length, costs),
  };
}
