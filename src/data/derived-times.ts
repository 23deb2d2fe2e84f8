import { sql } from 'kysely';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';
import type { ClockRule } from '../domain/server-clock.js';

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

/** By which clock the times of an account that no terminal reads are told from now on. */
export const setClockRule = async (
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  rule: ClockRule,
): Promise<void> => {
  await tx
    .updateTable('accounts')
    .set({ clock_rule: rule })
    .where('user_id', '=', userId)
    .where('id', '=', accountId)
    .execute();
};

/** Tells deals and orders that were entered by hand by another clock, in their batches and where they count. */
export async function moveManualDeals(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  moved: (serverMs: number) => number,
): Promise<void> {
  const { rows } = await sql<{ server_ms: string }>`
    select distinct x.server_ms from imports i
    join (select user_id, import_id, server_ms from import_deals
          union all select user_id, import_id, server_ms from import_orders) x
      on x.user_id = i.user_id and x.import_id = i.id
    where i.user_id = ${userId} and i.account_id = ${accountId} and i.kind = 'manual'`.execute(tx);
  const from = rows.map((row) => row.server_ms);
  const to = from.map((ms) => moved(Number(ms)));
  const times = sql`unnest(${from}::bigint[], ${to}::bigint[]) as m (was, becomes)`;
  for (const table of ['import_deals', 'import_orders'] as const)
    await sql`
      update ${sql.table(table)} x set server_ms = m.becomes from ${times}, imports i
      where x.user_id = ${userId} and x.server_ms = m.was and i.user_id = x.user_id and i.id = x.import_id
        and i.account_id = ${accountId} and i.kind = 'manual'`.execute(tx);
  for (const table of ['deals', 'orders'] as const)
    await sql`
      update ${sql.table(table)} x set server_ms = m.becomes from ${times}
      where x.user_id = ${userId} and x.account_id = ${accountId} and x.source = 'manual'
        and x.server_ms = m.was`.execute(tx);
}

export async function tradedSymbols(tx: Tx, { userId, accountId }: OwnedAccount): Promise<string[]> {
  const { rows } = await sql<{ symbol: string }>`
    select distinct symbol from deals
    where user_id = ${userId} and account_id = ${accountId} and symbol <> ''`.execute(tx);
  return rows.map(({ symbol }) => symbol);
}
