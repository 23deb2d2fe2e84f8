import { isCentSymbol, isCrypto, pairOf, pipSize, plainName } from './instrument.js';

/**
 * What reckoning a result needs to know of a symbol. Sizes are decimal text. `contractSize` is what one lot of it
 * holds, in a symbol dealt in cents already a hundredth; null: nobody has said, and it is asked for.
 */
export interface Spec {
  contractSize: string | null;
  /** null: the symbol has no pips */
  pipSize: string | null;
  /** what is dealt, where that is money or a metal; null: something else */
  base: string | null;
  /** the currency of its price */
  quote: string | null;
  /** decimals of its price; null: not known */
  digits: number | null;
}

const indices: Readonly<Record<string, string>> = {
  USD: 'US30 DJ30 DJI30 WS30 WALLSTREET30 NAS100 NDX100 USTEC USTECH100 US100 SP500 SPX500 US500 SPX USA500 US2000 RUSS2000',
  EUR: 'DE30 DE40 GER30 GER40 DAX30 DAX40 DAX GDAXI EU50 EUSTX50 STOXX50 STOXX50E FRA40 FR40 CAC40 ESP35 ES35 IBEX35 IT40 NETH25',
  GBP: 'UK100 FTSE100',
  JPY: 'JP225 JPN225 JAP225 NIKKEI225 NI225',
  AUD: 'AUS200 AU200',
  HKD: 'HK50 HSI50',
  CHF: 'SWI20 CH20 SMI20',
};
const quoteOfIndex = new Map(
  Object.entries(indices).flatMap(([currency, names]) =>
    names.split(' ').map((name) => [name, currency] as const),
  ),
);

const oils = /^(XTI|XBR|USOIL|UKOIL|US?OUSD|UKOUSD|WTI|BRENT|OIL|CL-?OIL)/;
const words: Readonly<Record<string, string>> = { GOLD: 'XAUUSD', SILVER: 'XAGUSD' };
const withoutCash = /[._-]?cash$/i;

const contractOfMetal: Readonly<Record<string, string>> = { XAU: '100', XAG: '5000' };

const contractOf = (name: string, base: string): string | null => {
  if (base.startsWith('X') && !isCrypto(name)) return contractOfMetal[base] ?? null;
  return isCrypto(name) ? '1' : '100000';
};

const unknown: Spec = { contractSize: null, pipSize: null, base: null, quote: null, digits: null };

const digitsOf = (name: string): number => (name.endsWith('JPY') ? 3 : 5);

const plainSeed = (name: string): Spec => {
  const pair = pairOf(name);
  if (pair !== null) {
    const pip = pipSize({ name, digits: digitsOf(name) });
    return {
      ...pair,
      contractSize: contractOf(name, pair.base),
      pipSize: pip === null ? null : String(pip),
      digits: pip === null ? 2 : digitsOf(name),
    };
  }
  const quote = quoteOfIndex.get(name);
  if (quote !== undefined) return { ...unknown, contractSize: '1', quote };
  return oils.test(name) ? { ...unknown, quote: 'USD' } : unknown;
};

const hundredth = (size: string): string => String(Number(size) / 100);

/** A spec of the plain name, for the symbol as the broker writes it: of one dealt in cents a lot holds a hundredth. */
export const inCents = (symbol: string, spec: Spec): Spec =>
  spec.contractSize === null || !isCentSymbol(symbol)
    ? spec
    : { ...spec, contractSize: hundredth(spec.contractSize) };

/**
 * What is usual of a symbol where nothing else is known (metrics.md §4): pairs of currencies 100 000 a lot, gold 100,
 * silver 5 000, coins and indices 1; of oil and of whatever is unknown the contract is asked for. These are guesses.
 */
export const seedOf = (symbol: string): Spec => {
  const name = plainName(symbol);
  const known = name.replace(withoutCash, '').toUpperCase();
  return inCents(symbol, plainSeed(words[known] ?? known));
};

/** Symbols to offer to whoever has none yet. */
export const usualSymbols: readonly string[] = (
  'EURUSD GBPUSD USDJPY USDCHF AUDUSD USDCAD NZDUSD EURGBP EURJPY EURCHF EURAUD EURCAD EURNZD GBPJPY GBPCHF GBPAUD ' +
  'GBPCAD GBPNZD AUDJPY AUDNZD AUDCAD AUDCHF CADJPY CHFJPY NZDJPY XAUUSD XAGUSD BTCUSD ETHUSD US30 US500 NAS100 GER40 ' +
  'UK100 JP225 XTIUSD XBRUSD'
).split(' ');
