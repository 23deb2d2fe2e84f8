import { listAccounts } from '../../data/accounts.js';
import type { Tx } from '../../data/database.js';
import { listPositions } from '../../data/positions.js';
import { serverDayStart } from '../../domain/server-day.js';
import { dayOf, startOfDay } from '../../lib/day.js';
import { isWithin, type AccountFilter } from '../../web/account-filter.js';
import type { Picture } from '../../web/live.js';
import { readLists, type Lists, type Moments } from './queries.js';

/** The regions of the board, by the last part of their URL. */
export const regionNames = ['accounts', 'positions', 'closed', 'ticker', 'figures'] as const;
export type RegionName = (typeof regionNames)[number];

/** All that the board shows of some accounts. */
export interface Board extends Picture, Lists {
  /** whether there are accounts outside of the filter */
  hasOthers: boolean;
}

export interface Looker {
  userId: string;
  timeZone: string;
}

/** Today is the user's own. */
export const momentsOf = (now: Date, timeZone: string): Moments => ({
  today: startOfDay(dayOf(now, timeZone), timeZone),
  dayStart: serverDayStart(now),
});

/** Everything of one user but figures, of which filters take what they show: three questions on one way. */
export async function readAll(
  tx: Tx,
  { userId, timeZone }: Looker,
  now: Date,
): Promise<{ picture: Picture; lists: Lists }> {
  const [accounts, positions, lists] = await Promise.all([
    listAccounts(tx, userId),
    listPositions(tx, userId),
    readLists(tx, userId, momentsOf(now, timeZone)),
  ]);
  return { picture: { accounts, positions }, lists };
}

/** What a filter shows. */
export function boardOf({ accounts: all, positions }: Picture, lists: Lists, filter: AccountFilter): Board {
  const accounts = all.filter((account) => isWithin(filter, account));
  const ids = new Set(accounts.map(({ id }) => id));
  return {
    ...lists,
    accounts,
    hasOthers: all.length > accounts.length,
    positions: positions.filter((position) => ids.has(position.account_id)),
    closed: lists.closed.filter((trade) => ids.has(trade.account_id)),
  };
}
