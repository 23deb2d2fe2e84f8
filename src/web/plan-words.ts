import { periods, type Limits, type Period, type Plan, type PlanTable, type Price } from '../domain/plans.js';
import { currencyDigits } from '../lib/currency.js';
import { fromMinor } from '../lib/money.js';
import { amount } from './figures.js';
import { count } from './words.js';

/** Plans in words: the same on the page of prices, the landing page and the page of one's own plan. */

export const moneyWords = (minor: number, currency: string): string => {
  const digits = currencyDigits(currency);
  return `${amount(fromMinor(minor, digits), digits) ?? ''} ${currency}`;
};

export const periodWords: Readonly<Record<Period, string>> = { month: 'a month', year: 'a year' };

const priceWords = ({ amount: minor, currency }: Price, period: Period): string =>
  `${moneyWords(minor, currency)} ${periodWords[period]}`;

const isLimitless = (n: number | null): n is null => n === null;

function liveWords({ liveAccounts }: Limits): string {
  if (liveAccounts === 0) return 'no';
  return isLimitless(liveAccounts) ? 'any number' : count(liveAccounts, 'account');
}

interface Line {
  label: string;
  of: (limits: Limits) => string;
}

/** The rows of the table that compares plans. */
const lines: readonly Line[] = [
  {
    label: 'Accounts in all',
    of: ({ accounts }) => (isLimitless(accounts) ? 'any number' : count(accounts, 'account')),
  },
  { label: 'Read live from MetaTrader 5', of: liveWords },
  {
    label: 'New trades by hand or import',
    of: ({ tradesPerMonth }) => (isLimitless(tradesPerMonth) ? 'any number' : `${tradesPerMonth} a month`),
  },
  {
    label: 'How old they may be',
    of: ({ historyDays }) => (isLimitless(historyDays) ? 'any age' : count(historyDays, 'day')),
  },
  {
    label: 'Analytics',
    of: ({ analytics }) => (analytics === 'everything' ? 'everything' : 'summary and calendar'),
  },
  {
    label: 'Place in the queue of terminals',
    of: (limits) => (limits.liveAccounts === 0 ? '—' : limits.goesFirst ? 'first' : 'as they are due'),
  },
];

/** The comparison: a row for each limit, a cell for each plan. */
const comparisonOf = ({ plans }: PlanTable) => ({
  names: plans.map(({ name }) => name),
  rows: lines
    // What no plan limits needs no row.
    .filter(
      ({ label }) =>
        label !== 'How old they may be' || plans.some(({ limits }) => limits.historyDays !== null),
    )
    .map(({ label, of }) => ({ label, cells: plans.map(({ limits }) => of(limits)) })),
});

const promise = ({ limits }: Plan): string[] => {
  const { accounts, liveAccounts, tradesPerMonth, analytics, goesFirst } = limits;
  const live =
    liveAccounts === 0
      ? null
      : liveAccounts === null
        ? 'Any number of accounts read live'
        : `${count(liveAccounts, 'account')} read live from MetaTrader 5`;
  return [
    live,
    accounts === null
      ? 'Any number of accounts by hand or report'
      : `${count(accounts, 'account')} by hand or report`,
    tradesPerMonth === null ? 'Any number of trades' : `${tradesPerMonth} new trades a month`,
    analytics === 'everything' ? 'Every figure and chart' : 'Summary and calendar',
    goesFirst ? 'First in the queue' : null,
  ].filter((line) => line !== null);
};

/** One plan as a card. */
export const cardOf = (plan: Plan) => ({
  key: plan.key,
  name: plan.name,
  about: plan.about,
  prices: periods.flatMap((period) => {
    const price = plan.prices[period];
    return price === undefined
      ? []
      : [
          {
            period,
            money: moneyWords(price.amount, price.currency),
            per: periodWords[period],
            text: priceWords(price, period),
          },
        ];
  }),
  promises: promise(plan),
});
export type PlanCard = ReturnType<typeof cardOf>;

const trialWords = ({ trialDays }: PlanTable): string =>
  trialDays === 0 ? '' : `The first ${count(trialDays, 'day')} of a first subscription cost nothing.`;

/** All that is sold, for whoever wants to compare. */
export const pricesView = (table: PlanTable) => ({
  cards: table.plans.map(cardOf),
  comparison: comparisonOf(table),
  trial: trialWords(table),
});
