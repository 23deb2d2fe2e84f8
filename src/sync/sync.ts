import type { Feed } from './feed.js';

/** Whether somebody is looking: at a page now, within the grace after the last one closed, or not at all. */
export type Presence = 'online' | 'grace' | 'offline';

/** Where the reading of one account stands. */
export interface Progress {
  step: 'waiting' | 'login' | 'proof' | 'history' | 'reconciling';
  /** deals read so far, and how many there are; null while unknown */
  done: number | null;
  total: number | null;
}

export interface MarketState {
  isOpen: boolean;
  /** when currencies trade again; null while they do */
  opensAt: Date | null;
}

/** What pages, programs and commands ask of the synchronisation. */
export interface Sync {
  readonly feed: Feed;
  /** A page or a stream of this user has opened; the function is called when it closes, once or more. */
  open(userId: string): () => void;
  presenceOf(userId: string): Presence;
  /** Reads an account once, whole, whoever is online. */
  ask(userId: string, accountId: string): void;
  /** An account was added, paused, resumed, given another password, or removed. */
  changed(userId: string): Promise<void>;
  /** Null when the account is not being read and does not wait to be. */
  progressOf(accountId: string): Progress | null;
  market(): MarketState;
  /** the terminals are simulated, and every page says so */
  readonly isSimulated: boolean;
}
