import type { Row } from '../rows.js';

const currencyAfter = /\s+(?:[A-Z]{3}|USDT|USDC)\s*$/;

/** Currencies that a heading names beside its word: "Net USD", "Net (USD)", "Price USDT". */
const withoutCurrency = (heading: string): string =>
  /\p{Ll}/u.test(heading) ? heading.replace(currencyAfter, '') : heading;

/**
 * What a heading says, however it is written: letters and digits alone, small and without accents. "Net P&L (USD)",
 * "net_pnl" and "NetPnL" are all `netpnl`, "S / L" is `sl`, "Profit %" is `profitpct`.
 */
export const headingKey = (heading: string): string =>
  withoutCurrency(heading.replace(/\([^)]*\)/g, ' ').replace(/[$€£¥]/g, ' '))
    .replace(/%/g, 'pct')
    .replace(/\bp\s*[&/]\s*l\b/gi, 'pnl')
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** A heading that comes again is told by its number: `price`, then `price·2`. */
const numbered = (key: string, times: Map<string, number>): string => {
  const count = (times.get(key) ?? 0) + 1;
  times.set(key, count);
  return count === 1 ? key : `${key}·${count}`;
};

/** The columns of a row of headings by their keys. */
export const headingColumns = (row: Row): Map<string, number> => {
  const times = new Map<string, number>();
  const columns = new Map<string, number>();
  for (const { text, column } of row.cells) {
    const key = headingKey(text);
    if (key !== '') columns.set(numbered(key, times), column);
  }
  return columns;
};
