import { z } from 'zod';
import { dealEntryWord, dealReasonWord, dealTypeWord } from '../../web/mt5-words.js';
import type { TradeRow } from './queries.js';
import type { FillRow } from './trade-queries.js';

const decimal = z.string();
const unknown = decimal.nullable();
const time = z.iso.datetime();

const tradeFields = {
  id: z.uuid(),
  accountId: z.uuid(),
  symbol: z.string(),
  name: z.string().describe('the symbol without the broker’s suffixes'),
  side: z.enum(['buy', 'sell']),
  volume: decimal.describe('lots'),
  openVolume: decimal.describe('lots still open'),
  openedAt: time,
  closedAt: time.nullable().describe('null while open'),
  openPrice: unknown,
  closePrice: unknown,
  stopLoss: unknown.describe('that of the opening order'),
  takeProfit: unknown,
  gross: decimal,
  swap: decimal,
  commission: decimal,
  fee: decimal,
  net: decimal.describe('gross + swap + commission + fee'),
  currency: z.string().nullable(),
  pips: unknown,
  magic: z.string(),
  comment: z.string(),
  openReason: z.string().nullable(),
  closeReason: z.string().nullable(),
  flags: z.array(z.string()),
};
const deal = z.object({
  ticket: z.string(),
  order: z.string(),
  doneAt: time,
  serverTime: z.string().describe('the broker’s own clock, without a zone'),
  type: z.string(),
  entry: z.string(),
  reason: z.string().nullable(),
  volume: decimal,
  price: decimal,
  profit: decimal,
  swap: decimal,
  commission: decimal,
  fee: decimal,
  comment: z.string(),
});

const trade = z.object(tradeFields);
export const listedTrade = z.object({ items: z.array(trade), nextCursor: z.string().nullable() });
export const oneTrade = z.object({ ...tradeFields, deals: z.array(deal) });

export const apiTrade = (row: TradeRow): z.infer<typeof trade> => ({
  id: row.id,
  accountId: row.account_id,
  symbol: row.symbol,
  name: row.name,
  side: row.side,
  volume: row.volume,
  openVolume: row.open_volume,
  openedAt: row.opened_at.toISOString(),
  closedAt: row.closed_at?.toISOString() ?? null,
  openPrice: row.open_price,
  closePrice: row.close_price,
  stopLoss: row.stop_loss,
  takeProfit: row.take_profit,
  gross: row.gross,
  swap: row.swap,
  commission: row.commission,
  fee: row.fee,
  net: row.net,
  currency: row.currency,
  pips: row.pips,
  magic: row.magic,
  comment: row.comment,
  openReason: dealReasonWord(row.open_reason),
  closeReason: dealReasonWord(row.close_reason),
  flags: row.flags,
});

/** The deal as the broker told it, whole, also where only a part of it belongs to the trade. */
export const apiDeal = (row: FillRow): z.infer<typeof deal> => ({
  ticket: row.ticket,
  order: row.order_ticket,
  doneAt: row.done_at.toISOString(),
  serverTime: new Date(Number(row.server_ms)).toISOString().slice(0, -1),
  type: dealTypeWord(row.type),
  entry: dealEntryWord(row.entry),
  reason: dealReasonWord(row.reason),
  volume: row.volume,
  price: row.price,
  profit: row.profit,
  swap: row.swap,
  commission: row.commission,
  fee: row.fee,
  comment: row.comment,
});
