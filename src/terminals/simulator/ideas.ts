import { dayMs, hourMs, minuteMs } from '../../lib/clock.js';
import { dealReason } from '../../domain/deal.js';
import type { Broker, Listing } from './brokers.js';
import { listingOf } from './brokers.js';
import type { Side } from './book.js';
import { isWeekend, openAtOrAfter, weekOf } from './market-hours.js';
import { exchangeRate } from './money.js';
import { diceOf, type Dice } from './noise.js';
import { quoteAt } from './prices.js';

export type Kind = 'plain' | 'split' | 'scale' | 'partial' | 'close-by' | 'reverse' | 'pending';

/** A trade as somebody means it, before the market has its say. Follows from the account and the day alone. */
export interface Idea {
  kind: Kind;
  openMs: number;
  closeMs: number;
  listing: Listing;
  side: Side;
  volume: number;
  /** distances in points; 0: none */
  stop: number;
  target: number;
  magic: string;
  reason: number;
  comment: string;
  /** [0, 1): when something happens in between */
  when: number;
}

interface Author {
  magic: string;
  comment: string;
}

/** Magic numbers are unsigned 64-bit: one of these is beyond what a double holds. */
const robots: readonly [Author, ...Author[]] = [
  { magic: '20240117', comment: 'Breakout v3' },
  { magic: '77001', comment: 'MeanRev' },
  { magic: '9007199254740993', comment: 'Grid Lite' },
];
const remarks = ['', '', '', 'news', 'retest', 'trend day'] as const;

interface Authorship {
  magic: string;
  comment: string;
  reason: number;
}

function authorOf(dice: Dice): Authorship {
  if (dice.chance(0.55)) return { ...dice.pick(robots), reason: dealReason.expert };
  const reason = dice.pick([dealReason.client, dealReason.client, dealReason.mobile, dealReason.web]);
  return { magic: '0', comment: dice.pick(remarks), reason };
}

/** One day's typical move of an instrument within a time, points. */
export const typicalMove = ({ instrument }: Listing, ms: number): number =>
  instrument.level * instrument.scale * instrument.daily * Math.sqrt(ms / dayMs);

/** Spread and commission of a round trip, points. */
function costOf(broker: Broker, { instrument, contract }: Listing, ms: number): number {
  const perLot = contract * exchangeRate(instrument.quote, broker.currency, ms);
  const commission = broker.commission * (broker.isExitCharged ? 2 : 1) + broker.fee;
  return instrument.spread + (commission / perLot) * instrument.scale;
}

/**
 * Traders here have a slight edge: they are right a little more often than costs demand. Being right means to know the
 * price at the planned end, which a simulation can look up.
 */
export function sideOf(broker: Broker, listing: Listing, edge: number, trade: Trade): Side {
  const { dice, openMs, closeMs } = trade;
  const cost = costOf(broker, listing, openMs) / (0.8 * typicalMove(listing, closeMs - openMs));
  const isRight = dice.chance(Math.min(0.97, 0.5 + cost / 2 + edge));
  const move = quoteAt(listing.instrument, closeMs).bid - quoteAt(listing.instrument, openMs).bid;
  return move > 0 === isRight ? 0 : 1;
}

interface Trade {
  dice: Dice;
  openMs: number;
  closeMs: number;
}

/** Hundredths of lots that lose this money (major units) when the price moves this many points. */
export function volumeFor(
  broker: Broker,
  listing: Listing,
  points: number,
  money: { risk: number; ms: number },
) {
  const { instrument, contract } = listing;
  const rate = exchangeRate(instrument.quote, broker.currency, money.ms);
  const perLot = (points / instrument.scale) * contract * rate;
  return Math.min(5_000, Math.max(1, Math.round((money.risk / perLot) * 100)));
}

/** What the account was opened with, major units. */
export const depositOf = (broker: Broker, login: string): number =>
  broker.deposit * diceOf(`${broker.name}/${login}/deposit`).pick([0.5, 1, 1, 2]);

/** Netting accounts keep the symbols of long positions and of scalps to those. */
const hedgingCodes = ['EURUSD', 'GBPUSD', 'USDJPY', 'EURJPY', 'XAUUSD', 'US500', 'AUDUSD', 'GBPJPY'] as const;
const nettingCodes = ['EURUSD', 'GBPUSD', 'AUDUSD', 'US500', 'EURJPY', 'EURGBP'] as const;

function kindOf(dice: Dice, isHedging: boolean): Kind {
  const roll = dice.next();
  if (roll < 0.58) return 'plain';
  if (roll < 0.63) return 'split';
  if (roll < 0.74) return 'scale';
  if (roll < 0.86) return 'partial';
  if (roll < 0.92) return 'pending';
  return isHedging ? 'close-by' : 'reverse';
}

/** Trades that would end on a closed market end shortly before the weekend, or after it. */
function endAt(dice: Dice, ms: number): number {
  const early = dice.between(15, 60) * minuteMs;
  const isPatient = dice.chance(0.3);
  if (!isWeekend(ms)) return ms;
  return isPatient ? openAtOrAfter(ms) + early : weekOf(ms).closeMs - early;
}

const openingMs = (dice: Dice, day: number): number => {
  const hours = Math.min(21, Math.max(0.5, 12.5 + 3.4 * dice.bell()));
  return Math.floor((day * dayMs + hours * hourMs) / 1_000) * 1_000 + dice.whole(0, 999);
};

function ideaOf(broker: Broker, login: string, dice: Dice, day: number): Idea | null {
  const codes = broker.isHedging ? hedgingCodes : nettingCodes;
  const listing = listingOf(broker, dice.pick(codes) + broker.suffix);
  const openMs = openingMs(dice, day);
  const holdMs = Math.min(2 * dayMs, Math.max(6 * minuteMs, 110 * minuteMs * Math.exp(1.1 * dice.bell())));
  const closeMs = Math.floor(endAt(dice, openMs + holdMs));
  if (!listing || isWeekend(openMs) || closeMs < openMs + 5 * minuteMs) return null;
  const move = typicalMove(listing, closeMs - openMs);
  const author = authorOf(dice);
  const hasStop = author.reason === dealReason.expert || dice.chance(0.6);
  const risk = depositOf(broker, login) * dice.between(0.0015, 0.0045);
  return {
    kind: kindOf(dice, broker.isHedging),
    openMs,
    closeMs,
    listing,
    side: sideOf(broker, listing, 0.07, { dice, openMs, closeMs }),
    volume: volumeFor(broker, listing, move, { risk, ms: openMs }),
    stop: hasStop ? Math.round(move * dice.between(0.9, 1.7)) : 0,
    target: hasStop || dice.chance(0.3) ? Math.round(move * dice.between(1, 2.4)) : 0,
    ...author,
    when: dice.between(0.15, 0.8),
  };
}

/** What an account means to trade on a UTC day (days since 1970), in order of time. */
export function ideasOf(broker: Broker, login: string, day: number): Idea[] {
  const dice = diceOf(`${broker.name}/${login}/day/${day}`);
  const count = dice.pick([2, 3, 3, 4]);
  const ideas = Array.from({ length: count }, () => ideaOf(broker, login, dice, day));
  return ideas.filter((idea) => idea !== null).sort((a, b) => a.openMs - b.openMs);
}
