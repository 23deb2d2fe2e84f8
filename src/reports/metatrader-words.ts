import { dealEntry, dealReason, dealType } from '../domain/deal.js';

/** Words that the terminal prints in English whatever its own language, as its enumerations number them. */
const dealTypes: ReadonlyMap<string, number> = new Map([
  ['buy', dealType.buy],
  ['sell', dealType.sell],
  ['balance', dealType.balance],
  ['credit', dealType.credit],
  ['charge', dealType.charge],
  ['correction', dealType.correction],
  ['bonus', dealType.bonus],
  ['commission', dealType.commission],
  ['daily commission', dealType.commissionDaily],
  ['monthly commission', dealType.commissionMonthly],
  ['agent commission', dealType.commissionAgentDaily],
  ['daily agent commission', dealType.commissionAgentDaily],
  ['monthly agent commission', dealType.commissionAgentMonthly],
  ['interest', dealType.interest],
  ['interest rate', dealType.interest],
  ['canceled buy', dealType.buyCanceled],
  ['buy canceled', dealType.buyCanceled],
  ['canceled sell', dealType.sellCanceled],
  ['sell canceled', dealType.sellCanceled],
  ['dividend', dealType.dividend],
  ['franked dividend', dealType.dividendFranked],
  ['dividend franked', dealType.dividendFranked],
  ['tax', dealType.tax],
]);

const directions: ReadonlyMap<string, number> = new Map([
  ['in', dealEntry.in],
  ['out', dealEntry.out],
  ['in/out', dealEntry.inOut],
  ['out by', dealEntry.outBy],
]);

/** ENUM_ORDER_TYPE and ENUM_ORDER_STATE, in the order of their numbers. */
const orderTypes = [
  'buy',
  'sell',
  'buy limit',
  'sell limit',
  'buy stop',
  'sell stop',
  'buy stop limit',
  'sell stop limit',
  'close by',
];
const orderStates = ['started', 'placed', 'canceled', 'partial', 'filled', 'rejected', 'expired'];

const found = (number: number): number | null => (number < 0 ? null : number);
const plain = (text: string): string => text.trim().toLowerCase();

/** DEAL_TYPE of its word; null: no word that is known. */
export const dealTypeOf = (word: string): number | null => dealTypes.get(plain(word)) ?? null;

/** DEAL_ENTRY of its word; null: no word that is known. */
export const directionOf = (word: string): number | null => directions.get(plain(word)) ?? null;

/** ORDER_TYPE of its word; null: no word that is known. */
export const orderTypeOf = (word: string): number | null => found(orderTypes.indexOf(plain(word)));

/** ORDER_STATE of its word; null: no word that is known. */
export const orderStateOf = (word: string): number | null => found(orderStates.indexOf(plain(word)));

export const sideOf = (word: string): 'buy' | 'sell' | null => {
  const side = plain(word);
  return side === 'buy' || side === 'sell' ? side : null;
};

const reasons: ReadonlyMap<string, number> = new Map([
  ['sl', dealReason.stopLoss],
  ['tp', dealReason.takeProfit],
  ['so', dealReason.stopOut],
]);

/** Why an exit happened, as servers and the tester begin its comment: "[sl 1.2345]", "tp 1.2345", "[so 49%...". */
export const reasonOfComment = (comment: string): number | null => {
  const [, word] = /^\[?(sl|tp|so)[\s:]\s*[\d[]/i.exec(comment.trim()) ?? [];
  return word === undefined ? null : (reasons.get(word.toLowerCase()) ?? null);
};

/** The two positions of a close-by, the closed one first, as its order and deals say: "#11 by #12"; else null. */
export const closeByOf = (comment: string): [string, string] | null => {
  const [, position, opposite] = /#(\d{1,19}) by #(\d{1,19})/i.exec(comment) ?? [];
  return position === undefined || opposite === undefined ? null : [position, opposite];
};
