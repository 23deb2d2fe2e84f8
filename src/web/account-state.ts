import type { AccountRow } from '../data/accounts.js';
import type { AccountState } from '../data/schema-trading.js';

/** The state that pages and programs are told: the stored one, refined by who is looking and how old the numbers are. */
export type ShownState = AccountState | 'waiting' | 'grace';

export interface Circumstances {
  presence: 'online' | 'grace' | 'offline';
  /** seconds since the broker last said how the account stands; null: never */
  ageSeconds: number | null;
  isMarketOpen: boolean;
}

/** Beyond this a number is no longer live; while markets are closed there is one round in half an hour. */
const lateAfterS = { open: 120, closed: 2_100 };

/** Seconds since an instant, whole and never negative; null where there was none. */
export const ageOf = (at: Date | null, now: Date): number | null =>
  at === null ? null : Math.max(0, Math.floor((now.getTime() - at.getTime()) / 1000));

/**
 * Only what is stored as live is refined: within the grace period it says so, fresh numbers are live whoever looks,
 * and old ones wait for a terminal while somebody does, or rest while nobody does.
 */
export function shownState(
  account: Pick<AccountRow, 'type' | 'state'>,
  { presence, ageSeconds, isMarketOpen }: Circumstances,
): ShownState {
  if (account.type !== 'live' || account.state !== 'live') return account.state;
  if (presence === 'grace') return 'grace';
  const isFresh = ageSeconds !== null && ageSeconds < lateAfterS[isMarketOpen ? 'open' : 'closed'];
  if (isFresh) return 'live';
  return presence === 'online' ? 'waiting' : 'offline';
}

/** What the synchronisation knows that no row says. */
export interface Surroundings {
  presenceOf(userId: string): Circumstances['presence'];
  market(): { isOpen: boolean };
}

/** What an account's state and age are at this moment. */
export function conditionOf(
  account: AccountRow,
  sync: Surroundings,
  now: Date,
): { state: ShownState; ageSeconds: number | null } {
  const ageSeconds = ageOf(account.light_synced_at, now);
  const presence = sync.presenceOf(account.user_id);
  const state = shownState(account, { presence, ageSeconds, isMarketOpen: sync.market().isOpen });
  return { state, ageSeconds };
}

const refusedStates: readonly AccountState[] = ['needs-password', 'refused-master', 'unknown-server'];

/** Waits for its owner: nothing is tried until other credentials are given. */
export const isRefused = (account: Pick<AccountRow, 'state'>): boolean =>
  refusedStates.includes(account.state);

/** Refused at its very first login: nothing was read, and it goes by itself. */
export const isDraft = (account: Pick<AccountRow, 'state' | 'connected_at'>): boolean =>
  account.connected_at === null && isRefused(account);

/** Its server may be named anew: a draft may have been mistyped, and brokers rename servers that then stay silent. */
export const mayMove = (account: Pick<AccountRow, 'state' | 'connected_at'>): boolean =>
  isDraft(account) || account.state === 'unknown-server' || account.state === 'offline';
