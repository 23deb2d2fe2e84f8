import { dealsOf, ordersOf, type OwnedAccount } from '../data/deals.js';
import type { Tx } from '../data/database.js';
import { replaceTrades, type TradeToStore } from '../data/trades.js';
import { pipSize, pipsBetween, plainName } from '../domain/instrument.js';
import { toUtc, type ClockRule } from '../domain/server-clock.js';
import { tradesOf, type Trade } from '../domain/trade.js';

export interface SymbolFacts {
  digits: number;
  point: number;
}

export interface Ground {
  /** digits of the account's currency */
  digits: number;
  rule: ClockRule;
  /** what the server said of its symbols, by symbol */
  symbols: ReadonlyMap<string, SymbolFacts>;
}

const at = (rule: ClockRule, serverMs: number): Date => new Date(toUtc(rule, serverMs));

/** Pips where the symbol has them: currencies. */
export const pipsOf = (
  symbol: string,
  { symbols }: Pick<Ground, 'symbols'>,
  { side, open, close }: { side: 'buy' | 'sell'; open: number | null; close: number | null },
): number | null => {
  const facts = symbols.get(symbol);
  if (facts === undefined || open === null || close === null) return null;
  const size = pipSize({ name: plainName(symbol), digits: facts.digits });
  if (size === null) return null;
  return Math.round(pipsBetween(side, open, close, size) * 10) / 10;
};

const toStore = (trade: Trade, ground: Ground): TradeToStore => ({
  ...trade,
  name: plainName(trade.symbol),
  openedAt: at(ground.rule, trade.openedMs),
  closedAt: trade.closedMs === null ? null : at(ground.rule, trade.closedMs),
  pips: pipsOf(trade.symbol, ground, { side: trade.side, open: trade.openPrice, close: trade.closePrice }),
});

/** Positions that are made anew in one go: nothing else in this process is done meanwhile. */
const batchSize = 2_500;

async function rebuildSome(
  tx: Tx,
  owner: OwnedAccount,
  positions: ReadonlySet<string>,
  ground: Ground,
): Promise<Set<string>> {
  const { digits } = ground;
  const deals = await dealsOf(tx, owner, { digits, positions });
  const orders = await ordersOf(tx, owner, positions);
  const trades = tradesOf(deals, orders).map((trade) => toStore(trade, ground));
  return replaceTrades(tx, owner, { positions, trades, digits });
}

/**
 * Makes the trades of these positions anew from all their deals, so that the same deals always give the same trades.
 * The ids of those that were not closed before and are now.
 */
export async function rebuildTrades(
  tx: Tx,
  owner: OwnedAccount,
  positions: ReadonlySet<string>,
  ground: Ground,
): Promise<Set<string>> {
  const all = [...positions];
  const closed = new Set<string>();
  for (let start = 0; start < all.length; start += batchSize) {
    const some = new Set(all.slice(start, start + batchSize));
    for (const id of await rebuildSome(tx, owner, some, ground)) closed.add(id);
  }
  return closed;
}
