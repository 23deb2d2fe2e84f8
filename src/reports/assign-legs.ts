import { dealType } from '../domain/deal.js';
import { toMinor } from '../lib/money.js';
import type { ReportDeal, ReportPosition } from './report.js';

/** A deal in whole numbers, so that sums are exact: volume in steps of 1e-8 lots, money in the file's last decimal. */
export interface Leg {
  deal: ReportDeal;
  units: number;
  price: number;
  profit: number;
  swap: number;
  commission: number;
  fee: number;
  /** null: not yet found out */
  positionId: string | null;
}

/** A position, and what of it is not yet found among the deals. */
export interface Slot {
  id: string;
  symbol: string;
  /** the type of a deal that closes it */
  exitType: number;
  openedMs: number;
  /** null: still open, or the file does not say */
  closedMs: number | null;
  openPrice: number;
  closePrice: number | null;
  /** the row of a closed position; null: it is known from its entry, or is open */
  row: ReportPosition | null;
  /** the volume of all its exits */
  fullUnits: number;
  /** what is missing of volume and, where there is a row, of money */
  units: number;
  profit: number;
  swap: number;
  commission: number;
  hasEntry: boolean;
  /** whether all that is missing of volume must be found, and not at most so much */
  isExact: boolean;
  exits: Leg[];
}

const volumeDigits = 8;
const mostDigits = 15;

// An absurd amount must not stop the rest of a file from being read; no sum will be found for it.
const mostExact = 2 ** 51;

export const minorOf = (decimal: string, digits: number): number => {
  const size = Number(decimal) * 10 ** digits;
  return Math.abs(size) < mostExact ? toMinor(decimal, digits) : Math.sign(size) * mostExact;
};

export const unitsOf = (volume: string): number => Math.abs(minorOf(volume, volumeDigits));

/** How many decimals money has in the file, fewer only where sums would no longer be exact. */
export const moneyDigits = (deals: readonly ReportDeal[], positions: readonly ReportPosition[]): number => {
  let whole = 1;
  let decimals = 0;
  const see = (money: string | null): void => {
    if (money === null) return;
    const point = money.indexOf('.');
    const end = point < 0 ? money.length : point;
    whole = Math.max(whole, money.startsWith('-') ? end - 1 : end);
    if (point >= 0) decimals = Math.max(decimals, money.length - point - 1);
  };
  for (const items of [deals, positions])
    for (const { profit, swap, commission, fee } of items) [profit, swap, commission, fee].forEach(see);
  return Math.max(0, Math.min(decimals, mostDigits - whole));
};

export const legOf = (deal: ReportDeal, digits: number): Leg => ({
  deal,
  units: unitsOf(deal.volume),
  price: Number(deal.price),
  profit: minorOf(deal.profit, digits),
  swap: minorOf(deal.swap, digits),
  commission: minorOf(deal.commission, digits),
  fee: minorOf(deal.fee, digits),
  positionId: deal.positionId,
});

const opposite = (side: 'buy' | 'sell'): number => (side === 'buy' ? dealType.sell : dealType.buy);

export const slotOf = (row: ReportPosition, id: string, digits: number): Slot => {
  const isClosed = row.closedMs !== null;
  const units = isClosed ? unitsOf(row.volume) : 0;
  return {
    id,
    symbol: row.symbol,
    exitType: opposite(row.side),
    openedMs: row.openedMs,
    closedMs: row.closedMs,
    openPrice: Number(row.openPrice),
    closePrice: row.closePrice === null ? null : Number(row.closePrice),
    row: isClosed ? row : null,
    fullUnits: units,
    units,
    profit: minorOf(row.profit ?? '0', digits),
    swap: minorOf(row.swap ?? '0', digits),
    commission: minorOf(row.commission ?? '0', digits),
    hasEntry: false,
    isExact: isClosed,
    exits: [],
  };
};

/** A position known from its entries alone. */
export const slotOfEntry = ({ deal, price }: Leg, id: string): Slot => ({
  id,
  symbol: deal.symbol,
  exitType: deal.type === dealType.buy ? dealType.sell : dealType.buy,
  openedMs: deal.timeMs,
  closedMs: null,
  openPrice: price,
  closePrice: null,
  row: null,
  fullUnits: 0,
  units: 0,
  profit: 0,
  swap: 0,
  commission: 0,
  hasEntry: true,
  isExact: false,
  exits: [],
});

/** Gives an exit to a position. */
export const give = (slot: Slot, leg: Leg): void => {
  leg.positionId = slot.id;
  // Nearly all positions have one exit, and a list that grew by pushing has room for 17.
  if (slot.exits.length === 0) slot.exits = [leg];
  else slot.exits.push(leg);
  slot.units -= leg.units;
  slot.profit -= leg.profit;
  slot.swap -= leg.swap;
  slot.commission -= leg.commission;
};

/** Positions and exits that can belong together. */
export const groupOf = ({ symbol, exitType }: Pick<Slot, 'symbol' | 'exitType'>): string =>
  `${exitType} ${symbol}`;

export const groupOfExit = ({ deal }: Leg): string => `${deal.type} ${deal.symbol}`;
