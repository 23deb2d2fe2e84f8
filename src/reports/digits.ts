import type { Report } from './report.js';

/** Currencies that have no smaller part, as servers keep them. */
const wholeCurrencies: ReadonlySet<string> = new Set([
  ...[
    'BIF',
    'CLP',
    'DJF',
    'GNF',
    'ISK',
    'JPY',
    'KMF',
    'KRW',
    'PYG',
    'RWF',
    'UGX',
    'VND',
    'VUV',
    'XAF',
    'XOF',
    'XPF',
  ],
]);

const usual = 2;
/** as many as a bitcoin has; what is longer is how a spreadsheet keeps a decimal in a double */
const most = 8;

/** The digits that an amount shows behind its point, without zeros at their end. */
const digitsOf = (decimals: string): number => {
  const kept = decimals.length > most ? Number(`0.${decimals}`).toFixed(most).slice(2) : decimals;
  return kept.replace(/0+$/, '').length;
};

/**
 * The decimal digits of a report's currency: none for a currency without a smaller part, else two, and always as many
 * as its money shows.
 */
export const currencyDigits = ({ account, deals, positions, cash }: Report): number => {
  let digits = wholeCurrencies.has(account.currency?.toUpperCase() ?? '') ? 0 : usual;
  const see = (amount: string | null): void => {
    const point = amount?.indexOf('.') ?? -1;
    // Nearly all amounts have no more decimals than the one before.
    if (amount === null || point < 0 || amount.length - point - 1 <= digits) return;
    digits = Math.max(digits, digitsOf(amount.slice(point + 1)));
  };
  for (const { profit, swap, commission, fee } of deals) [profit, swap, commission, fee].forEach(see);
  for (const { profit, swap, commission, fee, net } of positions)
    [profit, swap, commission, fee, net].forEach(see);
  for (const { amount } of cash) see(amount);
  return digits;
};
