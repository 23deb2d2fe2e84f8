import { compareTickets, type Deal, type DealSource, isTradeDeal } from './deal.js';
import { lotsOf, type Orders, priceOf, type Segment, segmentsOf } from './segment.js';

export type Side = 'buy' | 'sell';

/**
 * orphan: its entry is not in the history · reversed: closed by a deal that opened the next · close-by: closed, at
 * least in part, against another position and not in the market · review: its deals contradict one another
 */
export type TradeFlag = 'orphan' | 'reversed' | 'close-by' | 'review';

/** One way from flat to flat, or one still open. Money is in minor units, volumes in lots, times are the server's. */
export interface Trade {
  positionId: string;
  /** with the position it is the trade's key */
  firstTicket: string;
  symbol: string;
  side: Side;
  /** all entries together; of an orphan, all exits */
  volume: number;
  openVolume: number;
  /** of an orphan: the first that is known of it */
  openedMs: number;
  /** null: still open, and then so are the price and the reason of the close */
  closedMs: number | null;
  /** averages weighted by volume; null: not known */
  openPrice: number | null;
  closePrice: number | null;
  /** as the first order set them; null: it set none, or it is not known */
  stopLoss: number | null;
  takeProfit: number | null;
  gross: number;
  swap: number;
  commission: number;
  fee: number;
  net: number;
  magic: string;
  comment: string;
  openReason: number | null;
  closeReason: number | null;
  /** the position that it was closed against */
  closedBy: string | null;
  /** in the order of the deals */
  dealTickets: string[];
  flags: TradeFlag[];
  /** of its first deal */
  source: DealSource;
}

const flagsOf = (segment: Segment): TradeFlag[] => {
  const flags: TradeFlag[] = [];
  if (segment.isOrphan) flags.push('orphan');
  if (segment.isReversed) flags.push('reversed');
  if (segment.isCloseBy) flags.push('close-by');
  if (segment.isOdd) flags.push('review');
  return flags;
};

const tradeOf = (segment: Segment, orders: Orders): Trade => {
  const { first, entry, exit, isClosed, isOrphan, lastExit, profit, swap, commission, fee } = segment;
  const order = isOrphan ? undefined : orders.get(first.order);
  return {
    positionId: first.positionId,
    firstTicket: first.ticket,
    symbol: first.symbol,
    side: segment.sign > 0 ? 'buy' : 'sell',
    volume: lotsOf(isOrphan ? exit.units : entry.units),
    openVolume: lotsOf(segment.openUnits),
    openedMs: first.serverMs,
    closedMs: isClosed ? (lastExit?.serverMs ?? null) : null,
    openPrice: isOrphan ? null : priceOf(entry),
    closePrice: isClosed ? priceOf(exit) : null,
    stopLoss: order?.stopLoss ?? null,
    takeProfit: order?.takeProfit ?? null,
    gross: profit,
    swap,
    commission,
    fee,
    net: profit + swap + commission + fee,
    magic: first.magic,
    comment: first.comment,
    openReason: isOrphan ? null : first.reason,
    closeReason: isClosed ? (lastExit?.reason ?? null) : null,
    closedBy: segment.closedBy,
    dealTickets: segment.tickets,
    flags: flagsOf(segment),
    source: first.source ?? 'live',
  };
};

const byPosition = (deals: readonly Deal[]): Map<string, Deal[]> => {
  const positions = new Map<string, Deal[]>();
  for (const deal of deals) {
    if (!isTradeDeal(deal)) continue;
    const known = positions.get(deal.positionId);
    if (known === undefined) positions.set(deal.positionId, [deal]);
    else known.push(deal);
  }
  return positions;
};

/**
 * The trades that the deals of one account tell, in the order they were opened; deals come in any order, each ticket
 * once. A position is rebuilt from all of its deals, so that some positions alone give the same trades as with the rest.
 * `orders` by ticket add levels and close-by partners. Odd deals are flagged; nothing is thrown and nothing guessed.
 */
export const tradesOf = (deals: readonly Deal[], orders: Orders): Trade[] => {
  const trades: Trade[] = [];
  for (const position of byPosition(deals).values())
    for (const segment of segmentsOf(position, orders)) trades.push(tradeOf(segment, orders));
  return trades.sort((a, b) => a.openedMs - b.openedMs || compareTickets(a.firstTicket, b.firstTicket));
};
