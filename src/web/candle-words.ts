import { noPrices } from './market-words.js';

/** How bars stand that were asked of the broker, as the synchronisation says it. */
type Standing = 'coming' | 'unknown' | 'silent' | 'off';

/** Why the broker's bars of a symbol are not there; null while they are coming. */
export const standingWords = (name: string, standing: Standing): string | null => {
  const words: Record<Standing, string | null> = {
    coming: null,
    unknown: `The server by which prices are read knows no symbol ${name}.`,
    silent: 'The terminal of prices did not answer. It is asked again after a minute.',
    off: noPrices,
  };
  return words[standing];
};

/** Why nothing is kept of a symbol. */
export const noCandles = (name: string, { readsPrices }: { readsPrices: () => boolean }): string =>
  readsPrices()
    ? `No candles of ${name} are kept for this time: they are read while it is held and for a week after it was traded.`
    : noPrices;

/** The broker was asked, and had none. */
export const tooOld = (timeframe: string): string =>
  `The broker of the prices keeps no ${timeframe} candles this far back. A longer timeframe may reach further.`;
