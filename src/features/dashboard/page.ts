import { filterValue, type AccountFilter } from '../../web/account-filter.js';
import type { Sync } from '../../sync/sync.js';
import type { Kit } from '../../web/kit.js';
import { readBoard, type Looker } from './board.js';
import { readCurve } from './curve.js';
import { readFigures } from './figures.js';
import { quotes } from './queries.js';
import { serverDayStart, tickerView } from './ticker.js';
import { accountsView, closedView, positionsView } from './view.js';

const leadOf = (filter: AccountFilter): string => {
  if (filter.kind === 'all') return 'Everything you have connected';
  return filter.kind === 'category' ? `${filter.category} accounts` : 'One account';
};

/** Reads the board and makes finished strings of it: the same for the page, a region alone, and a push. */
export function createBoardPage({ db, clock }: Kit, sync: Sync) {
  const read = async (looker: Looker, filter: AccountFilter) => {
    const now = clock.now();
    const { userId } = looker;
    const [board, figures, curve] = await Promise.all([
      readBoard(db, looker, filter, now),
      readFigures(db, looker, filter, now),
      readCurve(db, looker, filter, now),
    ]);
    const names = [...new Set(board.positions.map(({ name }) => name))];
    const known = await db.withTenant('app', userId, (tx) =>
      quotes(tx, names, { dayStart: serverDayStart(now) }),
    );
    const circumstances = {
      now,
      presence: sync.presenceOf(userId),
      isMarketOpen: sync.market().isOpen,
    };
    const value = filterValue(filter);
    return {
      lead: leadOf(filter),
      search: value === '' ? '' : `?account=${value}`,
      note: circumstances.isMarketOpen ? 'every 15 s while you are here' : 'the market is closed',
      accounts: accountsView(board, circumstances),
      positions: positionsView(board, circumstances),
      closed: closedView(board, circumstances),
      ticker: tickerView(board, known, filter),
      figures,
      curve,
    };
  };
  return { read };
}
