import { listAccounts } from '../data/accounts.js';
import type { Database } from '../data/database.js';
import { categories, type Category } from '../data/schema-trading.js';
import type { Sync } from '../sync/sync.js';
import { filterValue, readAccountFilter, withAccounts } from '../web/account-filter.js';
import type { ShellExtras } from '../web/page.js';

interface Named {
  id: string;
  label: string;
  category: Category;
}

const mostRemembered = 1_000;

const simulatedNotice = {
  kind: 'info' as const,
  text: 'The brokers of this installation are simulated: prices, accounts and money are invented.',
};

const closedNotice = (opensAt: Date | null, timeZone: string) => ({
  kind: 'info' as const,
  text:
    opensAt === null
      ? 'The market is closed.'
      : `Currencies are closed until ${new Intl.DateTimeFormat('en-GB', {
          weekday: 'long',
          hour: '2-digit',
          minute: '2-digit',
          timeZone,
        }).format(opensAt)}. Crypto goes on.`,
});

/** What stands around every page of a person: the choice of accounts and the state of the market. */
export function createShell(db: Database, sync: Sync): { extras: ShellExtras; sync: Sync } {
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
    const { isOpen, opensAt } = sync.market();
    return {
      notices: [
        ...(sync.isSimulated ? [simulatedNotice] : []),
        ...(isOpen ? [] : [closedNotice(opensAt, timeZone)]),
      ],
      accounts: accounts.length < 2 ? null : { value: filterValue(filter), options: optionsOf(accounts) },
      search: withAccounts('', filter),
    };
  };
  return {
    extras,
    sync: {
      ...sync,
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
