import { dayMs, hourMs } from '../lib/clock.js';
import { fromWall, toWall } from '../lib/zone.js';
import type { Side } from './trade.js';

const currencies = new Set(
  (
    'USD EUR GBP JPY CHF AUD NZD CAD SEK NOK DKK PLN CZK HUF RON BGN TRY ZAR MXN BRL CLP COP SGD HKD CNH CNY TWD KRW ' +
    'THB INR IDR MYR PHP ILS RUB KZT UAH SAR AED KWD'
  ).split(' '),
);
const metals = new Set(['XAU', 'XAG', 'XPT', 'XPD']);
const coins = new Set(
  (
    'BTC XBT ETH LTC XRP BCH BSV ETC EOS XMR XLM ADA SOL DOT DOGE DOG DASH DSH NEO TRX BNB AVAX LINK LNK UNI MATIC POL ' +
    'ATOM ALGO XTZ ZEC SHIB SHB AAVE AVX NEAR FIL SUI TON PEPE APT ARB ICP XAI'
  ).split(' '),
);
const coinWords = new Set(['BITCOIN', 'ETHEREUM', 'LITECOIN', 'RIPPLE', 'DOGECOIN', 'BTC', 'XBT', 'ETH']);
const coinQuote = /^(.+?)(USD[TC]?|EUR|GBP|JPY|AUD|CHF|CAD|BTC|ETH)$/;

const isPair = (name: string): boolean =>
  name.length === 6 &&
  (currencies.has(name.slice(0, 3)) || metals.has(name.slice(0, 3)) || coins.has(name.slice(0, 3))) &&
  currencies.has(name.slice(3));

const words = 'raw|pro|ecn|stp|std|prime|vip|micro|mini|cent';
/** Words in any case after a separator; in small letters also without one, as no exchange writes them so. */
const wordAfter = new RegExp(`^([A-Z0-9]{3,})(?:[._-](?:${words}|${words.toUpperCase()})|${words})$`);
const letterAfter = /^([A-Z0-9]{3,})(?:[._-][rmci]|[mc])$/;
/** Such a letter can also name an exchange or a class of shares: only pairs are sure to have neither. */
const letterAfterPair = /^([A-Z]{6})(?:[._-][aixzRMC]|[rixz])$/;
const marks = /^[#._]*(.*?)[#+._-]*$/;

const stripOnce = (symbol: string): string => {
  const bare = marks.exec(symbol)?.[1] ?? symbol;
  const core = (wordAfter.exec(bare) ?? letterAfter.exec(bare))?.[1];
  if (core !== undefined) return core;
  const pair = letterAfterPair.exec(bare)?.[1];
  return pair !== undefined && isPair(pair) ? pair : bare;
};

/**
 * The symbol that people group by: without the suffixes and marks known to name an account type of the broker, as
 * in EURUSD.r, XAUUSDc, GOLDmicro, #AAPL. Everything else stays as it is written.
 */
export const plainName = (symbol: string): string => {
  const stripped = stripOnce(symbol);
  if (stripped === '') return symbol;
  return stripped === symbol ? symbol : plainName(stripped);
};

const cents = /^[._-]?(?:c|cent)$/i;

/**
 * Whether one of the suffixes that `plainName` takes off says that the symbol is dealt in hundredths, as in XAUUSDc,
 * EURUSD.cent. A capital C may name anything.
 */
export const isCentSymbol = (symbol: string): boolean => {
  const stripped = stripOnce(symbol);
  if (stripped === symbol || stripped === '') return false;
  const suffix = symbol.slice(symbol.indexOf(stripped) + stripped.length).replace(/[#+._-]+$/, '');
  return (cents.test(suffix) && !suffix.endsWith('C')) || isCentSymbol(stripped);
};

/** What is dealt and the money it is priced in, by the name alone; null where a name does not say. */
export const pairOf = (name: string): { base: string; quote: string } | null => {
  if (isPair(name)) return { base: name.slice(0, 3), quote: name.slice(3) };
  const [, base = '', quote = ''] = coinQuote.exec(name) ?? [];
  return coins.has(base) ? { base, quote } : null;
};

/** Whether a symbol, with or without suffixes, is a coin against money or another coin. */
export const isCrypto = (name: string): boolean => {
  const plain = plainName(name);
  const base = coinQuote.exec(plain)?.[1] ?? '';
  return coins.has(base) || coinWords.has(plain.toUpperCase());
};

/**
 * The size of a pip in the price, for pairs of currencies: 0.0001, against the yen 0.01; also 0.01 where the price has
 * no fourth digit (`digits`). Null elsewhere: off currencies a pip is a matter of taste. `name` is the plain name.
 */
export const pipSize = ({ name, digits }: { name: string; digits: number }): number | null => {
  if (name.length !== 6 || !currencies.has(name.slice(0, 3)) || !currencies.has(name.slice(3))) return null;
  return name.endsWith('JPY') || digits < 4 ? 0.01 : 0.0001;
};

/** Pips gained from one price to the other, negative where lost; to a millionth, without the noise of doubles. */
export const pipsBetween = (side: Side, openPrice: number, closePrice: number, size: number): number => {
  const way = side === 'buy' ? closePrice - openPrice : openPrice - closePrice;
  return Math.round((way / size) * 1e6) / 1e6 + 0;
};

const newYork = 'America/New_York';
const closeHourMs = 17 * hourMs;
const friday = 5;

/**
 * Whether the currency market is in its weekend, from Friday to Sunday 17:00 in New York, and if so when it opens
 * (UTC, ms). Holidays are not known here.
 */
export const weekendAt = (utcMs: number): { closed: boolean; opensAtMs: number | null } => {
  const wallMs = toWall(newYork, utcMs);
  const midnightMs = Math.floor(wallMs / dayMs) * dayMs;
  const day = new Date(midnightMs).getUTCDay();
  const isLate = wallMs - midnightMs >= closeHourMs;
  const closed = (day === friday && isLate) || day === 6 || (day === 0 && !isLate);
  const daysLeft = (7 - day) % 7;
  return {
    closed,
    opensAtMs: closed ? fromWall(newYork, midnightMs + daysLeft * dayMs + closeHourMs) : null,
  };
};

/** Whether an instrument can be expected to trade at an instant (UTC, ms); coins always do. Holidays are not known. */
export const isMarketOpen = (name: string, utcMs: number): boolean =>
  isCrypto(name) || !weekendAt(utcMs).closed;
