import type { Sync } from '../../sync/sync.js';
import type { AccountFilter } from '../../web/account-filter.js';
import type { Board, RegionName } from './board.js';
import { boardHref, periodLinks, type Figures, type Wanted } from './figures.js';
import { tickerView } from './ticker.js';
import { accountsView, closedView, positionsView } from './view.js';

const leadOf = (filter: AccountFilter): string => {
  if (filter.kind === 'all') return 'Everything you have connected';
  return filter.kind === 'category' ? `${filter.category} accounts` : 'One account';
};

interface Drawing {
  wanted: Wanted;
  sync: Sync;
  now: Date;
  names: readonly RegionName[];
  /** null: not asked for */
  figures: Figures | null;
}

/** Finished strings of some regions of the board: the same for page, region alone, and push. */
export function boardPage(board: Board, { wanted, sync, now, names, figures }: Drawing) {
  const { looker, filter } = wanted;
  const isMarketOpen = sync.market().isOpen;
  const circumstances = { now, presence: sync.presenceOf(looker.userId), isMarketOpen };
  const draw: Record<RegionName, () => object | null> = {
    accounts: () => accountsView(board, circumstances),
    positions: () => positionsView(board, circumstances),
    closed: () => closedView(board, circumstances),
    ticker: () => tickerView(board, filter, sync.readsPrices()),
    figures: () => figures,
  };
  return {
    // Nothing is connected: one invitation stands in the place of all regions.
    isBare: board.accounts.length === 0 && !board.hasOthers,
    lead: leadOf(filter),
    periods: periodLinks(wanted),
    search: boardHref('', wanted),
    note: isMarketOpen ? 'every 15 s while you are here' : 'the market is closed',
    ...Object.fromEntries(names.map((name) => [name, draw[name]()])),
  };
}
