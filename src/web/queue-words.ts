import { span } from './figures.js';
import type { TerminalFacts } from './terminal-words.js';

/** The people of an installation; null: it cannot be seen from here. The invented trader of a trial is none of them. */
export interface PeopleFacts {
  registered: number | null;
  online: number | null;
  /** their last page closed less than five minutes ago */
  grace: number | null;
}

export interface QueueFacts {
  /** accounts that are read, now and again */
  accounts: number;
  /** in a terminal at this moment */
  reading: number;
  /** whose reading is due and has not begun */
  waiting: number;
  /** how late the latest of them is; null: none is */
  oldestDueS: number | null;
  /** accounts that fit in 15 s; null: unknown */
  capacity: number | null;
  /** the capacity rests on switch times measured here, not on assumed ones */
  isMeasured: boolean;
  /** how old the accounts' numbers get before they are read again; null: nothing is read */
  ageS: number | null;
}

/** What is seen of an installation's readers at one moment. Null: it cannot be seen from here, or none are run. */
export interface EngineFacts {
  users: PeopleFacts;
  queue: QueueFacts | null;
  terminals: TerminalFacts[] | null;
}

export const nothingSeen: EngineFacts = {
  users: { registered: null, online: null, grace: null },
  queue: null,
  terminals: null,
};

interface CapacityWords {
  level: 'green' | 'amber';
  says: string;
  fix: string | null;
}

/** Whether what is read now fits, and the ages to expect where it does not. */
export function capacityWords({ capacity, accounts, isMeasured, ageS }: QueueFacts): CapacityWords {
  const now = `${accounts} ${accounts === 1 ? 'is' : 'are'} read now`;
  if (capacity === null) return { level: 'green', says: `unknown; ${now}`, fix: null };
  const basis = isMeasured ? 'at the switch times measured' : 'at assumed switch times';
  const says = `fits ${capacity} account${capacity === 1 ? '' : 's'} in 15 s ${basis}; ${now}`;
  if (accounts <= capacity) return { level: 'green', says, fix: null };
  const fix =
    ageS === null
      ? 'No terminal reads accounts at the moment: see the terminals.'
      : `Expect numbers up to ${span(ageS)} old; nothing is lost. Bring back terminals that are away, or pause accounts that nobody needs.`;
  return { level: 'amber', says, fix };
}
