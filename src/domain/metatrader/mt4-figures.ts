import { compareTickets } from '../deal.js';
import { role } from './columns.js';
import type { Figures } from './figure.js';
import { known } from './figure.js';
import { figuresOfWalk } from './figures.js';
import { walkOf } from './walk.js';

/** A closed trade of MetaTrader 4; the net after all costs, in minor units. */
export interface FigurePosition {
  /** null: the file numbers nothing */
  ticket: string | null;
  closedMs: number;
  side: 'buy' | 'sell';
  net: number;
}

/** Money that came or went, in minor units. */
export interface FigureCash {
  timeMs: number;
  amount: number;
}

const compare = (a: FigurePosition, b: FigurePosition): number =>
  a.closedMs - b.closedMs || compareTickets(a.ticket ?? '', b.ticket ?? '');

const sumOf = (cash: readonly FigureCash[]): number => cash.reduce((sum, { amount }) => sum + amount, 0);

/**
 * What MetaTrader 4 prints below a statement, from its closed trades in the order of their closing: the balance its
 * drawdowns fall from begins with what was paid in before the first of them, and later payments do not move it
 * (metrics.md §2). Money in minor units.
 */
export const metatrader4Figures = (
  positions: readonly FigurePosition[],
  cash: readonly FigureCash[],
): Figures => {
  const ordered = [...positions].sort(compare);
  const firstMs = ordered[0]?.closedMs ?? Infinity;
  const columns = {
    roles: Uint8Array.from(ordered, ({ side }) => (side === 'sell' ? role.exitShort : role.exitLong)),
    nets: Float64Array.from(ordered, ({ net }) => net),
  };
  const walk = walkOf(columns, sumOf(cash.filter(({ timeMs }) => timeMs <= firstMs)));
  return { ...figuresOfWalk(walk, 'history'), balance: known(sumOf(cash) + walk.net) };
};
