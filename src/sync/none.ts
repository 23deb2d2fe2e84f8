import { createFeed } from './feed.js';
import type { Sync } from './sync.js';

/** An installation without terminals: pages work, nothing is read. */
export const withoutTerminals = (): Sync => ({
  feed: createFeed(),
  isSimulated: false,
  open: () => ({ heard: () => undefined, close: () => undefined }),
  presenceOf: () => 'offline',
  ask: () => undefined,
  changed: () => Promise.resolve(),
  progressOf: () => null,
  market: () => ({ isOpen: true, opensAt: null }),
  readsPrices: () => false,
  askCandles: () => 'off',
  view: () => ({
    online: 0,
    grace: 0,
    accounts: 0,
    waiting: 0,
    oldestDueMs: null,
    reading: 0,
    capacity: null,
    ageMs: null,
  }),
});
