import { accountOf, type AccountRow } from '../../data/accounts.js';
import type { Tx } from '../../data/database.js';
import type { AccountState } from '../../data/schema-trading.js';
import { notFound } from '../../lib/fault.js';
import type { Sync } from '../../sync/sync.js';
import { ageOf, shownState, type ShownState } from '../../web/account-state.js';
import { idField } from '../../web/form.js';

/** The account of an address, which is its owner's or does not exist. Throws a Fault 404. */
export async function ownAccount(tx: Tx, userId: string, id: string): Promise<AccountRow> {
  const known = idField.safeParse(id);
  const account = known.success ? await accountOf(tx, userId, known.data) : undefined;
  if (account === undefined) throw notFound();
  return account;
}

/** What an account's state and age are at this moment. */
export function conditionOf(
  account: AccountRow,
  sync: Sync,
  now: Date,
): { state: ShownState; ageSeconds: number | null } {
  const ageSeconds = ageOf(account.light_synced_at, now);
  const state = shownState(account, {
    presence: sync.presenceOf(account.user_id),
    ageSeconds,
    isMarketOpen: sync.market().isOpen,
  });
  return { state, ageSeconds };
}

const readable: readonly AccountState[] = ['connecting', 'live', 'incomplete', 'offline'];

/** Whether asking for it would read the account: paused ones and those that wait for their owner are left alone. */
export const isReadable = ({ type, state }: Pick<AccountRow, 'type' | 'state'>): boolean =>
  type === 'live' && readable.includes(state);
