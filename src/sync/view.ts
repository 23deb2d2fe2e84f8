import type { Slot } from '../terminals/supervisor.js';
import { capacity } from './capacity.js';
import type { Online } from './online.js';
import type { Entry } from './roster.js';
import type { Scheduler } from './scheduler.js';
import type { SyncView } from './sync.js';

interface Scene {
  entries: readonly Entry[];
  online: Online;
  scheduler: Scheduler;
  slots: readonly Slot[];
  nowMs: number;
}

/** The queue as an administrator sees it. */
export function viewOf({ entries, online, scheduler, slots, nowMs }: Scene): SyncView {
  const late = entries
    .filter((entry) => entry.lightDueMs < nowMs && !scheduler.isReading(entry.accountId))
    .map((entry) => nowMs - entry.lightDueMs);
  const states = online.users().map((userId) => online.stateOf(userId));
  const terminals = slots.filter((slot) => slot.role === 'accounts' && slot.view().state !== 'stopped');
  const servers = new Map<string, number>();
  for (const { server } of entries) servers.set(server, (servers.get(server) ?? 0) + 1);
  const groups = [...servers].map(([server, count]) => ({ server, count }));
  return {
    online: states.filter((state) => state === 'online').length,
    grace: states.filter((state) => state === 'grace').length,
    accounts: entries.length,
    waiting: late.length,
    oldestDueMs: late.length === 0 ? null : Math.max(...late),
    reading: scheduler.reading,
    capacity: capacity(groups, terminals.length, scheduler.costs()),
  };
}
