import { listAccounts, type AccountRow } from '../../data/accounts.js';
import type { Database } from '../../data/database.js';
import { listPositions, type PositionRow } from '../../data/positions.js';
import { dayOf, startOfDay } from '../../lib/day.js';
import { isWithin, type AccountFilter } from '../../web/account-filter.js';
import { monthsAround } from './figures.js';
import {
  closedNets,
  lastClosed,
  quotes,
  standings,
  type ClosedNet,
  type LastTrade,
  type Quote,
  type Standing,
} from './queries.js';
import { serverDayStart } from './ticker.js';

/** The regions of the board, by the last part of their URL. */
export const regionNames = ['accounts', 'positions', 'closed', 'ticker', 'figures'] as const;
export type RegionName = (typeof regionNames)[number];

/** What the regions asked for show, as it stands in the database; what none of them shows is empty. */
export interface Board {
  accounts: AccountRow[];
  /** whether there are accounts outside of the filter */
  hasOthers: boolean;
  standings: ReadonlyMap<string, Standing>;
  positions: PositionRow[];
  quotes: Quote[];
  closed: LastTrade[];
  nets: ClosedNet[];
}

export interface Looker {
  userId: string;
  timeZone: string;
}

/** One transaction, and of its questions only those that the wanted regions need. Today is the user's own. */
export const readBoard = (
  db: Database,
  { userId, timeZone }: Looker,
  filter: AccountFilter,
  { now, wanted }: { now: Date; wanted: readonly RegionName[] },
): Promise<Board> =>
  db.withTenant('app', userId, async (tx) => {
    const shows = (...names: RegionName[]): boolean => names.some((name) => wanted.includes(name));
    const today = startOfDay(dayOf(now, timeZone), timeZone);
    const { from, to } = monthsAround(now, timeZone);
    const all = await listAccounts(tx, userId);
    const accounts = all.filter((account) => isWithin(filter, account));
    const ids = accounts.map(({ id }) => id);
    const open = shows('positions', 'ticker') ? await listPositions(tx, userId) : [];
    const positions = open.filter((position) => ids.includes(position.account_id));
    const names = shows('ticker') ? [...new Set(positions.map(({ name }) => name))] : [];
    return {
      accounts,
      hasOthers: all.length > accounts.length,
      positions,
      standings: shows('accounts') ? await standings(tx, userId, today) : new Map(),
      quotes: names.length > 0 ? await quotes(tx, names, { dayStart: serverDayStart(now) }) : [],
      closed: shows('closed') ? await lastClosed(tx, userId, { accounts: ids, limit: 8 }) : [],
      nets: shows('figures') ? await closedNets(tx, userId, { accounts: ids, from, to }) : [],
    };
  });
