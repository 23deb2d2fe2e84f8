import { z } from 'zod';
import type { AccountRow } from '../data/accounts.js';
import type { PositionRow } from '../data/positions.js';
import type { ReconciliationRow } from '../data/reconciliations.js';
import { accountStates, accountTypes, categories } from '../data/schema-trading.js';
import { conditionOf, type Surroundings } from './account-state.js';

/** Accounts and their open positions in the words of the API, the same in every answer and in the stream. */

const money = z.string().nullable();
const time = z.iso.datetime();

export const accountShape = z.object({
  id: z.uuid(),
  type: z.enum(accountTypes),
  label: z.string(),
  category: z.enum(categories),
  server: z.string().nullable(),
  login: z.string().nullable(),
  balance: money,
  equity: money,
  floating: money,
  margin: money,
  freeMargin: money,
  /** per cent; null while nothing is open */
  marginLevel: z.number().nullable(),
  currency: z.string().nullable(),
  leverage: z.number().nullable(),
  state: z.enum([...accountStates, 'waiting', 'grace']),
  stateReason: z.string().nullable(),
  ageSeconds: z.number().nullable(),
  connectedAt: time.nullable(),
  lastSyncAt: time.nullable(),
  reconciliation: z
    .object({ ledger: z.string(), broker: z.string(), difference: z.string(), reason: z.string().nullable() })
    .nullable(),
});

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));

export function accountJson(
  account: AccountRow,
  row: ReconciliationRow | undefined,
  sync: Surroundings,
  now: Date,
): z.infer<typeof accountShape> {
  const { state, ageSeconds } = conditionOf(account, sync, now);
  return {
    id: account.id,
    type: account.type,
    label: account.label,
    category: account.category,
    server: account.server,
    login: account.login,
    balance: account.balance,
    equity: account.equity,
    floating: account.floating,
    margin: account.margin,
    freeMargin: account.free_margin,
    marginLevel: numberOf(account.margin_level),
    currency: account.currency,
    leverage: account.leverage,
    state,
    stateReason: account.state_reason || null,
    ageSeconds,
    connectedAt: iso(account.connected_at),
    lastSyncAt: iso(account.full_synced_at),
    reconciliation:
      row === undefined
        ? null
        : {
            ledger: row.ledger,
            broker: row.broker,
            difference: row.difference,
            reason: row.reason || null,
          },
  };
}

export const positionShape = z.object({
  positionId: z.string(),
  ticket: z.string(),
  symbol: z.string(),
  name: z.string(),
  side: z.enum(['buy', 'sell']),
  volume: z.string(),
  openPrice: z.string(),
  currentPrice: z.string(),
  stopLoss: money,
  takeProfit: money,
  swap: z.string(),
  profit: z.string(),
  pips: z.number().nullable(),
  magic: z.string(),
  comment: z.string(),
  openedAt: time,
});

export const positionJson = (row: PositionRow): z.infer<typeof positionShape> => ({
  positionId: row.position_id,
  ticket: row.ticket,
  symbol: row.symbol,
  name: row.name,
  side: row.side,
  volume: row.volume,
  openPrice: row.open_price,
  currentPrice: row.current_price,
  stopLoss: row.stop_loss,
  takeProfit: row.take_profit,
  swap: row.swap,
  profit: row.profit,
  pips: numberOf(row.pips),
  magic: row.magic,
  comment: row.comment,
  openedAt: row.opened_at.toISOString(),
});
