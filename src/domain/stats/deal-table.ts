import { role, type DealColumns } from '../metatrader/columns.js';
import { mergedRows } from './merge.js';
import { countUntil, type BalanceCurve, type Flows } from './balance.js';

/** All deals of an account (or of several) in their order, a column a field; money in minor units, times UTC in ms. */
export interface DealTable extends DealColumns {
  atMs: Float64Array;
  /** 1: lent by the broker, and no money of the owner's */
  credits: Uint8Array;
  /** the number of the deal's position within the book; -1: it has none */
  positions: Int32Array;
}

const columns = ['atMs', 'roles', 'nets', 'credits', 'positions'] as const;

export const noDeals = (count = 0): DealTable => ({
  atMs: new Float64Array(count),
  roles: new Uint8Array(count),
  nets: new Float64Array(count),
  credits: new Uint8Array(count),
  positions: new Int32Array(count),
});

/** What the owner's money came to after each deal; credit is not counted. */
export function curveOf({ atMs, nets, credits }: DealTable): BalanceCurve {
  const balances = new Float64Array(nets.length);
  let balance = 0;
  for (let at = 0; at < nets.length; at += 1) {
    if (credits[at] === 0) balance += nets[at] ?? 0;
    balances[at] = balance;
  }
  return { atMs, balances };
}

const isFlow = ({ roles, credits }: DealTable, at: number): boolean =>
  (roles[at] ?? role.flow) < role.entry && credits[at] === 0;

/** Money that came and went beside trading; credit is not counted. */
export function flowsOf(table: DealTable): Flows {
  const rows: number[] = [];
  for (let at = 0; at < table.roles.length; at += 1) if (isFlow(table, at)) rows.push(at);
  return {
    atMs: Float64Array.from(rows, (row) => table.atMs[row] ?? 0),
    amounts: Float64Array.from(rows, (row) => table.nets[row] ?? 0),
  };
}

/** Some deals: those whose mark is 1. */
export function markedDeals({ roles, nets }: DealTable, marks: Uint8Array): DealColumns {
  const rows: number[] = [];
  for (let at = 0; at < marks.length; at += 1) if (marks[at] === 1) rows.push(at);
  return {
    roles: Uint8Array.from(rows, (row) => roles[row] ?? 0),
    nets: Float64Array.from(rows, (row) => nets[row] ?? 0),
  };
}

/** One table of several, in the order of time; of one instant the deals of the first come first. */
export function joinDeals(tables: readonly DealTable[], positionsOf: readonly number[]): DealTable {
  const count = tables.reduce((sum, { nets }) => sum + nets.length, 0);
  const all = noDeals(count);
  let start = 0;
  let base = 0;
  tables.forEach((table, index) => {
    for (const name of ['atMs', 'roles', 'nets', 'credits'] as const) all[name].set(table[name], start);
    all.positions.set(
      table.positions.map((position) => (position < 0 ? position : position + base)),
      start,
    );
    start += table.nets.length;
    base += positionsOf[index] ?? 0;
  });
  const counts = tables.map(({ nets }) => nets.length);
  return inOrder(all, mergedRows(all.atMs, counts));
}

function inOrder(table: DealTable, rows: Int32Array): DealTable {
  const sorted = noDeals(rows.length);
  for (const name of columns) {
    const [from, to] = [table[name], sorted[name]];
    for (let at = 0; at < rows.length; at += 1) to[at] = from[rows[at] ?? 0] ?? 0;
  }
  return sorted;
}

/** The deals of one account before an instant, and others behind them. */
export function appendDeals(before: DealTable, untilMs: number, behind: DealTable): DealTable {
  const kept = countUntil(before.atMs, untilMs - 1e-3);
  const all = noDeals(kept + behind.nets.length);
  for (const name of columns) {
    all[name].set(before[name].subarray(0, kept));
    all[name].set(behind[name], kept);
  }
  return all;
}
