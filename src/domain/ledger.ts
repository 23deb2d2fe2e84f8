import { createHash } from 'node:crypto';
import { fromMinor } from '../lib/money.js';
import { minuteMs } from '../lib/clock.js';
import { cashOf } from './cash.js';
import { type Deal, dealType, netOf } from './deal.js';
import { tradesOf } from './trade.js';

/** equal · open: a gap, to be read again · archived: the broker says it removed old deals · unexplained: it does not */
export type Verdict = 'equal' | 'open' | 'archived' | 'unexplained';

/** What the deals of an account come to; money in minor units. */
export interface Sums {
  /** all deals but credit */
  ledger: number;
  /** the trades' net */
  tradesNet: number;
  /** what belongs to no trade, without credit */
  cash: number;
  /** entries of credit */
  creditLedger: number;
  /** server time of the last "Archived deals" entry */
  archivedMs: number | null;
  /** the same for the same deals, in whatever order they come */
  fingerprint: string;
}

/** What the broker said in the same pull; money in minor units. */
export interface BrokerSide {
  balance: number;
  credit: number;
  /** decimal digits of the currency */
  digits: number;
  currency: string;
  /** deals kept here that the broker no longer lists */
  unlisted: number;
}

export interface Reconciliation extends Sums, Pick<BrokerSide, 'digits' | 'currency' | 'unlisted'> {
  /** the broker's balance */
  broker: number;
  /** ledger - broker */
  difference: number;
  /** ledger - tradesNet - cash; anything but 0 is a fault of the reconstruction, not of the broker */
  lost: number;
  /** what the broker says its credit is */
  creditBroker: number;
  /** what this pull alone says; a gap becomes unexplained by lasting */
  verdict: Exclude<Verdict, 'unexplained'>;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const isArchive = ({ type, comment }: Deal): boolean =>
  type === dealType.correction && /^\s*archived deals\s*$/i.test(comment);

const archivedAt = (deals: readonly Deal[]): number | null =>
  deals
    .filter(isArchive)
    .reduce<number | null>((latest, { serverMs }) => Math.max(latest ?? serverMs, serverMs), null);

const fingerprintOf = (deals: readonly Deal[]): string =>
  createHash('sha256')
    .update(
      deals
        .map(({ ticket }) => ticket)
        .sort()
        .join(),
    )
    .digest('hex');

const verdictOf = (difference: number, archivedMs: number | null): Reconciliation['verdict'] => {
  if (difference === 0) return 'equal';
  return archivedMs === null ? 'open' : 'archived';
};

/** Adds up all deals of an account. Rebuilds all trades where their net is not given. */
export const sumsOf = (deals: readonly Deal[], tradesNet?: number): Sums => {
  const operations = cashOf(deals);
  const amounts = (isCredit: boolean): number =>
    sum(operations.filter((one) => one.isCredit === isCredit).map(({ amount }) => amount));
  return {
    ledger: sum(deals.filter(({ type }) => type !== dealType.credit).map(netOf)),
    tradesNet: tradesNet ?? sum(tradesOf(deals, new Map()).map(({ net }) => net)),
    cash: amounts(false),
    creditLedger: amounts(true),
    archivedMs: archivedAt(deals),
    fingerprint: fingerprintOf(deals),
  };
};

/**
 * The deals against the balance of the same pull, without any tolerance, and the trades against the deals. Credit is
 * no part of the balance and is compared by itself.
 */
export const reconcile = (sums: Sums, broker: BrokerSide): Reconciliation => {
  const difference = sums.ledger - broker.balance;
  return {
    ...sums,
    broker: broker.balance,
    difference,
    lost: sums.ledger - sums.tradesNet - sums.cash,
    creditBroker: broker.credit,
    unlisted: broker.unlisted,
    fingerprint: `${difference}:${sums.fingerprint}`,
    verdict: verdictOf(difference, sums.archivedMs),
    digits: broker.digits,
    currency: broker.currency,
  };
};

/** What was made of the pulls so far. */
export interface Standing {
  verdict: Verdict;
  difference: number;
  fingerprint: string;
  /** pulls that found the same tickets and the same difference, each at least a minute after the one before */
  seen: number;
  countedMs: number;
}

const pulls = 3;

const count = (
  previous: Standing | null,
  fingerprint: string,
  atMs: number,
): Pick<Standing, 'seen' | 'countedMs'> => {
  if (previous?.fingerprint !== fingerprint) return { seen: 1, countedMs: atMs };
  const elapsedMs = atMs - previous.countedMs;
  if (elapsedMs >= minuteMs) return { seen: previous.seen + 1, countedMs: atMs };
  // A clock that was set back must not make a gap wait for the old time to come round again.
  return { seen: previous.seen, countedMs: Math.min(previous.countedMs, atMs) };
};

/**
 * The verdict after one more pull at `atMs` (any clock, ms). A gap is open until three pulls, a minute apart, found the
 * same tickets and the same gap; then it is unexplained, and stays so while the gap does, however many deals are added.
 */
export const nextVerdict = (
  previous: Standing | null,
  { verdict, difference, fingerprint }: Pick<Reconciliation, 'verdict' | 'difference' | 'fingerprint'>,
  atMs: number,
): Standing => {
  const counted = count(previous, fingerprint, atMs);
  const isNamed = previous?.verdict === 'unexplained' && previous.difference === difference;
  const isLasting = verdict === 'open' && (isNamed || counted.seen >= pulls);
  return { verdict: isLasting ? 'unexplained' : verdict, difference, fingerprint, ...counted };
};

const gapOf = (now: Reconciliation, amount: string): string =>
  now.difference > 0
    ? `The broker's balance lacks ${amount} of the deals it has listed`
    : `The broker's balance holds ${amount} more than the deals it has listed`;

const explain = (now: Reconciliation, verdict: Verdict, money: (minor: number) => string): string => {
  if (verdict === 'equal') return `The deals add up to the broker's balance of ${money(now.broker)}.`;
  const gap = gapOf(now, money(Math.abs(now.difference)));
  if (verdict === 'unexplained') return `${gap}, and nothing in the history says why.`;
  if (verdict === 'open' || now.archivedMs === null)
    return `${gap}. The history may still be loading; it is read again.`;
  const day = new Date(now.archivedMs).toISOString().slice(0, 10);
  return `${gap}; it entered "Archived deals" on ${day}, which explains it.`;
};

/** The verdict in whole sentences, with the currency as the broker names it; days are the server's. */
export const reasonOf = (now: Reconciliation, verdict: Verdict): string => {
  const money = (minor: number): string => `${fromMinor(minor, now.digits)} ${now.currency}`.trimEnd();
  const sentences = [explain(now, verdict, money)];
  if (now.unlisted === 1) sentences.push('The broker no longer lists 1 deal; it is kept here.');
  if (now.unlisted > 1)
    sentences.push(`The broker no longer lists ${now.unlisted} deals; they are kept here.`);
  if (now.creditLedger !== now.creditBroker)
    sentences.push(
      `The credit entries add up to ${money(now.creditLedger)}, the broker's credit is ${money(now.creditBroker)}.`,
    );
  if (now.lost !== 0)
    sentences.push(
      `The trades miss ${money(now.lost)} of their own deals, which is a fault of this journal.`,
    );
  return sentences.join(' ');
};
