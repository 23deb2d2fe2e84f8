import { listAccounts, type AccountRow } from '../../data/accounts.js';
import type { Database } from '../../data/database.js';
import { listReconciliations, type ReconciliationRow } from '../../data/reconciliations.js';
import { dayOf, startOfDay } from '../../lib/day.js';
import type { AccountFilter } from '../../web/account-filter.js';
import { isWithin } from '../../web/account-filter.js';
import {
  closedSince,
  lastClosed,
  openPositions,
  type BoardPosition,
  type ClosedToday,
  type LastTrade,
} from './queries.js';

/** Everything the live board shows, as it stands in the database. */
export interface Board {
  accounts: AccountRow[];
  /** whether there are accounts outside of the filter */
  hasOthers: boolean;
  reconciliations: ReadonlyMap<string, ReconciliationRow>;
  today: ReadonlyMap<string, ClosedToday>;
  positions: BoardPosition[];
  closed: LastTrade[];
}

export interface Looker {
  userId: string;
  timeZone: string;
}

/** One transaction; `today` is the day of the user's own time zone. */
export const readBoard = (
  db: Database,
  { userId, timeZone }: Looker,
  filter: AccountFilter,
  now: Date,
): Promise<Board> =>
  db.withTenant('app', userId, async (tx) => {
    const since = startOfDay(dayOf(now, timeZone), timeZone);
    const all = await listAccounts(tx, userId);
    const accounts = all.filter((account) => isWithin(filter, account));
    const ids = new Set(accounts.map((account) => account.id));
    const today = await closedSince(tx, userId, since);
    const positions = await openPositions(tx, userId);
    return {
      accounts,
      hasOthers: all.length > accounts.length,
      reconciliations: await listReconciliations(tx, userId),
      today: new Map(today.map((row) => [row.account_id, row])),
      positions: positions.filter((position) => ids.has(position.account_id)),
      closed: await lastClosed(tx, userId, { accounts: [...ids], limit: 8 }),
    };
  });
