import { sql } from 'kysely';
import type { Mood } from '../domain/judgement.js';
import type { Tx } from './database.js';
import type { Side } from './schema-trading.js';

/** What somebody says of a trade that was seen and not taken. */
export interface Missed {
  seenAt: Date;
  symbol: string;
  side: Side;
  setupId: string | null;
  mood: Mood | null;
  /** why it was not taken; '' for nothing said */
  reason: string;
  notes: string;
  /** decimal text, in multiples of the risk */
  expectedR: string | null;
}

export interface MissedRow extends Missed {
  id: string;
  /** the name of the setup */
  setup: string | null;
  version: number;
  updatedAt: Date;
}

/** Missed trades of a user by their ids, the latest first. */
export async function missedTrades(tx: Tx, userId: string, ids: readonly string[]): Promise<MissedRow[]> {
  const { rows } = await sql<MissedRow>`
    select m.id, m.seen_at as "seenAt", m.symbol, m.side, m.setup_id as "setupId", m.mood, m.reason, m.notes,
      m.expected_r as "expectedR", m.version, m.updated_at as "updatedAt",
      (select s.name from setups s where s.user_id = ${userId} and s.id = m.setup_id) as setup
    from missed_trades m where m.user_id = ${userId} and m.id = any(${[...ids]}::uuid[])
    order by m.seen_at desc, m.id`.execute(tx);
  return rows;
}

/** One of them; undefined: there is none. */
export const missedTrade = async (tx: Tx, userId: string, id: string): Promise<MissedRow | undefined> =>
  (await missedTrades(tx, userId, [id]))[0];

/** The same by time, behind a place or from the start on. */
export async function missedBehind(
  tx: Tx,
  userId: string,
  { limit, after }: { limit: number; after: { seenAt: string; id: string } | null },
): Promise<MissedRow[]> {
  const { rows } = await sql<{ id: string }>`
    select id from missed_trades where user_id = ${userId} ${
      after === null
        ? sql``
        : sql`and seen_at <= ${after.seenAt} and (seen_at < ${after.seenAt} or id > ${after.id})`
    } order by seen_at desc, id limit ${limit}`.execute(tx);
  return missedTrades(
    tx,
    userId,
    rows.map(({ id }) => id),
  );
}

const columnsOf = (missed: Missed) => ({
  seen_at: missed.seenAt,
  symbol: missed.symbol,
  side: missed.side,
  setup_id: missed.setupId,
  mood: missed.mood,
  reason: missed.reason,
  notes: missed.notes,
  expected_r: missed.expectedR,
});

/** Adds a missed trade. With an id that is there already nothing happens: the second click. */
export async function addMissed(
  tx: Tx,
  userId: string,
  missed: Missed,
  { id, at }: { id: string; at: Date },
): Promise<void> {
  await tx
    .insertInto('missed_trades')
    .values({ user_id: userId, id, ...columnsOf(missed), updated_at: at })
    .onConflict((conflict) => conflict.columns(['user_id', 'id']).doNothing())
    .execute();
}

/** Writes a missed trade, whole. False where somebody has written since `seen`, or it is gone: nothing is changed. */
export async function writeMissed(
  tx: Tx,
  userId: string,
  missed: Missed,
  { id, seen, at }: { id: string; seen: number; at: Date },
): Promise<boolean> {
  const written = await tx
    .updateTable('missed_trades')
    .set({ ...columnsOf(missed), version: seen + 1, updated_at: at })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .where('version', '=', seen)
    .executeTakeFirst();
  return written.numUpdatedRows === 1n;
}

export const removeMissed = async (tx: Tx, userId: string, id: string): Promise<void> => {
  await tx.deleteFrom('missed_trades').where('user_id', '=', userId).where('id', '=', id).execute();
};
