import { sql } from 'kysely';

/** What an entry keeps of its trade, to be shown when the trade is gone; and the same as `trades t` says it. */
export const toldColumns = sql`deal_tickets, symbol, side, volume, net, opened_at, closed_at`;
export const toldOfTrade = sql`t.deal_tickets, t.name, t.side, t.volume, t.net, t.opened_at, t.closed_at`;
