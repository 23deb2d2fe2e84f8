import { sql } from 'kysely';
import type { HeldRange, HeldTrade } from '../domain/excursion.js';
import { minuteMs } from '../lib/clock.js';
import { toMinor } from '../lib/money.js';
import type { Tx } from './database.js';
import type { Side } from './schema-trading.js';

/** A closed trade and what the bars within its life came to; null: none is kept. */
export interface TradeHeld {
  id: string;
  trade: HeldTrade;
  range: HeldRange | null;
}

interface Row {
  id: string;
  side: Side;
  open_price: number | null;
  close_price: number | null;
  openedMs: number;
  closedMs: number | null;
  gross: string;
  low: number | null;
  high: number | null;
  fromMs: number;
  lastMs: number;
  holeMs: number;
}

const bar = { frame: 'M30', interval: '30 minutes', ms: 30 * minuteMs };

const heldOf = (row: Row, digits: number): TradeHeld => ({
  id: row.id,
  trade: {
    side: row.side,
    openPrice: row.open_price,
    closePrice: row.close_price,
    openedMs: row.openedMs,
    closedMs: row.closedMs,
    gross: toMinor(row.gross, digits),
  },
  range:
    row.low === null || row.high === null
      ? null
      : {
          ...{ low: row.low, high: row.high, fromMs: row.fromMs, toMs: row.lastMs + bar.ms },
          ...{ holeMs: row.holeMs, barMs: bar.ms },
        },
});

/** What the kept bars say of trades, by the shortest timeframe there is. A hole over a Saturday is none. */
export async function heldRanges(
  tx: Tx,
  { userId, ids, digits }: { userId: string; ids: readonly string[]; digits: number },
): Promise<TradeHeld[]> {
  const { rows } = await sql<Row>`
    select t.id, t.side, t.open_price::float8 as open_price, t.close_price::float8 as close_price,
      t.gross::text as gross, (extract(epoch from t.opened_at) * 1000)::float8 as "openedMs",
      (extract(epoch from t.closed_at) * 1000)::float8 as "closedMs", b.low::float8 as low, b.high::float8 as high,
      (extract(epoch from b.first) * 1000)::float8 as "fromMs", (extract(epoch from b.last) * 1000)::float8 as "lastMs",
      coalesce(extract(epoch from b.hole) * 1000, 0)::float8 as "holeMs"
    from trades t, lateral (
      select min(low) as low, max(high) as high, min(opened_at) as first, max(opened_at) as last, max(hole) as hole
      from (
        select low, high, opened_at, case
          when before < date_trunc('week', opened_at + interval '1 day', 'UTC') - interval '36 hours' then null
          else opened_at - before - ${bar.interval}::interval end as hole
        from (
          select low, high, opened_at, lag(opened_at) over (order by opened_at) as before from candles c
          where c.name = t.name and c.timeframe = ${bar.frame} and c.opened_at >= t.opened_at
            and c.opened_at <= t.closed_at - ${bar.interval}::interval
        ) one
      ) all_bars
    ) b
    where t.user_id = ${userId} and t.id = any(${[...ids]}::uuid[])`.execute(tx);
  return rows.map((row) => heldOf(row, digits));
}
