/** A broker's terminal, a report, or the owner's own word. */
export const dealSources = ['live', 'report', 'manual'] as const;
export type DealSource = (typeof dealSources)[number];

/**
 * A deal as MetaTrader 5 lists it, the only truth trades are made of. Numbers of MetaTrader's enumerations are kept as
 * they come, unknown ones included. Money is in whole minor units of the account's currency (cents where it has two
 * digits), signs as given.
 */
export interface Deal {
  /** decimal digits; unique within an account */
  ticket: string;
  /** the order that was executed; '0' for operations on the balance */
  order: string;
  /** DEAL_POSITION_ID, which spans a position's life; '0' where there is none */
  positionId: string;
  /** the server's wall clock, encoded as if it were UTC */
  serverMs: number;
  type: number;
  entry: number;
  /** null: a report does not say */
  reason: number | null;
  magic: string;
  symbol: string;
  /** lots */
  volume: number;
  price: number;
  profit: number;
  swap: number;
  commission: number;
  fee: number;
  comment: string;
  /** who said it; a terminal where nothing is said */
  source?: DealSource;
}

/** An order from the history, as far as trades need it. */
export interface Order {
  ticket: string;
  positionId: string;
  /** the opposite position of a close-by (type 8), else '0' */
  positionById: string;
  type: number;
  /** null: none was set (MetaTrader says 0) */
  stopLoss: number | null;
  takeProfit: number | null;
}

/** ENUM_DEAL_TYPE of MetaTrader 5. */
export const dealType = {
  buy: 0,
  sell: 1,
  balance: 2,
  credit: 3,
  charge: 4,
  correction: 5,
  bonus: 6,
  commission: 7,
  commissionDaily: 8,
  commissionMonthly: 9,
  commissionAgentDaily: 10,
  commissionAgentMonthly: 11,
  interest: 12,
  buyCanceled: 13,
  sellCanceled: 14,
  dividend: 15,
  dividendFranked: 16,
  tax: 17,
} as const;

/** ENUM_DEAL_ENTRY of MetaTrader 5. */
export const dealEntry = { in: 0, out: 1, inOut: 2, outBy: 3 } as const;

/** ENUM_DEAL_REASON of MetaTrader 5; others are accepted as unknown. */
export const dealReason = {
  client: 0,
  mobile: 1,
  web: 2,
  expert: 3,
  stopLoss: 4,
  takeProfit: 5,
  stopOut: 6,
  rollover: 7,
  variationMargin: 8,
  split: 9,
} as const;

/** ENUM_ORDER_TYPE of MetaTrader 5, the one that trades need by name. */
export const orderTypeCloseBy = 8;

/** A deal that opens or closes exposure; everything else belongs to the cash ledger. */
export const isTradeDeal = (deal: Pick<Deal, 'type' | 'positionId'>): boolean =>
  (deal.type === dealType.buy || deal.type === dealType.sell) && deal.positionId !== '0';

/** What a deal did to the balance, in minor units. */
export const netOf = (deal: Pick<Deal, 'profit' | 'swap' | 'commission' | 'fee'>): number =>
  deal.profit + deal.swap + deal.commission + deal.fee;

const isNegative = (ticket: string): boolean => ticket.startsWith('-');

/** Tickets in the order of their numbers, negative ones included; they can exceed what a double holds. */
export const compareTickets = (a: string, b: string): number => {
  if (isNegative(a) !== isNegative(b)) return isNegative(a) ? -1 : 1;
  const order = a.length - b.length || (a < b ? -1 : Number(a > b));
  return isNegative(a) ? -order : order;
};

/** The order in which deals happened; their tickets decide within a millisecond. */
export const compareDeals = (
  a: Pick<Deal, 'serverMs' | 'ticket'>,
  b: Pick<Deal, 'serverMs' | 'ticket'>,
): number => a.serverMs - b.serverMs || compareTickets(a.ticket, b.ticket);
