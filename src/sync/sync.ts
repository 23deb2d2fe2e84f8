import type { CandleWish } from '../data/candles.js';
import type { CandleStanding } from './candle-desk.js';
import type { Feed } from './feed.js';

/** Whether somebody is looking: at a page now, within the grace after the last one closed, or not at all. */
export type Attention = 'online' | 'grace' | 'offline';

/** A page's or a program's open connection. */
export interface Watch {
  /** it answered a ping, or said anything else */
  heard(): void;
  /** closing twice changes nothing */
  close(): void;
}

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

/** The queue as an administrator sees it. */
export interface SyncView {
  online: number;
  grace: number;
  /** accounts that are read now because somebody looks */
  accounts: number;
  /** whose reading is due and has not begun */
  waiting: number;
  /** how late the latest of them is, in ms; null: none */
  oldestDueMs: number | null;
  reading: number;
  /** accounts that fit in 15 s at the switch times measured; null: unknown */
  capacity: number | null;
  /** how old the numbers of the longest round get, in ms, at least the 15 s that are kept to; null: nothing is read */
  ageMs: number | null;
}

/** What pages, programs and commands ask of the synchronisation. */
export interface Sync {
  readonly feed: Feed;
  /** A page or a stream of this user has opened. */
  open(userId: string): Watch;
  presenceOf(userId: string): Attention;
  /** Reads an account once, whole, whoever is online. */
  ask(userId: string, accountId: string): void;
  /** An account was added, paused, resumed, given another password, or removed. */
  changed(userId: string): Promise<void>;
  /** Null when the account is not being read and does not wait to be. */
  progressOf(accountId: string): Progress | null;
  market(): MarketState;
  /** Whether an account is there by which prices are read; without one pages have no charts. */
  readsPrices(): boolean;
  /** Asks the broker, once, for bars that are not kept, and says how they stand. */
  askCandles(wish: CandleWish): CandleStanding;
  view(): SyncView;
  /** the terminals are simulated, and every page says so */
  readonly isSimulated: boolean;
}
