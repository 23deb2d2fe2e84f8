import { hash } from 'node:crypto';
import { fromMinor, toMinor } from '../lib/money.js';
import { dealEntry, dealReason, dealType } from './deal.js';
import type { ManualTrade } from './manual-trade.js';

/**
 * The numbers of a trade's position and deals: below zero, where no broker numbers anything, and as random as the id they
 * are made from, so that they never change.
 */
export const numbersOf = (id: string): { position: string; entry: string; exit: string } => {
  const base = 10n ** 16n + 4n * BigInt(`0x${hash('sha256', id, 'hex').slice(0, 12)}`);
  // The entry is the lower one: within a millisecond tickets decide what was first.
  return { position: `-${base}`, entry: `-${base + 2n}`, exit: `-${base + 1n}` };
};

/** A deal made for a trade that nobody listed one of; money, volume and price are decimal text, `at` is UTC. */
export interface MadeDeal {
  ticket: string;
  order: string;
  positionId: string;
  at: Date;
  type: number;
  entry: number;
  reason: number | null;
  volume: string;
  price: string;
  profit: string;
  swap: string;
  commission: string;
}

/**
 * The two deals of a trade entered by hand, or the one of a trade still open; `gross` in minor units. Costs stand with
 * the exit, as they belong to what came of the trade; while there is none, with the entry.
 */
export function dealsFor(
  id: string,
  trade: ManualTrade,
  { gross, digits }: { gross: number | null; digits: number },
): MadeDeal[] {
  const { position: positionId, entry, exit } = numbersOf(id);
  const [into, out] = trade.side === 'buy' ? [dealType.buy, dealType.sell] : [dealType.sell, dealType.buy];
  const nothing = fromMinor(0, digits);
  const money = (text: string): string => fromMinor(toMinor(text, digits), digits);
  const costs = { swap: money(trade.swap), commission: money(trade.commission) };
  const first: MadeDeal = {
    ...{ ticket: entry, order: entry, positionId, at: trade.openedAt, type: into, entry: dealEntry.in },
    reason: trade.magic === '0' ? dealReason.client : dealReason.expert,
    ...{ volume: trade.lots, price: trade.openPrice, profit: nothing },
    ...(trade.exit === null ? costs : { swap: nothing, commission: nothing }),
  };
  if (trade.exit === null) return [first];
  const { at, price } = trade.exit;
  return [
    first,
    {
      ...{ ticket: exit, order: '0', positionId, at, type: out, entry: dealEntry.out, reason: null },
      ...{ volume: trade.lots, price, profit: fromMinor(gross ?? 0, digits), ...costs },
    },
  ];
}

/** The money an account began with. `amount` is decimal text. */
export function startBalanceDeal(
  id: string,
  amount: string,
  { at, digits }: { at: Date; digits: number },
): MadeDeal {
  const nothing = fromMinor(0, digits);
  return {
    ...{ ticket: numbersOf(id).entry, order: '0', positionId: '0', at, type: dealType.balance },
    ...{ entry: dealEntry.in, reason: dealReason.client, volume: '0', price: '0' },
    ...{ profit: fromMinor(toMinor(amount, digits), digits), swap: nothing, commission: nothing },
  };
}
