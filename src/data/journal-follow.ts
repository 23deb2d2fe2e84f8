import { sql } from 'kysely';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';
import { toldColumns, toldOfTrade } from './journal-told.js';

/** Two clocks may be the better part of a day apart, and no two trades of a position of a list are. */
const nearMs = 86_400_000;

/** Whether anything has been written of trades of an account. */
export async function hasEntries(tx: Tx, { userId, accountId }: OwnedAccount): Promise<boolean> {
  const { rows } = await sql`
    select from journal_entries where user_id = ${userId} and account_id = ${accountId} limit 1`.execute(tx);
  return rows.length > 0;
}

/**
 * After trades of these positions were made anew: entries whose trade has another key now follow it, to the trade that
 * holds most of its deals. Where deals made of a list's rows have given way to true ones, or the other way round, no
 * deal is the same: there the position tells, and the time of the opening. An entry of a trade that is gone stays, and
 * is there again with its trade. Every entry of these positions then tells its trade as that is now.
 */
export async function followTrades(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  positions: ReadonlySet<string>,
): Promise<void> {
  const some = sql`${[...positions]}::bigint[]`;
  await sql`
    with lost as materialized (
      select e.id, e.position_id, e.opened_ms, e.deal_tickets from journal_entries e
      where e.user_id = ${userId} and e.account_id = ${accountId} and e.position_id = any(${some})
        and not exists (select from trades t where t.user_id = ${userId} and t.id = e.trade_id)
    ), pairs as (
      select l.id, t.id as trade_id, t.position_id, t.opened_ms, t.deal_tickets, abs(t.opened_ms - l.opened_ms) as apart,
        (select count(*) from unnest(l.deal_tickets) as d (ticket) where d.ticket = any(t.deal_tickets)) as shared,
        t.position_id = l.position_id and (l.deal_tickets[1] < 0 or t.deal_tickets[1] < 0) as is_made_of_rows
      from lost l join trades t on t.user_id = ${userId} and t.account_id = ${accountId}
        and t.position_id = any(${some})
        and (t.position_id = l.position_id or t.deal_tickets && l.deal_tickets)
      where not exists (select from journal_entries o where o.user_id = ${userId} and o.trade_id = t.id)
    ), best as (
      select distinct on (id) * from pairs
      where shared > 0 or (is_made_of_rows and apart < ${nearMs})
      order by id, shared desc, apart, trade_id
    ), chosen as (
      select distinct on (trade_id) * from best order by trade_id, shared desc, apart, id
    )
    update journal_entries e
    set trade_id = c.trade_id, position_id = c.position_id, opened_ms = c.opened_ms, deal_tickets = c.deal_tickets
    from chosen c where e.user_id = ${userId} and e.id = c.id`.execute(tx);
  await sql`
    update journal_entries e set (${toldColumns}) = (${toldOfTrade})
    from trades t
    where e.user_id = ${userId} and e.account_id = ${accountId} and e.position_id = any(${some})
      and t.user_id = ${userId} and t.id = e.trade_id
      and (e.deal_tickets, e.symbol, e.side, e.volume, e.net, e.opened_at, e.closed_at)
        is distinct from (${toldOfTrade})`.execute(tx);
}
