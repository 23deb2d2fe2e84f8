import type { AccountRow } from '../../data/accounts.js';
import { closedTrades, type ClosedTradeRow } from '../../data/closed-trades.js';
import type { Sync } from '../../sync/sync.js';
import { ageOf } from '../../web/account-state.js';
import { ageLevel, span } from '../../web/figures.js';
import type { Kit } from '../../web/kit.js';
import type { LiveRegions } from '../../web/live.js';
import { closedSentence } from '../../web/trade-words.js';

interface SyncWords {
  tone: 'good' | 'warn' | 'bad' | 'idle';
  text: string;
  /** where something can be done about it */
  href?: string;
  age?: string;
  at?: number;
}

const waitsForOwner = new Set(['needs-password', 'refused-master', 'unknown-server']);

/** The header's one line about all accounts: the worst first, with its reason. */
const syncWords = (
  accounts: readonly AccountRow[],
  sync: Pick<Sync, 'presenceOf' | 'market'>,
  now: Date,
  userId: string,
): SyncWords => {
  const live = accounts.filter((account) => account.type === 'live' && account.state !== 'paused');
  if (live.length === 0) return { tone: 'idle', text: '' };
  const refused = live.find((account) => waitsForOwner.has(account.state));
  if (refused !== undefined)
    return { tone: 'bad', text: `${refused.label} waits for you`, href: `/accounts/${refused.id}` };
  const silent = live.find((account) => account.state === 'offline');
  if (silent !== undefined)
    return { tone: 'bad', text: `${silent.label}: broker offline`, href: `/accounts/${silent.id}` };
  if (sync.presenceOf(userId) === 'grace') return { tone: 'warn', text: 'Grace' };
  const oldest = live
    .map((account) => account.light_synced_at)
    .reduce((a, b) => (a === null || b === null ? null : a < b ? a : b));
  const age = ageOf(oldest, now);
  if (oldest === null || age === null) return { tone: 'warn', text: 'Connecting' };
  if (live.some((account) => account.state === 'incomplete'))
    return { tone: 'warn', text: 'Reading history' };
  const words = { age: span(age), at: oldest.getTime() };
  if (!sync.market().isOpen && age < 2_100) return { tone: 'good', text: 'Live, market closed', ...words };
  return ageLevel(age) === 'stale'
    ? { tone: 'warn', text: 'Waiting', ...words }
    : { tone: 'good', text: 'Live', ...words };
};

/** What every page is pushed: the state of the synchronisation, and a toast for each trade that closes. */
export const shellRegions = ({ db, clock, draw }: Kit, sync: Sync): LiveRegions => ({
  name: 'shell',
  follow: ({ userId }) => ({
    draw: ({ picture }) => [draw('parts/sync', syncWords(picture.accounts, sync, clock.now(), userId))],
    toasts: async (events) => {
      const ids = events.flatMap(({ tradeId }) => tradeId ?? []);
      if (ids.length === 0) return [];
      const trades = await db.withTenant('app', userId, (tx) => closedTrades(tx, userId, ids));
      return toastsOf(trades).map((toast) => draw('parts/toast', { kind: 'info', ...toast }));
    },
  }),
});

/** More than a screen of toasts helps nobody: after an absence the list of trades says it better. */
const toastsOf = (trades: readonly ClosedTradeRow[]) =>
  trades.length > 4
    ? [{ text: `${trades.length} trades were closed.`, actions: [{ label: 'See them', href: '/trades' }] }]
    : trades.map((trade) => ({
        text: closedSentence(trade),
        actions: [
          {
            label: 'Add notes',
            href: `/trades/${trade.id}#journal-${trade.id}`,
            primary: true,
            dialogHref: `/trades/${trade.id}/journal/dialog`,
          },
          { label: 'Open the trade', href: `/trades/${trade.id}` },
        ],
      }));
