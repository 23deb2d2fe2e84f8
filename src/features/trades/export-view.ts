import type { TradeRow } from '../../data/trade-rows.js';
import type { ExportTrade } from '../../reports/export-trade.js';
import { tradeJson } from '../../web/trade-json.js';
import { apiDeal } from './api-view.js';
import type { ExportDeal } from './export-queries.js';

/** A trade as a line of a table. The opening of what has none in the history is the first that is known of it. */
export const exportTrade = (row: TradeRow, notes: string): ExportTrade => ({
  id: row.id,
  account: row.account,
  source: row.source,
  symbol: row.symbol,
  side: row.side,
  lots: row.volume,
  opened: row.opened_at,
  openPrice: row.open_price,
  closed: row.closed_at,
  closePrice: row.close_price,
  stopLoss: row.stop_loss,
  takeProfit: row.take_profit,
  gross: row.gross,
  commission: row.commission,
  swap: row.swap,
  fee: row.fee,
  net: row.net,
  pips: row.pips,
  magic: row.magic,
  comment: row.comment,
  positionId: row.position_id,
  currency: row.currency,
  currencyDigits: row.currency_digits,
  setup: row.journal?.setup?.name ?? null,
  tags: (row.journal?.tags ?? []).map(({ name }) => name).join(', '),
  notes,
});

/** A deal with all that its account says of it, as files of this program have it. */
export const wholeDeal = (deal: ExportDeal) => ({
  ...apiDeal(deal),
  positionId: deal.position_id,
  symbol: deal.symbol,
  magic: deal.magic,
  externalId: deal.external_id,
});

/** A trade as the API tells it, with its notes, and its deals whole. */
export const exportJson = (
  row: TradeRow,
  { deals, notes }: { deals: readonly ExportDeal[]; notes: string },
) => ({
  ...tradeJson(row),
  notes,
  positionId: row.position_id,
  deals: deals.map(wholeDeal),
});
