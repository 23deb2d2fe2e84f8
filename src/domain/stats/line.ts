import { role } from '../metatrader/columns.js';
import type { DealTable } from './deal-table.js';
import type { TradeColumns } from './trade-columns.js';

/** A line of money over time (UTC, ms), in minor units, with the peak that each point fell from. */
export interface Line {
  atMs: Float64Array;
  values: Float64Array;
  peaks: Float64Array;
  /** money that came or went beside trading: it moves the peak along */
  flows: { atMs: number; amount: number }[];
}

const lineOf = (atMs: Float64Array): Line => ({
  atMs,
  values: new Float64Array(atMs.length),
  peaks: new Float64Array(atMs.length),
  flows: [],
});

/** The balance after each deal, without credit. */
export function balanceLine({ atMs, roles, nets, credits }: DealTable): Line {
  const line = lineOf(atMs);
  let balance = 0;
  let peak = 0;
  for (let at = 0; at < atMs.length; at += 1) {
    const amount = credits[at] === 1 ? 0 : (nets[at] ?? 0);
    balance += amount;
    if ((roles[at] ?? role.flow) < role.entry && amount !== 0) {
      peak += amount;
      line.flows.push({ atMs: atMs[at] ?? 0, amount });
    }
    if (balance > peak) peak = balance;
    line.values[at] = balance;
    line.peaks[at] = peak;
  }
  return line;
}

/** What trades came to together after each of them, from 0 on. */
export function netLine({ closedMs, nets }: Pick<TradeColumns, 'closedMs' | 'nets'>): Line {
  const line = lineOf(closedMs);
  let net = 0;
  let peak = 0;
  for (let at = 0; at < nets.length; at += 1) {
    net += nets[at] ?? 0;
    if (net > peak) peak = net;
    line.values[at] = net;
    line.peaks[at] = peak;
  }
  return line;
}
