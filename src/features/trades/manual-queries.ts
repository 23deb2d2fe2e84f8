import { sql } from 'kysely';
import type { Tx } from '../../data/database.js';
import type { OpenAccount } from '../../data/manual-trades.js';
import { tradedNames } from '../../data/traded-names.js';

/** Accounts that no terminal reads: those used last first. */
export async function openAccounts(tx: Tx, userId: string): Promise<OpenAccount[]> {
  const { rows } = await sql<OpenAccount>`
    select a.id, a.label, a.type, a.currency, coalesce(a.currency_digits, 2) as digits
    from accounts a
    where a.user_id = ${userId} and a.type in ('manual', 'report')
    order by (select max(i.created_at) from imports i where i.user_id = ${userId} and i.account_id = a.id)
      desc nulls last, a.created_at desc, a.id`.execute(tx);
  return rows;
}

/** Symbols to offer: those that the user has traded or said something of, then those of the user's brokers. */
export async function symbolChoices(tx: Tx, userId: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    (select name from (${tradedNames(userId)}) traded
     union select name from instrument_specs where user_id = ${userId} order by name)
    union all
    (select distinct i.name from instruments i
     where i.server in (select server from accounts where user_id = ${userId} and server is not null)
     order by i.name limit 200)`.execute(tx);
  return [...new Set(rows.map(({ name }) => name))];
}
