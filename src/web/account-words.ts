import type { AccountRow } from '../data/accounts.js';
import { beyondPlan } from '../data/plan-reading.js';
import type { ReconciliationRow } from '../data/reconciliations.js';
import type { AccountType, Verdict } from '../data/schema-trading.js';
import { dealType } from '../domain/deal.js';
import type { ShownState } from './account-state.js';
import { amount } from './figures.js';

/** Trading accounts in words: the same on every page. */

export type StateTone = 'plain' | 'good' | 'warn' | 'bad' | 'accent';

interface StateWords {
  /** beside the account, in a list */
  word: string;
  tone: StateTone;
  /** what is so */
  sentence: string;
  /** what happens next, or what to do */
  next: string;
}

const stateWords: Readonly<Record<ShownState, StateWords>> = {
  connecting: {
    word: 'connecting',
    tone: 'accent',
    sentence: 'The account is being connected.',
    next: 'You may leave this page; it goes on without you.',
  },
  live: {
    word: 'live',
    tone: 'good',
    sentence: 'Connected, and read every 15 seconds while you are here.',
    next: 'New deals are fetched every minute.',
  },
  waiting: {
    word: 'waiting',
    tone: 'warn',
    sentence: 'Connected, and waiting for its turn in a terminal.',
    next: 'Its numbers are as old as they say; nothing is lost meanwhile.',
  },
  grace: {
    word: 'grace',
    tone: 'warn',
    sentence: 'Your last page closed less than five minutes ago; reading goes on until then.',
    next: 'It simply continues when you come back.',
  },
  offline: {
    word: 'resting',
    tone: 'plain',
    sentence: 'Connected. Nobody is looking, so nothing is read.',
    next: 'When a page of yours is open it is read again, and everything missed is fetched.',
  },
  incomplete: {
    word: 'incomplete',
    tone: 'warn',
    sentence: 'The history could not be read completely.',
    next: 'It is read again by itself; until then the sums may lack deals.',
  },
  'needs-password': {
    word: 'needs password',
    tone: 'bad',
    sentence: 'Waiting for you: enter the investor password again.',
    next: 'Brokers lock accounts that are tried too often.',
  },
  'refused-master': {
    word: 'master password',
    tone: 'bad',
    sentence: 'A master password: refused, wiped, and nothing was read.',
    next: 'In MetaTrader: Tools, Options, Server, Change, then “Change investor (read only) password”.',
  },
  'unknown-server': {
    word: 'unknown server',
    tone: 'bad',
    sentence: 'The server was not found.',
    next: 'Correct it here and try again.',
  },
  paused: {
    word: 'paused',
    tone: 'plain',
    sentence: 'Paused by you. Nothing is read.',
    next: 'Resume it and everything missed is fetched.',
  },
};

const pausedByPlan: StateWords = {
  word: 'beyond plan',
  tone: 'warn',
  sentence: 'Not read:',
  next: 'All that is here stays. It goes on when your plan covers it, or when another account is paused or removed.',
};

const silentBroker: StateWords = {
  word: 'offline',
  tone: 'bad',
  sentence: 'The broker’s server does not answer.',
  next: 'It is tried again by itself. What stands here is what it said last.',
};

/** Stored as offline the broker is silent; derived as offline nobody is looking. */
export function wordsOf(
  account: Pick<AccountRow, 'state'> & Partial<Pick<AccountRow, 'state_reason'>>,
  state: ShownState,
): StateWords {
  if (account.state === 'paused' && account.state_reason === beyondPlan) return pausedByPlan;
  return account.state === 'offline' ? silentBroker : stateWords[state];
}

/** How an account's numbers come to be. */
export const typeWords: Readonly<Record<AccountType, { word: string; sentence: string }>> = {
  live: { word: 'MetaTrader 5', sentence: 'Read from the broker with the investor password.' },
  report: { word: 'reports', sentence: 'Fed by the MetaTrader reports you import.' },
  manual: { word: 'by hand', sentence: 'Holds the trades you enter yourself.' },
};

const gapWords: Readonly<Record<Exclude<Verdict, 'equal'>, string>> = {
  archived: 'archived',
  open: 'being checked',
  unexplained: 'unexplained',
};

const withoutSign = (text: string): string => text.replace('-', '');

/** The badge of a reconciliation: `to the cent`, `14.50 archived`, `not read yet`. */
export const ledgerBadge = (
  row: Pick<ReconciliationRow, 'verdict' | 'difference'> | undefined,
  digits: number,
): { state: 'ok' | 'gap' | 'unknown'; text: string } => {
  if (row === undefined) return { state: 'unknown', text: 'not read yet' };
  if (row.verdict === 'equal') return { state: 'ok', text: 'to the cent' };
  return {
    state: 'gap',
    text: `${amount(withoutSign(row.difference), digits) ?? ''} ${gapWords[row.verdict]}`,
  };
};

const cashKinds: Readonly<Record<number, string>> = {
  [dealType.buy]: 'buy without a position',
  [dealType.sell]: 'sell without a position',
  [dealType.credit]: 'credit',
  [dealType.charge]: 'charge',
  [dealType.correction]: 'correction',
  [dealType.bonus]: 'bonus',
  [dealType.commission]: 'commission',
  [dealType.commissionDaily]: 'commission, daily',
  [dealType.commissionMonthly]: 'commission, monthly',
  [dealType.commissionAgentDaily]: 'agent commission, daily',
  [dealType.commissionAgentMonthly]: 'agent commission, monthly',
  [dealType.interest]: 'interest',
  [dealType.buyCanceled]: 'cancelled buy',
  [dealType.sellCanceled]: 'cancelled sell',
  [dealType.dividend]: 'dividend',
  [dealType.dividendFranked]: 'franked dividend',
  [dealType.tax]: 'tax',
};

/** What a deal of the cash ledger is: `deposit`, `credit`, `dividend` …; MetaTrader's number where it is unknown. */
export const cashKind = (type: number, net: string): string => {
  if (type === dealType.balance) return net.startsWith('-') ? 'withdrawal' : 'deposit';
  return cashKinds[type] ?? `operation ${type}`;
};
