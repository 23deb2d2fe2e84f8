import { addAccount, removeOldDrafts, setCredentials, type AccountRow } from '../../data/accounts.js';
import { sealPassword } from '../../data/broker-password.js';
import { isDuplicate } from '../../data/outage.js';
import { takeReceipt } from '../../data/receipts.js';
import type { AccountType, Category } from '../../data/schema-trading.js';
import { dayMs } from '../../lib/clock.js';
import type { Sync } from '../../sync/sync.js';
import type { Kit } from '../../web/kit.js';

interface Login {
  server: string;
  login: string;
  investorPassword: string;
}

export interface WantedAccount {
  id: string;
  type: AccountType;
  label: string;
  category: Category;
  /** null where nothing is synchronised */
  connection: Login | null;
  /** ISO code; null where the broker says it, or nobody has */
  currency: string | null;
  /** the number of the form, when it came by one */
  formId: string | null;
}

const isTaken = (error: unknown): boolean => isDuplicate(error, 'accounts_by_login');

const sealed = (kit: Kit, userId: string, accountId: string, { server, login, investorPassword }: Login) => ({
  server,
  login,
  sealedPassword: sealPassword(kit, { userId, accountId, server, login }, investorPassword),
});

/** Decimals of a currency's amounts: none for yen, two for whatever is not known. */
const digitsOf = (code: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions()
    .maximumFractionDigits ?? 2;

/**
 * Adds an account and has it read. `twice`: this form, or an account of this id, was here already, and nothing was
 * done; `taken`: the user has this login at this server already.
 */
export async function createAccount(
  { kit, sync }: { kit: Kit; sync: Sync },
  userId: string,
  wanted: WantedAccount,
): Promise<'made' | 'twice' | 'taken'> {
  const { id, type, label, category, connection, currency, formId } = wanted;
  const at = kit.clock.now();
  const row = {
    id,
    userId,
    type,
    label,
    category,
    at,
    connection: connection === null ? null : sealed(kit, userId, id, connection),
    currency: currency === null ? undefined : { code: currency, digits: digitsOf(currency) },
  };
  try {
    const isFirst = await kit.db.withTenant('app', userId, async (tx) => {
      if (formId !== null && !(await takeReceipt(tx, userId, formId, at))) return false;
      await removeOldDrafts(tx, userId, new Date(at.getTime() - dayMs));
      await addAccount(tx, row);
      return true;
    });
    if (!isFirst) return 'twice';
  } catch (error) {
    if (isDuplicate(error, 'accounts_pkey')) return 'twice';
    if (isTaken(error)) return 'taken';
    throw error;
  }
  await sync.changed(userId);
  if (type === 'live') sync.ask(userId, id);
  return 'made';
}

/** Gives a live account other credentials and tries them. `gone`: it is there no more. */
export async function renewCredentials(
  { kit, sync }: { kit: Kit; sync: Sync },
  { user_id: userId, id }: AccountRow,
  given: Login,
): Promise<'done' | 'taken' | 'gone'> {
  const connection = sealed(kit, userId, id, given);
  try {
    const isDone = await kit.db.withTenant('app', userId, (tx) => setCredentials(tx, userId, id, connection));
    if (!isDone) return 'gone';
  } catch (error) {
    if (isTaken(error)) return 'taken';
    throw error;
  }
  await sync.changed(userId);
  sync.ask(userId, id);
  return 'done';
}
