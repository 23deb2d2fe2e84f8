import { withoutTerminals } from '../sync/none.js';
import type { Attention, Progress, Sync } from '../sync/sync.js';

/** A synchronisation that reads nothing, says what a test wants, and remembers what it was told. */
export interface ScriptedSync extends Sync {
  presence: Attention;
  progress: Map<string, Progress>;
  /** `changed <userId>` and `ask <accountId>`, in order */
  told: string[];
}

export function scriptedSync({ isSimulated = false }: { isSimulated?: boolean } = {}): ScriptedSync {
  const told: string[] = [];
  const progress = new Map<string, Progress>();
  const sync: ScriptedSync = {
    ...withoutTerminals(),
    isSimulated,
    presence: 'online',
    progress,
    told,
    readsPrices: () => true,
    presenceOf: () => sync.presence,
    progressOf: (accountId) => progress.get(accountId) ?? null,
    ask: (_userId, accountId) => void told.push(`ask ${accountId}`),
    changed: (userId) => {
      told.push(`changed ${userId}`);
      return Promise.resolve();
    },
  };
  return sync;
}
