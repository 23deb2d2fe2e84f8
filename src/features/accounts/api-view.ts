import { z } from 'zod';
import type { AccountRow } from '../../data/accounts.js';
import type { ReconciliationRow } from '../../data/reconciliations.js';
import { accountStates, categories } from '../../data/schema-trading.js';
import type { Snapshot } from '../../data/snapshots.js';
import type { Sync } from '../../sync/sync.js';
import { cashKind } from '../../web/account-words.js';
import { typeField } from './forms.js';
import { conditionOf } from './own.js';
import type { dealsPage, OpenRow } from './queries.js';

/** Accounts and what belongs to them in the words of the API. */

const money = z.string().nullable();
const time = z.iso.datetime();

export const accountShape = z.object({
  id: z.uuid(),
  type: typeField,
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
  sync: Sync,
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

export const positionJson = (row: OpenRow): z.infer<typeof positionShape> => ({
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

type DealRow = Awaited<ReturnType<typeof dealsPage>>[number];

/** `type`, `entry` and `reason` are MetaTrader's numbers; `serverTime` is the broker's wall clock. */
export const dealShape = z.object({
  ticket: z.string(),
  order: z.string(),
  positionId: z.string(),
  at: time,
  serverTime: z.string(),
  type: z.number(),
  entry: z.number(),
  reason: z.number(),
  magic: z.string(),
  symbol: z.string(),
  volume: z.string(),
  price: z.string(),
  profit: z.string(),
  swap: z.string(),
  commission: z.string(),
  fee: z.string(),
  comment: z.string(),
  /** false: kept here, although the broker no longer lists it */
  isListed: z.boolean(),
});

export const dealJson = (row: DealRow): z.infer<typeof dealShape> => ({
  ticket: row.ticket,
  order: row.order_ticket,
  positionId: row.position_id,
  at: row.done_at.toISOString(),
  serverTime: new Date(Number(row.server_ms)).toISOString().replace('Z', ''),
  type: row.type,
  entry: row.entry,
  reason: row.reason,
  magic: row.magic,
  symbol: row.symbol,
  volume: row.volume,
  price: row.price,
  profit: row.profit,
  swap: row.swap,
  commission: row.commission,
  fee: row.fee,
  comment: row.comment,
  isListed: row.is_listed,
});

export const cashShape = z.object({
  ticket: z.string(),
  at: time,
  type: z.number(),
  kind: z.string(),
  amount: z.string(),
  comment: z.string(),
});

export const cashJson = (row: DealRow): z.infer<typeof cashShape> => ({
  ticket: row.ticket,
  at: row.done_at.toISOString(),
  type: row.type,
  kind: cashKind(row.type, row.net),
  amount: row.net,
  comment: row.comment,
});

export const snapshotShape = z.object({
  at: time,
  balance: z.string(),
  equity: z.string(),
  floating: z.string(),
  margin: z.string(),
  freeMargin: z.string(),
  marginLevel: z.number().nullable(),
  leverage: z.number(),
  lowEquity: z.string(),
  highEquity: z.string(),
  grain: z.enum(['sample', 'minute', 'hour']),
});

export const snapshotJson = (row: Snapshot): z.infer<typeof snapshotShape> => ({
  at: row.at.toISOString(),
  balance: row.balance,
  equity: row.equity,
  floating: row.floating,
  margin: row.margin,
  freeMargin: row.free_margin,
  marginLevel: numberOf(row.margin_level),
  leverage: row.leverage,
  lowEquity: row.low_equity,
  highEquity: row.high_equity,
  grain: row.grain,
});
