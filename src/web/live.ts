import type { AccountRow } from '../data/accounts.js';
import type { Tx } from '../data/database.js';
import type { PositionRow } from '../data/positions.js';
import type { WrittenReading } from '../data/readings.js';
import type { Visitor } from './kit.js';

/** What has happened, under the names of the API's stream. */
export interface Happening {
  readonly type: string;
  readonly accountId: string | null;
  readonly tradeId?: string;
  readonly reading?: WrittenReading;
}

/** How a user's accounts stand: what all of their pages are drawn from. */
export interface Picture {
  readonly accounts: readonly AccountRow[];
  readonly positions: readonly PositionRow[];
}

/** What one page's regions are drawn from. */
export interface LookAt {
  picture: Picture;
  /** the page's own query string: its filters */
  query: URLSearchParams;
  /** only readings have happened: nothing has changed but the picture */
  isReading: boolean;
}

/** The regions of one kind of page, as they follow one user. */
export interface Follower {
  /** Asks for what the picture does not hold, as the pages with these query strings show it. */
  read?(tx: Tx, accounts: readonly AccountRow[], queries: readonly URLSearchParams[]): Promise<void>;
  /** Regions as HTML, each with one root that has an id, exactly as they stand in the page. */
  draw(look: LookAt): string[];
  /** Messages that come once: a trade was closed. */
  toasts?(events: readonly Happening[]): Promise<string[]>;
}

export interface LiveRegions {
  /** the name by which a page asks for them */
  readonly name: string;
  follow(visitor: Visitor): Follower;
}
