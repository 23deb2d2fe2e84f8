import type { Tx } from '../../data/database.js';
import { digitsOf, lots, signed } from '../../web/figures.js';
import { when } from '../../web/words.js';
import { lastTrades, tradesOfSymbol, tradesOfTicket, type NamedTrade } from './queries.js';

const mostShown = 8;
const longestWord = 40;

/** Trades for what is being typed: by a ticket or its beginning, by a part of the symbol, or the last ones. */
export function findTrades(tx: Tx, userId: string, search: string): Promise<NamedTrade[]> {
  const words = search.trim().split(/\s+/).filter(Boolean);
  if (words.some((word) => word.length > longestWord)) return Promise.resolve([]);
  const ticket = words.map((word) => word.replace(/^#/, '')).find((word) => /^\d+$/.test(word));
  if (ticket !== undefined) return tradesOfTicket(tx, userId, ticket, mostShown);
  const [part] = words;
  return part === undefined ? lastTrades(tx, userId, mostShown) : tradesOfSymbol(tx, userId, part, mostShown);
}

/** As a line of the palette; whatever it was found by stands in it. */
export const tradeOption = (trade: NamedTrade, timeZone: string) => ({
  id: trade.id,
  href: `/trades/${trade.id}`,
  label: `${trade.symbol} ${trade.side.toUpperCase()} ${lots(trade.volume)}`,
  isSum: trade.closed_at !== null,
  note: [
    `#${trade.position_id}`,
    ...(trade.deal === null ? [] : [`deal ${trade.deal}`]),
    trade.closed_at === null
      ? 'open'
      : `${signed(trade.net, digitsOf(trade)) ?? '—'} ${trade.currency ?? ''}`.trim(),
    ...(trade.closed_at === null ? [] : [when(trade.closed_at, timeZone) ?? '']),
  ].join(' · '),
});
