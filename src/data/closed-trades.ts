import { sql } from 'kysely';
import type { Tx } from './database.js';
import type { Side } from './schema-trading.js';

export interface ClosedTradeRow {
  id: string;
  symbol: string;
  side: Side;
  volume: string;
  net: string;
  pips: string | null;
  currency: string | null;
  currency_digits: number | null;
}

/** Some closed trades by their ids, in the order of their close, with the currency of their account. */
export const closedTrades = (tx: Tx, userId: string, ids: readonly string[]): Promise<ClosedTradeRow[]> =>
  tx
    .selectFrom('trades as t')
    .innerJoin('accounts as a', (join) =>
      join.onRef('a.user_id', '=', 't.user_id').onRef('a.id', '=', 't.account_id'),
    )
    .where('t.user_id', '=', userId)
    .where('t.closed_at', 'is not', null)
    .where(sql<boolean>`t.id = any(${[...ids]}::uuid[])`)
    .select(['t.id', 't.symbol', 't.side', 't.volume', 't.net', 't.pips', 'a.currency', 'a.currency_digits'])
    .orderBy('t.closed_at')
    .orderBy('t.id')
    .execute();
