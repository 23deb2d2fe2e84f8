import type { TradeResult } from '../data/trade-filter.js';
import { lots, digitsOf, pips, signed } from './figures.js';

interface Closed {
  symbol: string;
  side: 'buy' | 'sell';
  /** decimal text, as all of these */
  volume: string;
  net: string;
  currency: string | null;
  currency_digits: number | null;
  pips: string | null;
}

/** What a toast says of a trade that has just closed: `EURUSD buy 0.20 closed +46.00 USD, +23.0 pips`. */
export const closedSentence = (trade: Closed): string => {
  const money = [signed(trade.net, digitsOf(trade)), trade.currency].filter(Boolean).join(' ');
  const moved = pips(trade.pips);
  const sentence = `${trade.symbol} ${trade.side} ${lots(trade.volume)} closed ${money}`;
  return moved === null ? sentence : `${sentence}, ${moved} pips`;
};

const results: Readonly<Record<TradeResult, string>> = { won: 'Won', lost: 'Lost', even: 'Even' };
const isResult = (text: string): text is TradeResult => Object.hasOwn(results, text);

/** Of closed trades: what came of them after all costs. */
export const resultWord = (result: string): string => (isResult(result) ? results[result] : result);
