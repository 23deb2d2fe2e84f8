import { secondMs } from '../lib/clock.js';

/** How often an online account is read: its positions, and its deals with every few of those visits. */
export const lightEveryMs = 15 * secondMs;
export const fullEveryMs = 60 * secondMs;

/** Measured, in ms: reading an account that is in the terminal, and bringing in another one of the same or another server. */
export interface Costs {
  readonly pullMs: number;
  readonly switchSameMs: number;
  readonly switchOtherMs: number;
}

/** An account as far as it matters where it is read. */
export interface Holding {
  readonly id: string;
  readonly server: string;
}

/** What one visit takes in a terminal that holds `from` (null: nothing, or nobody knows what). */
export const visitMs = (from: Holding | null, to: Holding, costs: Costs): number => {
  if (from?.id === to.id) return costs.pullMs;
  return costs.pullMs + (from?.server === to.server ? costs.switchSameMs : costs.switchOtherMs);
};

/** What the way from one server to another takes beyond a switch inside a server. */
export const crossingMs = (costs: Costs): number => Math.max(0, costs.switchOtherMs - costs.switchSameMs);

/** One round of a terminal, each account once, grouped by server: with two servers or more each is entered once. */
export const roundMs = (accounts: number, servers: number, costs: Costs): number =>
  accounts * Math.max(1, costs.pullMs + costs.switchSameMs) + (servers > 1 ? servers * crossingMs(costs) : 0);
