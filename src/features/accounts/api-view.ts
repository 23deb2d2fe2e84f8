import { z } from 'zod';
import type { Snapshot } from '../../data/snapshots.js';
import { cashKind } from '../../web/account-words.js';
import type { dealsPage } from './queries.js';

/** What belongs to an account in the words of the API. */

const time = z.iso.datetime();

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));

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
  reason: z.number().nullable(),
  magic: z.string(),
  symbol: z.string(),
  volume: z.string(),
  price: z.string(),
  profit: z.string(),
  swap: z.string(),
  commission: z.string(),
  fee: z.string(),
  comment: z.string(),
  /** false: kept here, although the broker no longer lists it, or a report alone has told it */
  isListed: z.boolean(),
  source: z.enum(['live', 'report', 'manual']),
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
  source: row.source,
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
