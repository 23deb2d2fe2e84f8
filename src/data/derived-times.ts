import { sql } from 'kysely';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';

/** Rows of one statement, and of one stretch in which nothing else is done. */
const batchSize = 5_000;

/** Derives the UTC of all deals again, after the rule of the broker's clock has changed. */
export async function rederiveDeals(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  toUtc: (serverMs: number) => Date,
): Promise<void> {
  const rows = await tx
    .selectFrom('deals')
    .where('user_id', '=', userId)
    .where('account_id', '=', accountId)
    .select(['ticket', 'server_ms'])
    .execute();
  for (let start = 0; start < rows.length; start += batchSize) {
    const batch = rows.slice(start, start + batchSize);
    await sql`
      update deals d set done_at = i.done_at
      from unnest(
        ${batch.map((row) => row.ticket)}::bigint[],
        ${batch.map((row) => toUtc(Number(row.server_ms)).toISOString())}::timestamptz[]
      ) as i (ticket, done_at)
      where d.user_id = ${userId} and d.account_id = ${accountId} and d.ticket = i.ticket
        and d.done_at <> i.done_at`.execute(tx);
  }
}

/** Every position that has deals. */
export async function allPositions(tx: Tx, { userId, accountId }: OwnedAccount): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('deals')
    .where('user_id', '=', userId)
    .where('account_id', '=', accountId)
    .where('position_id', '<>', '0')
    .select('position_id')
    .distinct()
    .execute();
  return new Set(rows.map((row) => row.position_id));
}
