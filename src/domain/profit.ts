import { absolute, type Exact, exact, minus, negated, quotient, times, toNumber } from '../lib/exact.js';
import { pipsBetween } from './instrument.js';
import type { Spec } from './instrument-seed.js';
import { type AccountMoney, type Conversion, conversionAt, noCurrency, rateNeeded } from './rate.js';
import type { Side } from './trade.js';

/** Decimal text throughout: prices, lots. */
export interface Leg {
  side: Side;
  lots: string;
  openPrice: string;
  closePrice: string;
}

/** What a result is reckoned on. */
export interface Ground {
  spec: Spec;
  account: AccountMoney;
  /** the price at the close of the pair that `rateNeeded` names; null: not known */
  rate: string | null;
  /** what a lot earned in this account's currency for one unit of price, as a synchronised trade tells; null: none does */
  worth: string | null;
}

/** A figure, or why there is none, in a few words. */
export type Found<T> = { value: T; reason: null } | { value: null; reason: string };

const found = <T>(value: T): Found<T> => ({ value, reason: null });
const missing = (reason: string): { value: null; reason: string } => ({ value: null, reason });

/** What a lot earns for one unit of price, in the account's currency, as over / under. */
interface Worth {
  over: Exact;
  under: Exact;
  how: Conversion['how'] | 'learned';
}

const one = exact('1');

/** How a lot of it is turned into the account's money; what is known for sure goes before what a trade once told. */
function worthAt(ground: Ground, closePrice: string): Found<Worth> {
  const { spec, account, worth } = ground;
  if (account.currency === noCurrency) return missing('the currency of the account is not known');
  const conversion = conversionAt(spec, account, { closePrice, rate: ground.rate });
  if (spec.contractSize !== null && conversion !== null)
    return found({ ...conversion, over: times(exact(spec.contractSize), conversion.over) });
  if (worth !== null) return found({ over: exact(worth), under: one, how: 'learned' });
  if (spec.contractSize === null) return missing('the contract size is not known');
  const pair = rateNeeded(spec, account);
  return missing(
    pair === null ? 'the currency of its price is not known' : `the rate of ${pair} is not known`,
  );
}

const moved = ({ side, openPrice, closePrice }: Leg): Exact => {
  const way = minus(exact(closePrice), exact(openPrice));
  return side === 'buy' ? way : negated(way);
};

const inMinor = (money: Exact, under: Exact, digits: number): Found<number> => {
  const minor = Number(quotient(money, under, digits));
  return Number.isSafeInteger(minor) ? found(minor) : missing('the amount is too large');
};

/**
 * What an exit earned before costs, in minor units of the account's money: (close − open) · contract · lots, turned
 * into the account's currency and rounded once, halves away from zero (metrics.md §4).
 */
export function profitOf(leg: Leg, ground: Ground): Found<number> {
  const worth = worthAt(ground, leg.closePrice);
  if (worth.value === null) return worth;
  const { over, under } = worth.value;
  return inMinor(times(moved(leg), exact(leg.lots), over), under, ground.account.digits);
}

/** What one pip is worth at a price, in minor units: pip size · contract · lots, turned into the account's currency. */
export function pipValueOf(lots: string, price: string, ground: Ground): Found<number> {
  if (ground.spec.pipSize === null) return missing('it has no pips');
  const worth = worthAt(ground, price);
  if (worth.value === null) return worth;
  const { over, under } = worth.value;
  return inMinor(times(exact(ground.spec.pipSize), exact(lots), over), under, ground.account.digits);
}

/** Pips from entry to exit, to a millionth; null where the symbol has none. */
export function pipsOf(
  { side, openPrice, closePrice }: Leg,
  { pipSize }: Pick<Spec, 'pipSize'>,
): number | null {
  if (pipSize === null) return null;
  return pipsBetween(side, Number(openPrice), Number(closePrice), Number(pipSize));
}

/** What the stop would cost and the target bring, before costs, in minor units, and how many times the one the other is. */
export interface Plan {
  risk: Found<number>;
  reward: Found<number>;
  ratio: number | null;
}

/** A level on the wrong side of the entry risks nothing, or promises nothing. */
const planned = (
  leg: Omit<Leg, 'closePrice'>,
  { level, sign, word }: { level: string | null; sign: 1 | -1; word: string },
  ground: Ground,
): Found<number> => {
  if (level === null) return missing(`no ${word}`);
  const result = profitOf({ ...leg, closePrice: level }, ground);
  if (result.value === null) return result;
  if (Math.sign(result.value) === sign) return result;
  return missing(
    result.value === 0 ? `the ${word} stands at the entry` : `the ${word} is on the other side of the entry`,
  );
};

const distance = (a: string, b: string): number => toNumber(absolute(minus(exact(a), exact(b))));

/** The plan as it was when the trade was opened; the ratio is of distances, so that it needs no money. */
export function planOf(
  leg: Omit<Leg, 'closePrice'>,
  { stopLoss, takeProfit }: { stopLoss: string | null; takeProfit: string | null },
  ground: Ground,
): Plan {
  const risk = planned(leg, { level: stopLoss, sign: -1, word: 'stop loss' }, ground);
  const reward = planned(leg, { level: takeProfit, sign: 1, word: 'take profit' }, ground);
  const isSound = (level: string | null, sign: 1 | -1): level is string =>
    level !== null && Math.sign(toNumber(moved({ ...leg, closePrice: level }))) === sign;
  const ratio =
    isSound(stopLoss, -1) && isSound(takeProfit, 1)
      ? distance(takeProfit, leg.openPrice) / distance(stopLoss, leg.openPrice)
      : null;
  return { risk, reward, ratio };
}
