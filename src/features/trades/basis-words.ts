import type { Basis, StoredRate, ToldTrade } from '../../domain/ground.js';
import { ratePair } from '../../domain/rate.js';
import { amount, span } from '../../web/figures.js';
import { when } from '../../web/words.js';

interface Moment {
  /** of the close, or of now while there is none */
  at: Date;
  closePrice: string | null;
  timeZone: string;
}

const size = (text: string | null): string => amount(text, 0) ?? '—';
const ofTrade = ({ symbol, closedAt }: ToldTrade, timeZone: string): string =>
  `your ${symbol} trade of ${when(closedAt, timeZone) ?? ''}`;

/** How far a kept price is from the close, in words. */
const apart = ({ at }: StoredRate, close: Date): string => {
  const seconds = Math.round((at.getTime() - close.getTime()) / 1000);
  if (Math.abs(seconds) < 60) return 'of that minute';
  return `${span(Math.abs(seconds))} ${seconds < 0 ? 'before' : 'after'} the close`;
};

function contractWords({ ground, contractFrom, toldBy }: Basis, { timeZone }: Moment): string {
  const one = `Contract size ${size(ground.spec.contractSize)}`;
  const words: Record<Basis['contractFrom'], string> = {
    typed: `${one}, as you typed.`,
    own: `${one}, from your instruments.`,
    trade: `${one}, as ${toldBy === null ? 'a trade' : ofTrade(toldBy, timeZone)} tells.`,
    broker: `${one}, as your broker says.`,
    usual: `${one}, which is usual; your broker may have another.`,
    worth: `Contract size and rate as ${toldBy === null ? 'a trade' : ofTrade(toldBy, timeZone)} tells: a lot earned ${size(ground.worth)} ${ground.account.currency} for 1.0 of price.`,
    nowhere: '',
  };
  return words[contractFrom];
}

function rateWords({ ground, rateFrom, stored }: Basis, moment: Moment): string {
  const { spec, account, rate } = ground;
  const pair = spec.quote === null ? null : ratePair(spec.quote, account);
  const turned = `${spec.quote ?? ''} turned into ${account.currency}`;
  if (rateFrom === 'close')
    return moment.closePrice === null ? '' : `${turned} at the close, ${moment.closePrice}.`;
  if (rateFrom === 'typed') return `${turned} by ${pair?.pair ?? ''} ${size(rate)}, as you typed.`;
  if (rateFrom === 'stored' && stored !== null)
    return `${turned} by ${stored.pair} ${size(stored.price)}, the nearest price known: ${apart(stored, moment.at)}.`;
  return '';
}

/** What was assumed to reckon a result, a sentence each. */
export const basisWords = (basis: Basis, moment: Moment): string[] =>
  [contractWords(basis, moment), rateWords(basis, moment)].filter((words) => words !== '');

/** What to do about a result that cannot be reckoned. */
export const missingWords = (reason: string): string => {
  if (reason.includes('currency of the account'))
    return 'The currency of this account is not known: enter the net result.';
  if (reason.includes('contract size'))
    return 'The contract size of this symbol is not known: enter it under Instrument, or the net result.';
  if (reason.includes('currency of its price'))
    return 'The currency of this symbol’s price is not known: enter it under Instrument, or the net result.';
  if (reason.startsWith('the rate of'))
    return `The price of ${reason.split(' ')[3] ?? 'a pair'} at the close is not known: enter it under Instrument, or the net result.`;
  return `The result cannot be reckoned, because ${reason}. Enter the net result.`;
};
