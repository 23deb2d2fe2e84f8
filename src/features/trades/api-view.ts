import { z } from 'zod';
import { tradeShape } from '../../web/trade-json.js';
import { dealEntryWord, dealReasonWord, dealTypeWord } from '../../web/mt5-words.js';
import type { FillRow } from './trade-queries.js';

const decimal = z.string();
const time = z.iso.datetime();

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

export const listedTrade = z.object({ items: z.array(tradeShape), nextCursor: z.string().nullable() });
export const oneTrade = z.object({
  ...tradeShape.shape,
  deals: z.array(deal),
  estimate: z
    .string()
    .nullable()
    .describe('what was assumed where the result of a trade entered by hand is reckoned; null: it is not'),
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
