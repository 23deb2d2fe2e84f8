import { type DealColumns, role } from './columns.js';
import { Drawdown } from './drawdown.js';

/** What one pass over the deals of an account keeps; money in minor units. */
export interface Walk {
  /** balance just before the first deal of a trade, credit included */
  start: number;
  /** balance after the last deal */
  last: number;
  /** net of all trades */
  net: number;
  /** what entries cost, signs as given */
  entryCosts: number;
  /** of every exit, in order */
  results: Float64Array;
  /** after every exit; the first is `start` */
  balances: Float64Array;
  shorts: number;
  shortsWon: number;
  drawdown: Drawdown;
}

/** Position of the first deal of a trade, or of the end. */
const firstTradeOf = ({ roles }: DealColumns): number => {
  const at = roles.findIndex((one) => one >= role.entry);
  return at < 0 ? roles.length : at;
};

/** Follows the balance from deal to deal, from what it was before the first (minor units). */
export const walkOf = (columns: DealColumns, opening: number): Walk => {
  const { roles, nets } = columns;
  const from = firstTradeOf(columns);
  const start = opening + nets.subarray(0, from).reduce((sum, net) => sum + net, 0);
  const results = new Float64Array(roles.length - from);
  const balances = new Float64Array(roles.length - from + 1);
  const drawdown = new Drawdown(start);
  balances[0] = start;
  let balance = start;
  let net = 0;
  let entryCosts = 0;
  let exits = 0;
  let shorts = 0;
  let shortsWon = 0;
  for (let at = from; at < roles.length; at += 1) {
    const what = roles[at] ?? role.flow;
    const amount = nets[at] ?? 0;
    balance += amount;
    if (what === role.withdrawal) drawdown.restart(balance);
    else drawdown.follow(balance);
    if (what < role.entry) continue;
    net += amount;
    if (what === role.entry) entryCosts += amount;
    else {
      results[exits] = amount;
      exits += 1;
      balances[exits] = balance;
      if (what === role.exitShort) {
        shorts += 1;
        if (amount >= 0) shortsWon += 1;
      }
    }
  }
  return {
    ...{ start, last: balance, net, entryCosts, shorts, shortsWon, drawdown },
    ...{ results: results.subarray(0, exits), balances: balances.subarray(0, exits + 1) },
  };
};
