import { recordDeals, type DealToStore, type OwnedAccount } from '../data/deals.js';
import { replaceTrades, tradeId, type TradeToStore } from '../data/trades.js';
import { usualWindows } from '../domain/sessions.js';
import { dealEntry, dealReason, dealType } from '../domain/deal.js';
import type { TestApp } from './app.js';

export interface WishedTrade extends Partial<TradeToStore> {
  /** instead of one deal in and one out */
  deals?: DealToStore[];
}

const hourMs = 3_600_000;

/** A trade with all it needs, numbered so that several keep apart. */
function tradeOf(number: number, more: Partial<TradeToStore>, nowMs: number): TradeToStore {
  const openedMs = more.openedAt?.getTime() ?? nowMs - hourMs;
  const closedMs = more.closedAt === undefined ? openedMs + hourMs / 2 : (more.closedAt?.getTime() ?? null);
  const money = { gross: 1_000, swap: 0, commission: -35, fee: 0, ...more };
  return {
    positionId: String(800_000 + number),
    firstTicket: String(10_000 + number * 2),
    symbol: 'EURUSD',
    name: 'EURUSD',
    side: 'buy',
    volume: 0.1,
    openVolume: closedMs === null ? 0.1 : 0,
    openedMs,
    closedMs,
    openedAt: new Date(openedMs),
    closedAt: closedMs === null ? null : new Date(closedMs),
    openPrice: 1.08,
    closePrice: closedMs === null ? null : 1.09,
    stopLoss: null,
    takeProfit: null,
    net: money.gross + money.swap + money.commission + money.fee,
    pips: closedMs === null ? null : 100,
    magic: '0',
    comment: '',
    openReason: dealReason.client,
    closeReason: closedMs === null ? null : dealReason.client,
    closedBy: null,
    dealTickets: [String(10_000 + number * 2), ...(closedMs === null ? [] : [String(10_001 + number * 2)])],
    flags: [],
    source: 'live',
    ...more,
    gross: money.gross,
    swap: money.swap,
    commission: money.commission,
    fee: money.fee,
  };
}

/** A deal of a trade; money is in minor units. */
export const dealOf = (
  trade: Pick<TradeToStore, 'positionId' | 'symbol' | 'magic'>,
  more: Partial<DealToStore> & { ticket: string; serverMs: number },
): DealToStore => ({
  order: String(Number(more.ticket) + 500_000),
  positionId: trade.positionId,
  type: dealType.buy,
  entry: dealEntry.in,
  reason: dealReason.client,
  magic: trade.magic,
  symbol: trade.symbol,
  volume: 0.1,
  price: 1.08,
  profit: 0,
  swap: 0,
  commission: 0,
  fee: 0,
  comment: '',
  externalId: '',
  doneMs: more.serverMs,
  ...more,
});

function dealsOf(trade: TradeToStore): DealToStore[] {
  const [into, out] = trade.side === 'buy' ? [dealType.buy, dealType.sell] : [dealType.sell, dealType.buy];
  const { volume, commission } = trade;
  const first = dealOf(trade, {
    ticket: trade.firstTicket,
    serverMs: trade.openedMs,
    type: into,
    volume,
    commission,
    price: trade.openPrice ?? 0,
    comment: trade.comment,
  });
  const last = trade.dealTickets[1];
  if (last === undefined || trade.closedMs === null) return [first];
  const { closedMs: serverMs, gross: profit, swap, fee, closePrice } = trade;
  const closing = { type: out, entry: dealEntry.out, reason: trade.closeReason ?? dealReason.client };
  return [
    first,
    dealOf(trade, { ticket: last, serverMs, volume, profit, swap, fee, price: closePrice ?? 0, ...closing }),
  ];
}

/** Adds trades with their deals to an account; their ids, in the order given. */
export async function seedTrades(
  { db, clock }: Pick<TestApp, 'db' | 'clock'>,
  owner: OwnedAccount,
  wishes: readonly WishedTrade[],
): Promise<string[]> {
  const at = clock.now();
  const trades = wishes.map((wish, number) => tradeOf(number, wish, at.getTime()));
  const deals = wishes.flatMap((wish, number) => {
    const trade = trades[number];
    return wish.deals ?? (trade === undefined ? [] : dealsOf(trade));
  });
  await db.withTenant('app', owner.userId, async (tx) => {
    await recordDeals(tx, owner, deals, { at, digits: 2 });
    const positions = new Set(trades.map(({ positionId }) => positionId));
    await replaceTrades(tx, owner, { positions, trades, digits: 2, windows: usualWindows });
  });
  return trades.map((trade) => tradeId(owner.accountId, trade));
}
