import { addAccount, removeOldDrafts, setCredentials, type AccountRow } from '../../data/accounts.js';
import { accountAt, adoptAccount } from '../../data/adopted.js';
import { recordActivity } from '../../data/audit.js';
import { sealPassword } from '../../data/broker-password.js';
import type { Tx } from '../../data/database.js';
import { isDuplicate } from '../../data/outage.js';
import { admitAccount, admitLive, admitReading } from '../../data/plan-gates.js';
import { takeReceipt } from '../../data/receipts.js';
import type { AccountType, Category } from '../../data/schema-trading.js';
import type { Activity, Occasion } from '../../domain/activity.js';
import { dayMs } from '../../lib/clock.js';
import { currencyDigits } from '../../lib/currency.js';
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

const noted = (accountId: string, { connection, label }: WantedAccount): Activity => {
  const details = { accountId, label };
  if (connection === null) return { what: 'account-added', details };
  const { server, login } = connection;
  return { what: 'account-connected', details: { ...details, server, login } };
};

const sealed = (kit: Kit, userId: string, accountId: string, { server, login, investorPassword }: Login) => ({
  server,
  login,
  sealedPassword: sealPassword(kit, { userId, accountId, server, login }, investorPassword),
});

/** Connects the account of reports that is held at this login; null where there is none. */
async function adopt(
  tx: Tx,
  { kit, userId, occasion }: { kit: Kit; userId: string; occasion: Occasion },
  wanted: WantedAccount,
): Promise<string | null> {
  const { connection, label, category, formId } = wanted;
  if (connection === null) return null;
  const found = await accountAt(tx, userId, connection);
  if (found?.type !== 'report') return null;
  await admitLive(tx, { plans: kit.plans, userId, at: occasion.at }, found.id);
  if (formId !== null) await takeReceipt(tx, userId, formId, occasion.at);
  const { sealedPassword } = sealed(kit, userId, found.id, connection);
  await adoptAccount(tx, userId, found.id, { label, category, sealedPassword });
  await recordActivity(tx, userId, occasion, noted(found.id, wanted));
  return found.id;
}

/**
 * Adds an account and has it read; one that reports have filled is read from then on, and keeps its id. `twice`: this
 * form, or an account of this id, was here already, and nothing was done; `taken`: the user has this login at this
 * server already. Throws a Fault 402 where it is beyond the plan.
 */
export async function createAccount(
  { kit, sync, occasion }: { kit: Kit; sync: Sync; occasion: Occasion },
  userId: string,
  wanted: WantedAccount,
): Promise<{ outcome: 'made' | 'twice' | 'taken'; id: string }> {
  const by = { kit, userId, occasion };
  const adopted = await kit.db.withTenant('app', userId, (tx) => adopt(tx, by, wanted));
  const outcome = adopted === null ? await addNew(by, wanted) : 'made';
  if (outcome !== 'made') return { outcome, id: await placeOf(kit, userId, wanted) };
  const id = adopted ?? wanted.id;
  await sync.changed(userId);
  if (wanted.type === 'live') sync.ask(userId, id);
  return { outcome, id };
}

/** The account that a form made when it came first, which may have been there before. */
async function placeOf({ db }: Kit, userId: string, { id, connection }: WantedAccount): Promise<string> {
  if (connection === null) return id;
  const found = await db.withTenant('app', userId, (tx) => accountAt(tx, userId, connection));
  return found?.id ?? id;
}

async function addNew(
  { kit, userId, occasion }: { kit: Kit; userId: string; occasion: Occasion },
  wanted: WantedAccount,
): Promise<'made' | 'twice' | 'taken'> {
  const { id, type, label, category, connection, currency, formId } = wanted;
  const { at } = occasion;
  const row = {
    id,
    userId,
    type,
    label,
    category,
    at,
    connection: connection === null ? null : sealed(kit, userId, id, connection),
    currency: currency === null ? undefined : { code: currency, digits: currencyDigits(currency) },
  };
  try {
    const isFirst = await kit.db.withTenant('app', userId, async (tx) => {
      if (formId !== null && !(await takeReceipt(tx, userId, formId, at))) return false;
      await removeOldDrafts(tx, userId, new Date(at.getTime() - dayMs));
      await admitAccount(tx, { plans: kit.plans, userId, at }, type === 'live');
      await addAccount(tx, row);
      await recordActivity(tx, userId, occasion, noted(id, wanted));
      return true;
    });
    if (!isFirst) return 'twice';
  } catch (error) {
    if (isDuplicate(error, 'accounts_pkey')) return 'twice';
    if (isTaken(error)) return 'taken';
    throw error;
  }
  return 'made';
}

/**
 * Gives a live account other credentials and tries them. `gone`: it is there no more. Throws a Fault 402 for one that is
 * paused where the plan covers no more.
 */
export async function renewCredentials(
  { kit, sync, occasion }: { kit: Kit; sync: Sync; occasion: Occasion },
  { user_id: userId, id, label, state }: AccountRow,
  given: Login,
): Promise<'done' | 'taken' | 'gone'> {
  const connection = sealed(kit, userId, id, given);
  try {
    const isDone = await kit.db.withTenant('app', userId, async (tx) => {
      const wish = { plans: kit.plans, userId, at: occasion.at };
      if (state === 'paused') await admitReading(tx, wish, id);
      if (!(await setCredentials(tx, userId, id, connection))) return false;
      const renewed = { what: 'account-password', details: { accountId: id, label } } as const;
      await recordActivity(tx, userId, occasion, renewed);
      return true;
    });
    if (!isDone) return 'gone';
  } catch (error) {
    if (isTaken(error)) return 'taken';
    throw error;
  }
  await sync.changed(userId);
  sync.ask(userId, id);
  return 'done';
}
