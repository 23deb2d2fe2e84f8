import type { Sync } from '../../sync/sync.js';
import { filterValue, type AccountFilter } from '../../web/account-filter.js';
import type { Board, Looker, RegionName } from './board.js';
import { figuresView } from './figures.js';
import { tickerView } from './ticker.js';
import { accountsView, closedView, positionsView } from './view.js';

const leadOf = (filter: AccountFilter): string => {
  if (filter.kind === 'all') return 'Everything you have connected';
  return filter.kind === 'category' ? `${filter.category} accounts` : 'One account';
};

/** Finished strings of some regions of the board: the same for page, region alone, and push. */
export function boardPage(
  board: Board,
  filter: AccountFilter,
  { looker, sync, now, wanted }: { looker: Looker; sync: Sync; now: Date; wanted: readonly RegionName[] },
) {
  const { userId, timeZone } = looker;
  const isMarketOpen = sync.market().isOpen;
  const circumstances = { now, presence: sync.presenceOf(userId), isMarketOpen };
  const draw: Record<RegionName, () => object> = {
    accounts: () => accountsView(board, circumstances),
    positions: () => positionsView(board, circumstances),
    closed: () => closedView(board, circumstances),
    ticker: () => tickerView(board, filter),
    figures: () => figuresView(board, { now, timeZone }),
  };
  const value = filterValue(filter);
  return {
    // Nothing is connected: one invitation stands in the place of all regions.
    isBare: board.accounts.length === 0 && !board.hasOthers,
    lead: leadOf(filter),
    search: value === '' ? '' : `?account=${value}`,
    note: isMarketOpen ? 'every 15 s while you are here' : 'the market is closed',
    ...Object.fromEntries(wanted.map((name) => [name, draw[name]()])),
  };
}
