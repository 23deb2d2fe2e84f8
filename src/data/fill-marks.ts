import { sql } from 'kysely';
import type { Span } from '../domain/candles.js';
import type { Tx } from './database.js';

/** A deal as a chart marks it, with the trade that it is part of. */
export interface FillMark {
  trade_id: string;
  at_ms: number;
  type: number;
  entry: number;
  volume: string;
  price: string;
}

/** So many are marked at once; the latest go first. */
const mostMarks = 500;

/** The fills of a user's trades of one plain name within a time, in order; a reversal is one fill. */
export async function fillMarks(
  tx: Tx,
  userId: string,
  { name, fromMs, toMs }: Span & { name: string },
): Promise<FillMark[]> {
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  const { rows } = await sql<FillMark>`
    select distinct on (d.done_at, d.account_id, d.ticket) t.id as trade_id,
      (extract(epoch from d.done_at) * 1000)::float8 as at_ms, d.type, d.entry, d.volume::text, d.price::text
    from (
      select t.id, t.account_id, t.deal_tickets from trades t
      where t.user_id = ${userId} and t.name = ${name}
        and (t.closed_at >= ${from} or t.closed_at is null) and t.opened_at <= ${to}
      order by t.closed_at desc nulls first, t.id limit ${mostMarks}) t
    join deals d on d.user_id = ${userId} and d.account_id = t.account_id and d.ticket = any(t.deal_tickets)
    where d.done_at between ${from} and ${to}
    order by d.done_at desc, d.account_id, d.ticket, t.id
    limit ${mostMarks}`.execute(tx);
  return rows.reverse();
}
