import { sql } from 'kysely';
import { countingDeals } from '../domain/counting.js';
import type { Deal } from '../domain/deal.js';
import { tradesOf } from '../domain/trade.js';
import { batches } from './batch.js';
import type { Tx } from './database.js';
import { dealsOf } from './deals.js';
import { toldBy, type OfBatch } from './import-rows.js';

interface Position {
  id: string;
  first_ms: string;
  /** one entry and at most one exit behind it: one trade, without a look at its deals */
  is_plain: boolean;
}

/** Volumes alone tell trades apart: money may be rounded. */
const digits = 2;

async function positionsOf(tx: Tx, { userId, importId }: OfBatch): Promise<Position[]> {
  const { rows } = await sql<Position>`
    select position_id as id, min(server_ms) as first_ms, count(*) = 1 or coalesce(count(*) = 2
      and min(server_ms) filter (where entry = 0) < min(server_ms) filter (where entry in (1, 3)), false) as is_plain
    from import_deals
    where user_id = ${userId} and import_id = ${importId} and position_id <> 0 and type in (0, 1)
    group by position_id`.execute(tx);
  return rows;
}

/** Of these positions, those of which an account holds a deal. */
async function heldAmong(
  tx: Tx,
  userId: string,
  accountId: string,
  positions: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select distinct position_id as id from deals
    where user_id = ${userId} and account_id = ${accountId} and position_id = any(${positions}::bigint[])`.execute(
    tx,
  );
  return new Set(rows.map(({ id }) => id));
}

const noOrders = new Map<string, never>();

const tradesByPosition = (deals: readonly Deal[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { positionId } of tradesOf(deals, noOrders))
    counts.set(positionId, (counts.get(positionId) ?? 0) + 1);
  return counts;
};

/** How many trades more there are of these positions with a batch than without it. */
async function addedIn(
  tx: Tx,
  batch: OfBatch,
  accountId: string | null,
  positions: ReadonlySet<string>,
): Promise<number> {
  const told = await toldBy(tx, batch, { digits, positions });
  const tickets = told.map(({ ticket }) => ticket);
  const owner = { userId: batch.userId, accountId: accountId ?? '' };
  const held = accountId === null ? [] : await dealsOf(tx, owner, { digits, positions, tickets });
  const before = tradesByPosition(held);
  const after = tradesByPosition([...countingDeals(held, told).values()]);
  return [...positions].reduce(
    (sum, id) => sum + Math.max(0, (after.get(id) ?? 0) - (before.get(id) ?? 0)),
    0,
  );
}

/**
 * How many trades a batch would bring to an account, or to a new one (null), and when the first deal of all its trades
 * was done. A position that is opened again and again is as many trades.
 */
export async function newTrades(
  tx: Tx,
  batch: OfBatch,
  accountId: string | null,
): Promise<{ trades: number; firstMs: number | null }> {
  const positions = await positionsOf(tx, batch);
  const ids = positions.map(({ id }) => id);
  const held = accountId === null ? new Set() : await heldAmong(tx, batch.userId, accountId, ids);
  const others = positions.filter(({ id, is_plain: isPlain }) => !isPlain || held.has(id));
  let trades = positions.length - others.length;
  for (const some of batches(others))
    trades += await addedIn(tx, batch, accountId, new Set(some.map(({ id }) => id)));
  const firstMs = positions.reduce((first, { first_ms }) => Math.min(first, Number(first_ms)), Infinity);
  return { trades, firstMs: positions.length === 0 ? null : firstMs };
}
