import { accountOf, type AccountRow } from '../../data/accounts.js';
import type { Tx } from '../../data/database.js';
import type { AccountState } from '../../data/schema-trading.js';
import { notFound } from '../../lib/fault.js';
import { idField } from '../../web/form.js';

/** The account of an address, which is its owner's or does not exist. Throws a Fault 404. */
export async function ownAccount(tx: Tx, userId: string, id: string): Promise<AccountRow> {
  const known = idField.safeParse(id);
  const account = known.success ? await accountOf(tx, userId, known.data) : undefined;
  if (account === undefined) throw notFound();
  return account;
}

const readable: readonly AccountState[] = ['connecting', 'live', 'incomplete', 'offline'];

/** Whether asking for it would read the account: paused ones and those that wait for their owner are left alone. */
export const isReadable = ({ type, state }: Pick<AccountRow, 'type' | 'state'>): boolean =>
  type === 'live' && readable.includes(state);
