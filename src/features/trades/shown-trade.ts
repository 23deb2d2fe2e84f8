import type { z } from 'zod';
import type { Tx } from '../../data/database.js';
import { manualTrade } from '../../data/manual-trades.js';
import { notFound } from '../../lib/fault.js';
import { usualSort } from '../../web/trade-filter.js';
import { tradeJson } from '../../web/trade-json.js';
import { apiDeal, type oneTrade } from './api-view.js';
import { fillRows, wholeTrade } from './trade-queries.js';

/** One trade as the API tells it, whole. Throws a Fault 404. */
export async function shownTrade(tx: Tx, userId: string, id: string): Promise<z.infer<typeof oneTrade>> {
  const trade = await wholeTrade(tx, userId, id, usualSort);
  if (trade === undefined) throw notFound();
  const deals = await fillRows(tx, userId, trade);
  const record = await manualTrade(tx, userId, id);
  return { ...tradeJson(trade), deals: deals.map(apiDeal), estimate: record?.said.estimate ?? null };
}
