import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { accountConditions, all, symbolConditions, type FoundFilter } from './trade-filter.js';

/**
 * The condition on `trade_sums t` that a filter means, where those sums are kept apart for all that it asks for, and
 * whether they are (`isExact`). Where they are not, the condition leaves at least what the filter does.
 */
export function sumsWhere(
  userId: string,
  filter: FoundFilter,
): { where: RawBuilder<SqlBool>; isExact: boolean } {
  const { account, symbol, side, session, source, status, ...others } = filter;
  const where = all([
    sql<SqlBool>`t.user_id = ${userId}`,
    ...accountConditions(userId, account),
    ...(symbol === null ? [] : symbolConditions(symbol)),
    ...(side === null ? [] : [sql<SqlBool>`t.side = ${side}`]),
    ...(session === null ? [] : [sql<SqlBool>`t.session = ${session}`]),
    ...(source === null ? [] : [sql<SqlBool>`t.source = ${source}`]),
    ...(status === null ? [] : [sql<SqlBool>`t.is_open = ${status === 'open'}`]),
  ]);
  return { where, isExact: Object.values(others).every((value) => value === null) };
}
