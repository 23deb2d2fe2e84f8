import { dealEntry, dealType } from '../../domain/deal.js';
import { fromMinor, toMinor } from '../../lib/money.js';

const columns = ['profit', 'swap', 'commission', 'fee'] as const;
type Column = (typeof columns)[number];
export type Money = Record<Column, string>;

interface Deal extends Money {
  type: number;
  entry: number;
  volume: string;
}

interface Whole {
  side: 'buy' | 'sell';
  volume: string;
  gross: string;
  swap: string;
  commission: string;
  fee: string;
}

/** What of a deal counts for one trade; a deal that reverses is shared by the trade it ends and the one it begins. */
export interface Share {
  lots: number;
  /** of a reversal: what the rest of it did */
  rest: 'opened' | 'closed' | null;
  /** minor units */
  money: Record<Column, number>;
}

const round8 = (value: number): number => Math.round(value * 1e8) / 1e8;
const isReversal = (deal: Deal): boolean => deal.entry === dealEntry.inOut;
const opens = (deal: Deal, side: Whole['side']): boolean => (deal.type === dealType.buy) === (side === 'buy');

/** Lots of each deal that are this trade's: a reversal closes what was open, or opens what the other entries did not. */
function lotsOf(trade: Whole, deals: readonly Deal[]): number[] {
  const entered = deals
    .filter((deal) => deal.entry === dealEntry.in)
    .reduce((sum, deal) => sum + Number(deal.volume), 0);
  let open = 0;
  return deals.map((deal) => {
    const volume = Number(deal.volume);
    if (!isReversal(deal)) {
      open += deal.entry === dealEntry.in ? volume : -volume;
      return volume;
    }
    const lots = opens(deal, trade.side) ? Number(trade.volume) - entered : open;
    open = opens(deal, trade.side) ? lots : 0;
    return Math.min(volume, Math.max(0, round8(lots)));
  });
}

function shareOf(deal: Deal, lots: number, { side, digits }: { side: Whole['side']; digits: number }): Share {
  const minor = (column: Column): number => toMinor(deal[column], digits);
  const money = { profit: minor('profit'), swap: minor('swap'), commission: 0, fee: 0 };
  const part = isReversal(deal) && Number(deal.volume) > 0 ? lots / Number(deal.volume) : 1;
  money.commission = Math.round(minor('commission') * part);
  money.fee = Math.round(minor('fee') * part);
  // Result and swap of a reversal belong to what it closes.
  if (isReversal(deal) && opens(deal, side)) Object.assign(money, { profit: 0, swap: 0 });
  const rest = opens(deal, side) ? 'closed' : 'opened';
  return { lots, rest: isReversal(deal) ? rest : null, money };
}

/** The deals' shares; the last reversal takes the odd cent, so that they add up to the trade. */
export function sharesOf(trade: Whole, deals: readonly Deal[], digits: number): Share[] {
  const lots = lotsOf(trade, deals);
  const shares = deals.map((deal, at) => shareOf(deal, lots[at] ?? 0, { side: trade.side, digits }));
  const last = shares.findLast((share) => share.rest !== null);
  if (last === undefined) return shares;
  const whole = { profit: trade.gross, swap: trade.swap, commission: trade.commission, fee: trade.fee };
  for (const column of columns)
    last.money[column] +=
      toMinor(whole[column], digits) - shares.reduce((sum, share) => sum + share.money[column], 0);
  return shares;
}

export const asText = (money: Share['money'], digits: number): Money => ({
  profit: fromMinor(money.profit, digits),
  swap: fromMinor(money.swap, digits),
  commission: fromMinor(money.commission, digits),
  fee: fromMinor(money.fee, digits),
});
