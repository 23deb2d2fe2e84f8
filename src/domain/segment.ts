import { compareDeals, type Deal, dealEntry, dealType, type Order, orderTypeCloseBy } from './deal.js';

/** orders by ticket */
export type Orders = ReadonlyMap<string, Order>;
type Role = 'open' | 'add' | 'reduce' | 'reverse' | 'orphan';

/** An average price, kept as a first price and what others differ from it, so that equal prices stay exact. */
interface Fill {
  units: number;
  price: number;
  excess: number;
}

/** What a deal, or its share of a reversal, brings into a trade. */
type Money = Pick<Deal, 'profit' | 'swap' | 'commission' | 'fee'>;

/** A stretch of a position's life from flat to flat, or to where it stands now. Volumes are in units of 1e-8 lots. */
export interface Segment extends Money {
  first: Deal;
  tickets: string[];
  /** 1 long, -1 short */
  sign: number;
  openUnits: number;
  entry: Fill;
  exit: Fill;
  lastExit: Deal | null;
  closedBy: string | null;
  isClosed: boolean;
  isOrphan: boolean;
  isReversed: boolean;
  isCloseBy: boolean;
  isOdd: boolean;
}

// MetaTrader counts volumes in steps of 1e-8 lots. In whole steps sums are exact, and less than 1e-9 is nothing.
const unitsPerLot = 1e8;
const unitsOf = (volume: number): number =>
  Number.isFinite(volume) ? Math.round(Math.abs(volume) * unitsPerLot) : 0;

export const lotsOf = (units: number): number => units / unitsPerLot;

const signOf = (deal: Deal): number => (deal.type === dealType.buy ? 1 : -1);
const isExit = ({ entry }: Deal): boolean => entry === dealEntry.out || entry === dealEntry.outBy;

const add = (fill: Fill, price: number, units: number): void => {
  if (fill.units === 0) fill.price = price;
  fill.excess += (price - fill.price) * units;
  fill.units += units;
};

/** To 12 figures where prices differ: more than a price has, less than the noise of doubles. */
export const priceOf = ({ units, price, excess }: Fill): number =>
  units === 0 || excess === 0 ? price : Number((price + excess / units).toPrecision(12));

const portion = (money: number, part: number): number =>
  Math.sign(money) * Math.round(Math.abs(money) * part) + 0;

/** The money of a reversal's two legs: the result is of what was closed, the costs are of both. */
const split = (money: Money, closingPart: number): [Money, Money] => {
  const commission = portion(money.commission, closingPart);
  const fee = portion(money.fee, closingPart);
  return [
    { profit: money.profit, swap: money.swap, commission, fee },
    { profit: 0, swap: 0, commission: money.commission - commission, fee: money.fee - fee },
  ];
};

const newSegment = (first: Deal, sign: number): Segment => ({
  first,
  tickets: [],
  sign,
  openUnits: 0,
  entry: { units: 0, price: 0, excess: 0 },
  exit: { units: 0, price: 0, excess: 0 },
  lastExit: null,
  profit: 0,
  swap: 0,
  commission: 0,
  fee: 0,
  closedBy: null,
  isClosed: false,
  isOrphan: false,
  isReversed: false,
  isCloseBy: false,
  isOdd: false,
});

/** Exits reduce, whatever their direction; of all else the direction decides. */
const roleOf = (segment: Segment | undefined, deal: Deal, units: number): Role => {
  if (isExit(deal))
    return segment === undefined || (segment.isClosed && !segment.isOrphan) ? 'orphan' : 'reduce';
  if (segment === undefined || segment.isClosed) return 'open';
  if (signOf(deal) === segment.sign) return 'add';
  return units > segment.openUnits ? 'reverse' : 'reduce';
};

/** Whether a deal says of itself what it does here. */
const isAsSaid = (role: Role, deal: Deal): boolean =>
  role === 'reverse'
    ? deal.entry === dealEntry.inOut
    : isExit(deal) || (deal.entry === dealEntry.in && role !== 'reduce');

const take = (segment: Segment, deal: Deal, money: Money): void => {
  segment.isOdd ||= deal.symbol !== segment.first.symbol;
  segment.tickets.push(deal.ticket);
  segment.profit += money.profit;
  segment.swap += money.swap;
  segment.commission += money.commission;
  segment.fee += money.fee;
};

const enter = (segment: Segment, deal: Deal, units: number, money: Money): void => {
  take(segment, deal, money);
  add(segment.entry, deal.price, units);
  segment.openUnits += units;
  segment.isOdd ||= units === 0;
};

const leave = (segment: Segment, deal: Deal, units: number, money: Money): void => {
  take(segment, deal, money);
  add(segment.exit, deal.price, units);
  segment.lastExit = deal;
  segment.isOdd ||= signOf(deal) === segment.sign || (units > segment.openUnits && !segment.isOrphan);
  segment.openUnits = Math.max(0, segment.openUnits - units);
  segment.isClosed = segment.openUnits === 0;
};

/** Both deals of a close-by have one order, which names both positions. */
const opposite = (deal: Deal, orders: Orders): string | null => {
  const order = orders.get(deal.order);
  if (order?.type !== orderTypeCloseBy) return null;
  const other = order.positionId === deal.positionId ? order.positionById : order.positionId;
  return other === '0' ? null : other;
};

const closeBy = (segment: Segment, deal: Deal, orders: Orders): void => {
  segment.isCloseBy = true;
  segment.closedBy = opposite(deal, orders) ?? segment.closedBy;
};

const reverse = (segments: Segment[], current: Segment, deal: Deal, units: number): void => {
  const closingUnits = current.openUnits;
  const [closing, opening] = split(deal, closingUnits / units);
  leave(current, deal, closingUnits, closing);
  current.isReversed = true;
  const next = newSegment(deal, -current.sign);
  next.isOdd = deal.entry !== dealEntry.inOut;
  enter(next, deal, units - closingUnits, opening);
  segments.push(next);
};

const startSegment = (segments: Segment[], deal: Deal, isOrphan: boolean): Segment => {
  const segment = newSegment(deal, isOrphan ? -signOf(deal) : signOf(deal));
  segment.isOrphan = isOrphan;
  segments.push(segment);
  return segment;
};

/** One deal more, which goes on with the last segment or starts another. */
const step = (segments: Segment[], deal: Deal, orders: Orders): void => {
  const units = unitsOf(deal.volume);
  const last = segments.at(-1);
  const role = roleOf(last, deal, units);
  const isNew = last === undefined || role === 'open' || role === 'orphan';
  const current = isNew ? startSegment(segments, deal, role === 'orphan') : last;
  if (!isAsSaid(role, deal)) current.isOdd = true;
  if (role === 'reverse') reverse(segments, current, deal, units);
  else if (role === 'open' || role === 'add') enter(current, deal, units, deal);
  else leave(current, deal, units, deal);
  if (deal.entry === dealEntry.outBy) closeBy(current, deal, orders);
};

/** The segments that the deals of one position tell, from the earliest on. Sorts `deals` in place. */
export const segmentsOf = (deals: Deal[], orders: Orders): Segment[] => {
  const segments: Segment[] = [];
  if (deals.length > 1) deals.sort(compareDeals);
  for (const deal of deals) step(segments, deal, orders);
  return segments;
};
