import { sql, type Selectable } from 'kysely';
import { dealType } from '../domain/deal.js';
import type { Sums } from '../domain/ledger.js';
import { toMinor } from '../lib/money.js';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';
import type { Schema } from './schema.js';

export type ReconciliationRow = Omit<Selectable<Schema['reconciliations']>, 'user_id' | 'account_id'>;

/** The sums that must meet the broker's balance, all of one moment, and how many deals the broker lists no more. */
export async function ledgerSums(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  digits: number,
): Promise<Sums & { unlisted: number }> {
  const { rows } = await sql<{
    deals: string;
    cash: string;
    credit: string;
    trades: string;
    unlisted: number;
    archived_ms: string | null;
    fingerprint: string;
  }>`
    select
      coalesce(sum(net) filter (where type <> ${dealType.credit}), 0) as deals,
      coalesce(sum(net) filter (where type <> ${dealType.credit} and not is_trade), 0) as cash,
      coalesce(sum(net) filter (where type = ${dealType.credit}), 0) as credit,
      (select coalesce(sum(net), 0) from trades where user_id = ${userId} and account_id = ${accountId}) as trades,
      (count(*) filter (where not is_listed and source = 'live'))::int as unlisted,
      max(server_ms) filter (where type = ${dealType.correction} and comment ilike '%archived deals%') as archived_ms,
      count(*) || ':' || coalesce(sum(ticket), 0) || ':' || coalesce(sum(net), 0) as fingerprint
    from (
      select ticket, type, server_ms, comment, is_listed, source, profit + swap + commission + fee as net,
        type in (${dealType.buy}, ${dealType.sell}) and position_id <> 0 as is_trade
      from deals where user_id = ${userId} and account_id = ${accountId}
    ) d`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate without a row');
  return {
    ledger: toMinor(row.deals, digits),
    tradesNet: toMinor(row.trades, digits),
    cash: toMinor(row.cash, digits),
    creditLedger: toMinor(row.credit, digits),
    unlisted: row.unlisted,
    archivedMs: row.archived_ms === null ? null : Number(row.archived_ms),
    fingerprint: row.fingerprint,
  };
}

const columns = [
  'checked_at',
  'ledger',
  'broker',
  'difference',
  'verdict',
  'reason',
  'unlisted',
  'fingerprint',
  'seen',
  'last_counted_at',
] as const;

export const reconciliationOf = (
  tx: Tx,
  { userId, accountId }: OwnedAccount,
): Promise<ReconciliationRow | undefined> =>
  tx
    .selectFrom('reconciliations')
    .where('user_id', '=', userId)
    .where('account_id', '=', accountId)
    .select(columns)
    .executeTakeFirst();

export const saveReconciliation = async (
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  row: ReconciliationRow,
): Promise<void> => {
  await tx
    .insertInto('reconciliations')
    .values({ user_id: userId, account_id: accountId, ...row })
    .onConflict((conflict) => conflict.columns(['user_id', 'account_id']).doUpdateSet(row))
    .execute();
};

/** The reconciliation of each of a user's accounts that has one, by account id. */
export const listReconciliations = async (
  tx: Tx,
  userId: string,
): Promise<Map<string, ReconciliationRow>> => {
  const rows = await tx
    .selectFrom('reconciliations')
    .where('user_id', '=', userId)
    .select(['account_id', ...columns])
    .execute();
  return new Map(rows.map(({ account_id, ...row }) => [account_id, row]));
};
