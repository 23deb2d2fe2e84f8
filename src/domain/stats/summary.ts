import { dayMs } from '../../lib/clock.js';
import { isCrypto } from '../instrument.js';
import { missing, type Figure } from '../metatrader/figure.js';
import { balanceAt, type BalanceCurve, type Flows } from './balance.js';
import { dailyFigures, dailyReturns } from './daily.js';
import { dayResults } from './days.js';
import { absoluteGainOf, growthOf, returnsOf } from './growth.js';
import { journalOf, type AccountFigure, type JournalFigures } from './journal.js';
import type { JournalFigure } from './journal-figure.js';
import { riskOfRuinOf } from './ruin.js';
import type { TradeTable } from './trade-table.js';
import { xirrOf } from './xirr.js';

/** What the accounts of the trades held, and whose days are counted. */
export interface Ground {
  curve: BalanceCurve;
  flows: Flows;
  timeZone: string;
  /** results as far from zero (minor units) are neither won nor lost */
  tolerance?: number;
}

export type Summary = Record<JournalFigure, Figure>;

const leastDaysForXirr = 30;

const lastMs = ({ atMs }: BalanceCurve): number => atMs.at(-1) ?? 0;

/** Paid in is lost to its owner, paid out is his again; at the end he has what the accounts hold, without what floats. */
function moneyWeighted({ curve, flows }: Ground, isAll: boolean): Figure {
  if (!isAll) return missing('it belongs to whole accounts, and only some of their trades are chosen');
  const fromMs = flows.atMs[0];
  if (fromMs === undefined) return missing('nothing was paid in');
  const toMs = lastMs(curve);
  if (toMs - fromMs < leastDaysForXirr * dayMs) return missing(`fewer than ${leastDaysForXirr} days`);
  const paid = Array.from(flows.amounts, (amount, at) => ({ atMs: flows.atMs[at] ?? 0, amount: -amount }));
  return xirrOf([...paid, { atMs: toMs, amount: balanceAt(curve, toMs) }]);
}

/** Whether their market never rests: all of them are coins. */
const isAlwaysOpen = ({ names: { codes, words } }: TradeTable): boolean => {
  const isCoin = words.map(isCrypto);
  return codes.length > 0 && codes.every((code) => isCoin[code] === true);
};

function ofAccounts(
  trades: TradeTable,
  net: number,
  { ground, isAll }: { ground: Ground; isAll: boolean },
): Record<AccountFigure, Figure> {
  const returns = returnsOf(trades);
  const span = { fromMs: trades.openedMs[0] ?? 0, toMs: trades.closedMs.at(-1) ?? 0 };
  const market = { isAlwaysOpen: isAlwaysOpen(trades) };
  return {
    ...growthOf(returns, span),
    ...dailyFigures(dailyReturns(dayResults(trades, ground), market), market),
    absoluteGain: absoluteGainOf(net, ground.flows),
    xirr: moneyWeighted(ground, isAll),
    riskOfRuin:
      returns === null
        ? missing('the balance was not above zero when a trade was opened')
        : riskOfRuinOf(returns),
  };
}

/** Every figure of the journal (metrics.md §2) for some trades; `isAll`: they are all trades of their accounts. */
export const summaryOf = (trades: TradeTable, ground: Ground, isAll: boolean): Summary => {
  const own: JournalFigures = journalOf(trades, { tolerance: ground.tolerance ?? 0 });
  return { ...own, ...ofAccounts(trades, own.net.value ?? 0, { ground, isAll }) };
};
