import { sql } from 'kysely';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';

/** Where no terminal reads an account its balance is what its deals come to. What is open is not priced, so the equity is not known. */
export async function tellBalance(tx: Tx, { userId, accountId }: OwnedAccount): Promise<void> {
  await sql`
    update accounts a set balance = sums.balance, credit = sums.credit, equity = null
    from (
      select coalesce(sum(profit + swap + commission + fee) filter (where type <> 3), 0) as balance,
        coalesce(sum(profit) filter (where type = 3), 0) as credit
      from deals where user_id = ${userId} and account_id = ${accountId}
    ) sums
    where a.user_id = ${userId} and a.id = ${accountId} and a.type <> 'live'`.execute(tx);
}
