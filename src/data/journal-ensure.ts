import { sql } from 'kysely';
import type { Tx } from './database.js';
import { toldColumns, toldOfTrade } from './journal-told.js';

/**
 * The id of a trade's entry, which is made where nobody has written yet: with version 0, as one that is not there, so that
 * an editor that was open before saves into it. It is held until the transaction ends. Undefined: there is no such trade.
 */
export async function ensureEntry(
  tx: Tx,
  userId: string,
  tradeId: string,
  at: Date,
): Promise<string | undefined> {
  await sql`
    insert into journal_entries
      (user_id, account_id, trade_id, position_id, opened_ms, ${toldColumns}, version, updated_at)
    select t.user_id, t.account_id, t.id, t.position_id, t.opened_ms, ${toldOfTrade}, 0, ${at}
    from trades t where t.user_id = ${userId} and t.id = ${tradeId}
    on conflict (user_id, trade_id) do nothing`.execute(tx);
  const { rows } = await sql<{ id: string }>`
    select id from journal_entries where user_id = ${userId} and trade_id = ${tradeId} for key share`.execute(
    tx,
  );
  return rows[0]?.id;
}
