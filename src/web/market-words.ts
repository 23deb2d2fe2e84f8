import type { MarketAccountRow } from '../data/market-account.js';
import { shortLogin, shortServer } from './terminal-words.js';

/** The account for prices in words: the same on the command line, in the status and on the administrator's page. */

export interface MarketWords {
  level: 'green' | 'amber';
  word: string;
  /** what stands behind the word; '' where it says it all */
  detail: string;
  /** what to do; null exactly where it is green */
  fix: string | null;
}

export const noTerminals = 'No terminals are run here, so no prices are read.';
export const noneNeeded = 'The brokers here are simulated: their prices need no account.';
export const noPrices = 'No prices are read at present: an administrator has to set an account for them.';

const another =
  'Demo accounts expire: open another one and run: rawjournal market-account set --server S --login L --password-stdin';

const none: MarketWords = {
  level: 'amber',
  word: 'none set',
  detail: 'No prices are read, and charts say so.',
  fix: 'Open a demo account at any broker and run: rawjournal market-account set --server S --login L --password-stdin',
};

/** How the account stands; null: none is set. */
export function marketWords(row: Pick<MarketAccountRow, 'state' | 'reason'> | null): MarketWords {
  if (row === null) return none;
  const { state, reason } = row;
  if (state === 'accepted') return { level: 'green', word: 'accepted', detail: '', fix: null };
  if (state === 'refused') return { level: 'amber', word: 'refused', detail: reason, fix: another };
  if (reason === '')
    return { level: 'green', word: 'set', detail: 'The broker has not been asked yet.', fix: null };
  return {
    level: 'amber',
    word: 'not let in',
    detail: reason,
    fix: 'It is tried again by itself; if it stays so, set another one: rawjournal market-account set',
  };
}

/** Shortened: enough to tell accounts apart, not enough to log in. */
export const marketName = ({ server, login }: Pick<MarketAccountRow, 'server' | 'login'>): string =>
  `${shortLogin(login)} at ${shortServer(server)}`;

/** Since when the account stands as it does. */
export const marketSince = ({ set_at: set, told_at: told }: MarketAccountRow): Date => told ?? set;
