/** MetaTrader's numbers in a trader's words. Brokers send numbers that no list has: those are named as numbers. */

type Words = Readonly<Record<number, string>>;

const types: Words = {
  0: 'buy',
  1: 'sell',
  2: 'balance',
  3: 'credit',
  4: 'charge',
  5: 'correction',
  6: 'bonus',
  7: 'commission',
  8: 'daily commission',
  9: 'monthly commission',
  10: 'daily agent commission',
  11: 'monthly agent commission',
  12: 'interest',
  13: 'canceled buy',
  14: 'canceled sell',
  15: 'dividend',
  16: 'franked dividend',
  17: 'tax',
};

const entries: Words = { 0: 'in', 1: 'out', 2: 'in/out', 3: 'out by' };

const reasons: Words = {
  0: 'by hand',
  1: 'by hand, mobile',
  2: 'by hand, web',
  3: 'expert',
  4: 'stop loss',
  5: 'take profit',
  6: 'stop out',
  7: 'rollover',
  8: 'variation margin',
  9: 'split',
};

const inWords = (words: Words, what: string, value: number): string =>
  Object.hasOwn(words, value) ? String(words[value]) : `${what} ${value}`;

/** DEAL_TYPE_… */
export const dealTypeWord = (type: number): string => inWords(types, 'type', type);
/** DEAL_ENTRY_… */
export const dealEntryWord = (entry: number): string => inWords(entries, 'entry', entry);
/** DEAL_REASON_…; null stays unknown. */
export const dealReasonWord = (reason: number | null): string | null =>
  reason === null ? null : inWords(reasons, 'reason', reason);
