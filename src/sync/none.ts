import { createFeed } from './feed.js';
import type { Sync } from './sync.js';

/** An installation without terminals: pages work, nothing is read. */
export const withoutTerminals = (): Sync => ({
  feed: createFeed(),
  isSimulated: false,
  open: () => () => undefined,
  presenceOf: () => 'offline',
  ask: () => undefined,
  changed: () => Promise.resolve(),
  progressOf: () => null,
  market: () => ({ isOpen: true, opensAt: null }),
});
