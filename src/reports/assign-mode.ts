import { dealEntry, dealType } from '../domain/deal.js';
import type { Leg } from './assign-legs.js';

interface Symbol {
  /** bought less sold */
  units: number;
  largestEntry: number;
}

const signed = ({ deal, units }: Leg): number => (deal.type === dealType.buy ? units : -units);

const isAgainst = (symbol: Symbol, leg: Leg): boolean => symbol.units * signed(leg) < 0;

/** What one deal says of its account: hedging, or one position a symbol; null: it fits both. */
const saysOf = (leg: Leg, symbol: Symbol): boolean | null => {
  const { entry } = leg.deal;
  if (entry === dealEntry.inOut) return false;
  if (entry === dealEntry.outBy) return true;
  if (entry === dealEntry.in) return isAgainst(symbol, leg) ? true : null;
  return symbol.largestEntry > 0 && leg.units > symbol.largestEntry ? false : null;
};

/**
 * Whether the deals, in the order of time, are those of a hedging account, where a file does not say: the first deal
 * decides that only one kind can have. An entry against what stands is hedging; an exit larger than each entry closes
 * several at once, which one position a symbol alone can. Where nothing decides, positions stand apart.
 */
export const isHedgingOf = (legs: readonly Leg[]): boolean => {
  const symbols = new Map<string, Symbol>();
  for (const leg of legs) {
    const symbol = symbols.get(leg.deal.symbol) ?? { units: 0, largestEntry: 0 };
    const said = saysOf(leg, symbol);
    if (said !== null) return said;
    symbol.units += signed(leg);
    if (leg.deal.entry === dealEntry.in) symbol.largestEntry = Math.max(symbol.largestEntry, leg.units);
    symbols.set(leg.deal.symbol, symbol);
  }
  return true;
};
