import { batches, oneAhead } from '../data/batch.js';
import { dealsOf, type OwnedAccount } from '../data/deals.js';
import { ordersOf } from '../data/orders.js';
import type { Tx } from '../data/database.js';
import { sessionWindows } from '../data/session-windows.js';
import { tradesReplaced, type TradeToStore } from '../data/trades.js';
import type { Deal, Order } from '../domain/deal.js';
import { pipSize, pipsBetween, plainName } from '../domain/instrument.js';
import { toUtc, type ClockRule } from '../domain/server-clock.js';
import { tradesOf, type Trade } from '../domain/trade.js';

export interface SymbolFacts {
  digits: number;
  point: number;
  /** where somebody has said it; null: it has none */
  pipSize?: number | null;
}

export interface Ground {
  /** digits of the account's currency */
  digits: number;
  rule: ClockRule;
  /** what the server said of its symbols, by symbol */
  symbols: ReadonlyMap<string, SymbolFacts>;
}

const at = (rule: ClockRule, serverMs: number): Date => new Date(toUtc(rule, serverMs));

/** Of the prices of a pair that no server has told of: reports name symbols alone. */
const usualDigits = 5;

/** Pips where the symbol has them: currencies. */
export const pipsOf = (
  symbol: string,
  { symbols }: Pick<Ground, 'symbols'>,
  { side, open, close }: { side: 'buy' | 'sell'; open: number | null; close: number | null },
): number | null => {
  if (open === null || close === null) return null;
  const { digits, pipSize: said } = symbols.get(symbol) ?? { digits: usualDigits };
  const size = said === undefined ? pipSize({ name: plainName(symbol), digits }) : said;
  if (size === null) return null;
  return Math.round(pipsBetween(side, open, close, size) * 10) / 10;
};

// The trade comes last: adding to a copy of many fields takes ten times as long.
export const toStore = (trade: Trade, ground: Ground): TradeToStore => ({
  name: plainName(trade.symbol),
  openedAt: at(ground.rule, trade.openedMs),
  closedAt: trade.closedMs === null ? null : at(ground.rule, trade.closedMs),
  pips: pipsOf(trade.symbol, ground, { side: trade.side, open: trade.openPrice, close: trade.closePrice }),
  ...trade,
});

/** All deals of an account by position, and its orders by ticket. */
export interface Whole {
  deals: Map<string, Deal[]>;
  orders: Map<string, Order>;
}

/** The deals of these positions, and what the account need no longer hold. */
const taken = (whole: Whole, positions: ReadonlySet<string>): Deal[] =>
  [...positions].flatMap((position) => {
    const deals = whole.deals.get(position) ?? [];
    whole.deals.delete(position);
    return deals;
  });

async function tradesOfSome(
  tx: Tx,
  owner: OwnedAccount,
  { positions, whole }: { positions: ReadonlySet<string>; whole: Whole | null },
  digits: number,
): Promise<Trade[]> {
  if (whole !== null) return tradesOf(taken(whole, positions), whole.orders);
  const deals = await dealsOf(tx, owner, { digits, positions });
  return tradesOf(deals, await ordersOf(tx, owner, new Set(deals.map(({ order }) => order))));
}

/**
 * Makes the trades of these positions anew from all their deals, so that the same deals always give the same trades.
 * They are read, unless the `whole` account is at hand. The ids of those that were not closed before and are now.
 */
export async function rebuildTrades(
  tx: Tx,
  owner: OwnedAccount,
  { positions, whole }: { positions: ReadonlySet<string>; whole: Whole | null },
  ground: Ground,
): Promise<Set<string>> {
  const { digits } = ground;
  const windows = await sessionWindows(tx, owner.userId);
  const closed = new Set<string>();
  await oneAhead(async (begin) => {
    for (const batch of batches(positions)) {
      const some = new Set(batch);
      const made = await tradesOfSome(tx, owner, { positions: some, whole }, digits);
      const trades = made.map((trade) => toStore(trade, ground));
      const replace = tradesReplaced(owner, { positions: some, trades, digits, windows });
      await begin(async () => {
        for (const id of await replace(tx)) closed.add(id);
      });
    }
  });
  return closed;
}
