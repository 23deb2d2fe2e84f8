import type { AccountFigures, AccountRow } from '../data/accounts.js';
import type { PositionRow } from '../data/positions.js';
import type { FeedEvent } from '../sync/feed.js';

/** What a reading at a second after 1970 said of an account. */
const figuresAt = (second: number, equity = '1000.00'): AccountFigures => ({
  light_synced_at: new Date(second * 1000),
  company: 'Example Markets',
  currency: 'USD',
  currency_digits: 2,
  margin_mode: 2,
  leverage: 100,
  balance: '1000.00',
  credit: '0.00',
  equity,
  floating: '0.00',
  margin: '0.00',
  free_margin: '1000.00',
  margin_level: null,
  peak_equity: '1000.00',
  peak_at: new Date(0),
});

export const accountRow = (id: string, second = 0): AccountRow => ({
  ...figuresAt(second),
  user_id: 'ada',
  id,
  type: 'live',
  category: 'Real',
  label: id,
  created_at: new Date(0),
  server: 'Example-Live',
  login: '1',
  state: 'live',
  state_reason: '',
  rejections: 0,
  connected_at: new Date(0),
  full_synced_at: null,
  cursor_ms: '0',
  clock_rule: 'fixed:0',
});

export const positionRow = (accountId: string, positionId: string): PositionRow => ({
  account_id: accountId,
  position_id: positionId,
  ticket: positionId,
  symbol: 'EURUSD',
  name: 'EURUSD',
  side: 'buy',
  volume: '0.10',
  open_price: '1.08',
  current_price: '1.09',
  stop_loss: null,
  take_profit: null,
  swap: '0.00',
  profit: '10.00',
  pips: '100.0',
  magic: '0',
  comment: '',
  opened_ms: '0',
  opened_at: new Date(0),
  digits: 5,
});

/** What the synchronisation tells of a reading. */
export const readingOf = (
  accountId: string,
  second: number,
  { equity, positions = [] }: { equity?: string; positions?: PositionRow[] } = {},
): FeedEvent => ({
  type: 'BALANCE_UPDATE',
  accountId,
  reading: { figures: figuresAt(second, equity), positions },
});
