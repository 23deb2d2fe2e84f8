import type { Tx } from '../../data/database.js';
import { estimatedPositions } from '../../data/manual-trades.js';
import type { TradeRow } from '../../data/trade-rows.js';

/** Ids of the trades among these whose result was reckoned and not told. Where none was entered by hand nothing is asked. */
export async function estimatedOf(
  tx: Tx,
  userId: string,
  rows: readonly TradeRow[],
): Promise<ReadonlySet<string>> {
  const byHand = rows.filter(({ source }) => source === 'manual');
  if (byHand.length === 0) return new Set();
  const positions = await estimatedPositions(
    tx,
    userId,
    byHand.map((trade) => trade.position_id),
  );
  return new Set(byHand.filter((trade) => positions.has(trade.position_id)).map(({ id }) => id));
}
