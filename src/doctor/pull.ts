import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../data/database.js';
import { reconciliationOf } from '../data/reconciliations.js';
import { cashOf } from '../domain/cash.js';
import { isTradeDeal, type Deal } from '../domain/deal.js';
import { reconcile, sumsOf } from '../domain/ledger.js';
import { dayMs, secondMs, type Clock } from '../lib/clock.js';
import { fromMinor, toMinor } from '../lib/money.js';
import { dealOf } from '../sync/store.js';
import type { AccountInfo } from '../terminals/protocol.js';
import type { Slot } from '../terminals/supervisor.js';

/** One whole history against the balance of the same reading; money as decimal text. */
export interface PullFacts {
  tookMs: number;
  deals: number;
  /** the terminal counted the same in three readings, and that many arrived */
  isComplete: boolean;
  /** P1: what the deals lack to the balance, or have too much */
  difference: string;
  isEqual: boolean;
  /** P2: what the trades miss of the deals */
  lost: string;
  isWhole: boolean;
  balance: string;
  /** the same difference has a name already: nothing else explains it */
  isNamed: boolean;
  /** how many of each there were, so that it is known what was proved */
  deposits: number;
  swaps: number;
  commissions: number;
}

interface Scene {
  db: Database;
  clock: Clock;
  slot: Slot;
  owner: { userId: string; accountId: string };
}

interface Reading {
  deals: Deal[];
  account: AccountInfo;
  isComplete: boolean;
}

async function readOnce({ slot, clock }: Scene): Promise<Reading> {
  const deals: Deal[] = [];
  const range = { fromServerMs: 0, toServerMs: clock.now().getTime() + 2 * dayMs };
  const last = await slot.call('history', range, {
    onPart: (part) => {
      for (const deal of part.deals) deals.push(dealOf(deal, part.account.currency_digits));
    },
  });
  return { deals, account: last.account, isComplete: last.complete && deals.length === last.dealsTotal };
}

/** A history may still be loading after a login. */
const tries = 3;
const betweenMs = 10 * secondMs;

async function readWhole(scene: Scene): Promise<Reading> {
  for (let left = tries - 1; ; left -= 1) {
    const reading = await readOnce(scene);
    const digits = reading.account.currency_digits;
    const isEqual = sumsOf(reading.deals).ledger === toMinor(reading.account.balance, digits);
    if ((reading.isComplete && isEqual) || left === 0) return reading;
    await sleep(betweenMs);
  }
}

/** Reads the whole history of the account that is logged in; the symbols of its trades come with it, the latest first. */
export async function pullOf(scene: Scene): Promise<{ pull: PullFacts; symbols: string[] }> {
  const startMs = scene.clock.monotonicMs();
  const { deals, account, isComplete } = await readWhole(scene);
  const { currency, currency_digits: digits, balance, credit } = account;
  const broker = { balance: toMinor(balance, digits), credit: toMinor(credit, digits), digits, currency };
  const { difference, lost } = reconcile(sumsOf(deals), { ...broker, unlisted: 0 });
  const { db, owner } = scene;
  const known = await db.withTenant('sync', owner.userId, (tx) => reconciliationOf(tx, owner));
  const money = (minor: number): string => `${fromMinor(minor, digits)} ${currency}`;
  const pull: PullFacts = {
    ...{ tookMs: scene.clock.monotonicMs() - startMs, deals: deals.length, isComplete },
    ...{ difference: money(difference), isEqual: difference === 0, lost: money(lost), isWhole: lost === 0 },
    balance: money(broker.balance),
    isNamed:
      (known?.verdict === 'archived' || known?.verdict === 'unexplained') &&
      toMinor(known.difference, digits) === difference,
    deposits: cashOf(deals).filter(({ kind }) => kind === 'deposit').length,
    swaps: deals.filter(({ swap }) => swap !== 0).length,
    commissions: deals.filter(({ commission }) => commission !== 0).length,
  };
  const symbols = deals.filter(isTradeDeal).map(({ symbol }) => symbol);
  return { pull, symbols: [...new Set(symbols.reverse())] };
}
