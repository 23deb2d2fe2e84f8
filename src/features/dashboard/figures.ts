import type { AccountRow } from '../../data/accounts.js';
import type { Tx } from '../../data/database.js';
import type { TradeFilter } from '../../data/trade-filter.js';
import type { JournalFigure } from '../../domain/stats/journal-figure.js';
import { isWithin, withAccounts, type AccountFilter } from '../../web/account-filter.js';
import { chooseByGroup, chosenAgain, type Chosen } from '../../web/chosen.js';
import { figureCards } from '../../web/figure-cards.js';
import type { Kit } from '../../web/kit.js';
import { readTradeFilter } from '../../web/trade-filter.js';
import type { Looker } from './board.js';
import { boardPeriodLabel, boardPeriods, stretchOf, usualPeriod, type BoardPeriod } from './period.js';

/** Which figures of whom are asked for. */
export interface Wanted {
  looker: Looker;
  filter: AccountFilter;
  period: BoardPeriod;
}

const shown: readonly JournalFigure[] = [
  ...(['net', 'winRate', 'profitFactor'] as const),
  ...(['expectancy', 'maxDrawdown', 'currentStreak'] as const),
];

const everything: TradeFilter = readTradeFilter({}, 'UTC').filter;

function groupView(chosen: Chosen, stretch: ReturnType<typeof stretchOf>) {
  const { from, before } = stretch;
  const earlier =
    before === null ? null : chosenAgain(chosen, { ...everything, from: before.from, before: from });
  const hasEarlier = earlier !== null && earlier.trades.ids.length > 0;
  const { category, currency } = chosen.group ?? { category: '', currency: '' };
  return {
    label: `${category} ${currency}`,
    cards: figureCards(shown, chosen, hasEarlier ? { chosen: earlier, name: before?.name ?? '' } : null),
  };
}

const emptyTitles: Readonly<Record<BoardPeriod, string>> = {
  today: 'No trade was closed today',
  week: 'No trade was closed this week',
  month: 'No trade was closed this month',
  year: 'No trade was closed this year',
  all: 'No trade was closed yet',
};

/** The figures of a stretch of time beside the one before, for each kind of money in which anything was closed in it. */
export async function readFigures(
  tx: Tx,
  { books, clock }: Pick<Kit, 'books' | 'clock'>,
  accounts: readonly AccountRow[],
  { looker: { userId, timeZone }, filter, period }: Wanted,
) {
  const stretch = stretchOf(period, clock.now(), timeZone);
  const groups = await chooseByGroup(tx, books, {
    ...{ userId, timeZone, filter: { ...everything, from: stretch.from } },
    accounts: accounts.filter((account) => isWithin(filter, account)),
  });
  return {
    emptyTitle: emptyTitles[period],
    groups: groups.filter(({ trades }) => trades.ids.length > 0).map((chosen) => groupView(chosen, stretch)),
  };
}

export type Figures = Awaited<ReturnType<typeof readFigures>>;

/** A path of the board with its filters: `/dashboard?account=Real&period=week`. */
export function boardHref(path: string, { filter, period }: Pick<Wanted, 'filter' | 'period'>): string {
  const href = withAccounts(path, filter);
  return period === usualPeriod ? href : `${href}${href.includes('?') ? '&' : '?'}period=${period}`;
}

/** The stretches of time that the board can be of, as links. */
export const periodLinks = (wanted: Pick<Wanted, 'filter' | 'period'>) =>
  boardPeriods.map((period) => ({
    label: boardPeriodLabel(period),
    href: boardHref('/dashboard', { ...wanted, period }),
    current: period === wanted.period,
  }));
