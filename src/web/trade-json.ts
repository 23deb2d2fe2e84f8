import { z } from 'zod';
import type { TradeRow } from '../data/trade-rows.js';
import { dealSources } from '../domain/deal.js';
import { dealReasonWord } from './mt5-words.js';

/** A trade in the words of the API, the same in every answer and in the stream. */

const decimal = z.string();
const unknown = decimal.nullable();
const time = z.iso.datetime();

export const tradeShape = z.object({
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
  session: z.string().nullable().describe('that it was opened in: asian, london, overlap, new-york, off'),
  source: z.enum(dealSources).describe('what brought its deals'),
  flags: z.array(z.string()),
  tags: z.array(z.string()),
  setup: z.string().nullable(),
  hasNotes: z.boolean(),
});

export const tradeJson = (row: TradeRow): z.infer<typeof tradeShape> => ({
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
  session: row.session,
  source: row.source,
  flags: row.flags,
  tags: (row.journal?.tags ?? []).map(({ name }) => name),
  setup: row.journal?.setup?.name ?? null,
  hasNotes: row.journal?.hasNotes ?? false,
});
