import { balancesAt, type BalanceCurve, type Flows } from './balance.js';
import { curveOf, flowsOf, joinDeals, markedDeals, noDeals, type DealTable } from './deal-table.js';
import { noTrades, joinTrades, type TradeTable } from './trade-table.js';
import type { DealColumns } from '../metatrader/columns.js';

/** What an account (or several of one currency) ever did: its closed trades and all of its deals. */
export interface Book {
  trades: TradeTable;
  deals: DealTable;
  /** how many positions there are; deals and trades name them by number */
  positionCount: number;
}

export const emptyBook = (): Book => ({ trades: noTrades(), deals: noDeals(), positionCount: 0 });

/** A book with what its accounts held after each deal, and with the balance that each trade was opened on. */
export interface GroundedBook extends Book {
  curve: BalanceCurve;
  flows: Flows;
}

export function groundedBook(book: Book): GroundedBook {
  const curve = curveOf(book.deals);
  const trades = { ...book.trades, balances: balancesAt(curve, book.trades.openedMs) };
  return { ...book, trades, curve, flows: flowsOf(book.deals) };
}

/** The books of several accounts as one. */
export function joinBooks(books: readonly Book[]): Book {
  const [first, ...others] = books;
  if (first === undefined) return emptyBook();
  if (others.length === 0) return first;
  const counts = books.map(({ positionCount }) => positionCount);
  return {
    trades: joinTrades(
      books.map(({ trades }) => trades),
      counts,
    ),
    deals: joinDeals(
      books.map(({ deals }) => deals),
      counts,
    ),
    positionCount: counts.reduce((sum, count) => sum + count, 0),
  };
}

/** For each position the first trade that came of it, and for each trade the next of its position; -1: there is none. */
const chainsOf = ({ trades, positionCount }: Book): { first: Int32Array; next: Int32Array } => {
  const first = new Int32Array(positionCount).fill(-1);
  const next = new Int32Array(trades.positions.length).fill(-1);
  for (let at = trades.positions.length - 1; at >= 0; at -= 1) {
    const position = trades.positions[at] ?? 0;
    next[at] = first[position] ?? -1;
    first[position] = at;
  }
  return { first, next };
};

/**
 * The deals that some of the trades are made of, in their order. A deal that closes one trade of a position and opens the
 * next belongs to the one it closes.
 */
export function dealsOfTrades(book: Book, rows: Int32Array): DealColumns {
  const { trades, deals } = book;
  const isChosen = new Uint8Array(trades.ids.length);
  for (const row of rows) isChosen[row] = 1;
  const { first, next } = chainsOf(book);
  const marks = new Uint8Array(deals.nets.length);
  for (let at = 0; at < marks.length; at += 1) {
    const position = deals.positions[at] ?? -1;
    if (position < 0) continue;
    const timeMs = deals.atMs[at] ?? 0;
    let trade = first[position] ?? -1;
    while (trade >= 0 && (trades.closedMs[trade] ?? 0) < timeMs) trade = next[trade] ?? -1;
    if (trade >= 0 && (trades.openedMs[trade] ?? 0) <= timeMs) marks[at] = isChosen[trade] ?? 0;
  }
  return markedDeals(deals, marks);
}
