import type { Visitor } from './kit.js';

/** What has happened, under the names of the API's stream. */
export interface Happening {
  readonly type: string;
  readonly accountId: string | null;
  readonly tradeId?: string;
}

/** What a page's regions are drawn from. */
export interface LookAt {
  visitor: Visitor;
  /** the page's own query string: its filters */
  query: URLSearchParams;
  events: readonly Happening[];
}

/** The regions of one kind of page, each drawn exactly as it stands in the page. */
export interface LiveRegions {
  /** the name by which a page asks for them */
  readonly name: string;
  /** Regions as HTML, each with one root that has an id. */
  draw(look: LookAt): Promise<string[]>;
  /** Messages that come once: a trade was closed. */
  toasts?(look: LookAt): Promise<string[]>;
}
