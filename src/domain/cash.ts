import { type Deal, dealType, isTradeDeal, netOf } from './deal.js';

/** A line of the account's cash ledger; money in minor units, the time is the server's. */
export interface CashOperation {
  ticket: string;
  serverMs: number;
  type: number;
  /** what it was, in plain words */
  kind: string;
  amount: number;
  comment: string;
  /** credit is lent: it counts in the account's credit and not in its balance */
  isCredit: boolean;
  /** what it did to which earlier deal is not known */
  needsReview: boolean;
}

const kinds: ReadonlyMap<number, string> = new Map([
  [dealType.credit, 'credit'],
  [dealType.charge, 'charge'],
  [dealType.correction, 'correction'],
  [dealType.bonus, 'bonus'],
  [dealType.commission, 'commission'],
  [dealType.commissionDaily, 'daily commission'],
  [dealType.commissionMonthly, 'monthly commission'],
  [dealType.commissionAgentDaily, 'daily agent commission'],
  [dealType.commissionAgentMonthly, 'monthly agent commission'],
  [dealType.interest, 'interest'],
  [dealType.buyCanceled, 'canceled deal'],
  [dealType.sellCanceled, 'canceled deal'],
  [dealType.dividend, 'dividend'],
  [dealType.dividendFranked, 'franked dividend'],
  [dealType.tax, 'tax'],
]);

const unknown = 'unknown operation';

const kindOf = (deal: Deal): string => {
  if (deal.type !== dealType.balance) return kinds.get(deal.type) ?? unknown;
  if (deal.profit === 0) return 'balance operation';
  return deal.profit > 0 ? 'deposit' : 'withdrawal';
};

const operationOf = (deal: Deal): CashOperation => {
  const kind = kindOf(deal);
  return {
    ticket: deal.ticket,
    serverMs: deal.serverMs,
    type: deal.type,
    kind,
    amount: netOf(deal),
    comment: deal.comment,
    isCredit: deal.type === dealType.credit,
    needsReview: kind === 'canceled deal' || kind === unknown,
  };
};

/** What deals did to the balance without being part of a trade, in the order given, unknown types included. */
export const cashOf = (deals: readonly Deal[]): CashOperation[] =>
  deals.filter((deal) => !isTradeDeal(deal)).map(operationOf);
