import { closedSentence } from '../../web/trade-words.js';
import type { Tx } from '../../data/database.js';
import { notFound } from '../../lib/fault.js';
import { usualSort } from '../../web/trade-filter.js';
import { lots } from '../../web/figures.js';
import { when } from '../../web/words.js';
import { wholeTrade } from './trade-queries.js';

/** What stands above the editor where the trade itself is not to be seen. Throws a Fault 404. */
export async function headOf(tx: Tx, userId: string, { id, timeZone }: { id: string; timeZone: string }) {
  const trade = await wholeTrade(tx, userId, id, usualSort);
  if (trade === undefined) throw notFound();
  return {
    id,
    title: `${trade.symbol} ${trade.side} ${lots(trade.volume)}`,
    href: `/trades/${id}`,
    text:
      trade.closed_at === null
        ? `opened ${when(trade.opened_at, timeZone) ?? ''}`
        : `${closedSentence(trade)} · ${when(trade.closed_at, timeZone) ?? ''}`,
  };
}
