import { listAccounts } from '../data/accounts.js';
import type { Database } from '../data/database.js';
import type { PlanTable } from '../domain/plans.js';
import { categories, type Category } from '../data/schema-trading.js';
import { toWall } from '../lib/zone.js';
import type { Sync } from '../sync/sync.js';
import { filterValue, readAccountFilter, withAccounts } from '../web/account-filter.js';
import type { ShellExtras } from '../web/page.js';
import type { Shell } from '../web/views.js';
import { lateNotice } from './billing.js';

interface Named {
  id: string;
  label: string;
  category: Category;
}

const mostRemembered = 1_000;

// Made once: making one costs more than the rest of the header.
const weekdayAndHour = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});
const opening = (opensAt: Date, timeZone: string): string =>
  weekdayAndHour.format(toWall(timeZone, opensAt.getTime()));

/** One line for all that is true of the whole installation; none where there is nothing to say. */
const noticesOf = (sync: Sync, timeZone: string): Shell['notices'] => {
  const { isOpen, opensAt } = sync.market();
  const closed =
    opensAt === null
      ? 'The market is closed.'
      : `Currencies are closed until ${opening(opensAt, timeZone)}; crypto goes on.`;
  const sentences = [
    ...(sync.isSimulated ? ['Simulated brokers: prices, accounts and money are invented.'] : []),
    ...(isOpen ? [] : [closed]),
  ];
  return sentences.length === 0 ? [] : [{ kind: 'info', text: sentences.join(' ') }];
};

/** What stands around every page of a person: the choice of accounts and the state of the market. */
export function createShell(
  db: Database,
  sync: Sync,
  plans: PlanTable | null = null,
): { extras: ShellExtras; sync: Sync } {
  // A page must not pay a query for its header: whoever changes accounts tells the synchronisation, and so this.
  const known = new Map<string, Promise<Named[]>>();
  const load = (userId: string): Promise<Named[]> => {
    if (known.size >= mostRemembered) known.clear();
    const loading = db.withTenant('app', userId, (tx) => listAccounts(tx, userId));
    known.set(userId, loading);
    loading.catch(() => known.delete(userId));
    return loading;
  };
  const extras: ShellExtras = async ({ userId, timeZone }, query) => {
    const accounts = await (known.get(userId) ?? load(userId));
    const filter = readAccountFilter(query);
    const late = plans === null ? null : await lateNotice(db, plans, { userId, timeZone });
    return {
      notices: [
        ...(late === null ? [] : [{ kind: 'bad' as const, text: late }]),
        ...noticesOf(sync, timeZone),
      ],
      accounts: accounts.length < 2 ? null : { value: filterValue(filter), options: optionsOf(accounts) },
      search: withAccounts('', filter),
    };
  };
  return {
    extras,
    sync: {
      feed: sync.feed,
      isSimulated: sync.isSimulated,
      open: (userId) => sync.open(userId),
      presenceOf: (userId) => sync.presenceOf(userId),
      ask: (userId, accountId) => sync.ask(userId, accountId),
      progressOf: (accountId) => sync.progressOf(accountId),
      market: () => sync.market(),
      readsPrices: () => sync.readsPrices(),
      askCandles: (wish) => sync.askCandles(wish),
      view: () => sync.view(),
      changed: async (userId) => {
        known.delete(userId);
        await sync.changed(userId);
      },
    },
  };
}

/** All, the categories that have accounts (where there are several), and each account. */
const optionsOf = (accounts: readonly Named[]): { value: string; label: string }[] => {
  const used = categories.filter((category) => accounts.some((account) => account.category === category));
  return [
    { value: '', label: 'All accounts' },
    ...(used.length > 1 ? used.map((category) => ({ value: category, label: `All ${category}` })) : []),
    ...accounts.map(({ id, label }) => ({ value: id, label })),
  ];
};
