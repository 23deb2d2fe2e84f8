import { toMinor } from '../lib/money.js';
import type { Ground } from './profit.js';
import { type Found, type Plan, pipsOf, pipValueOf, planOf, profitOf } from './profit.js';
import { type RMultiple, rMultiple } from './r-multiple.js';
import type { Side } from './trade.js';

/** A trade as its owner enters it. Numbers are decimal text, times UTC; what was not said is null. */
export interface ManualTrade {
  symbol: string;
  side: Side;
  lots: string;
  openedAt: Date;
  openPrice: string;
  stopLoss: string | null;
  takeProfit: string | null;
  /** null: still open */
  exit: { at: Date; price: string } | null;
  commission: string;
  swap: string;
  /** what came of it all together, where its owner knows; it goes before whatever is reckoned */
  net: string | null;
  /** a comment, or the name of the expert that traded */
  comment: string;
  magic: string;
}

/** What came of it, in minor units of the account's money. */
export interface ManualResult {
  gross: Found<number>;
  commission: number;
  swap: number;
  net: Found<number>;
  /** the gross is reckoned and not its owner's word */
  isEstimated: boolean;
  pips: number | null;
  r: RMultiple;
  plan: Plan;
  /** at the close, else at the entry */
  pipValue: Found<number>;
}

const open: Found<number> = { value: null, reason: 'still open' };

const plus = ({ value, reason }: Found<number>, more: number): Found<number> =>
  value === null ? { value, reason } : { value: value + more, reason: null };

function grossOf(trade: ManualTrade, costs: number, ground: Ground): Found<number> {
  if (trade.exit === null) return open;
  if (trade.net !== null) return { value: toMinor(trade.net, ground.account.digits) - costs, reason: null };
  return profitOf({ ...trade, closePrice: trade.exit.price }, ground);
}

/** R as the page of the trade shows it. */
const riskOf = (trade: ManualTrade, gross: Found<number>, net: Found<number>): RMultiple =>
  rMultiple({
    openPrice: Number(trade.openPrice),
    closePrice: trade.exit === null ? null : Number(trade.exit.price),
    stopLoss: trade.stopLoss === null ? null : Number(trade.stopLoss),
    gross: gross.value ?? 0,
    net: net.value ?? 0,
    isClosed: trade.exit !== null,
  });

/** What a trade entered by hand comes to: its owner's word where there is one, else reckoned (metrics.md §4). */
export function resultOf(trade: ManualTrade, ground: Ground): ManualResult {
  const { digits } = ground.account;
  const [commission, swap] = [toMinor(trade.commission, digits), toMinor(trade.swap, digits)];
  const gross = grossOf(trade, commission + swap, ground);
  const net = plus(gross, commission + swap);
  const r = riskOf(trade, gross, net);
  return {
    gross,
    commission,
    swap,
    net,
    isEstimated: trade.exit !== null && trade.net === null,
    pips: trade.exit === null ? null : pipsOf({ ...trade, closePrice: trade.exit.price }, ground.spec),
    r: gross.reason === null || trade.exit === null ? r : { r: null, reason: gross.reason },
    plan: planOf(trade, trade, ground),
    pipValue: pipValueOf(trade.lots, trade.exit?.price ?? trade.openPrice, ground),
  };
}
