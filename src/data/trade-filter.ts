import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { plainName } from '../domain/instrument.js';
import type { Category, Side } from './schema-trading.js';

/** Which trades are meant; null asks for nothing in particular. */
export interface TradeFilter {
  account: { kind: 'all' } | { kind: 'category'; category: Category } | { kind: 'account'; id: string };
  /** the broker's symbol, or the name without suffixes */
  symbol: string | null;
  side: Side | null;
  magic: string | null;
  /** the comment that an expert leaves on its trades */
  ea: string | null;
  status: 'open' | 'closed' | null;
  /** The first instant that counts and the first that no longer does: of closing, and of opening while still open. */
  from: Date | null;
  before: Date | null;
}

type Condition = RawBuilder<SqlBool>;

const all = (conditions: readonly Condition[]): Condition =>
  sql<SqlBool>`(${sql.join(conditions, sql` and `)})`;

const within = (column: 't.closed_at' | 't.opened_at', { from, before }: TradeFilter): Condition[] => [
  ...(from === null ? [] : [sql<SqlBool>`${sql.ref(column)} >= ${from}`]),
  ...(before === null ? [] : [sql<SqlBool>`${sql.ref(column)} < ${before}`]),
];

const isOpen = sql<SqlBool>`t.closed_at is null`;
const isClosed = sql<SqlBool>`t.closed_at is not null`;

function timeConditions(filter: TradeFilter): Condition[] {
  const closed = all([isClosed, ...within('t.closed_at', filter)]);
  const open = all([isOpen, ...within('t.opened_at', filter)]);
  if (filter.status === 'closed') return [closed];
  if (filter.status === 'open') return [open];
  return filter.from === null && filter.before === null ? [] : [sql<SqlBool>`(${closed} or ${open})`];
}

function accountConditions(userId: string, { account }: TradeFilter): Condition[] {
  if (account.kind === 'account') return [sql<SqlBool>`t.account_id = ${account.id}`];
  if (account.kind === 'all') return [];
  return [
    sql<SqlBool>`t.account_id in (
      select id from accounts where user_id = ${userId} and category = ${account.category})`,
  ];
}

/** Of a name, or of a broker's symbol, which has a name too: only names have an index. */
function symbolConditions(symbol: string): Condition[] {
  const name = plainName(symbol);
  if (name === symbol) return [sql<SqlBool>`t.name = ${name}`];
  return [
    sql<SqlBool>`t.name in (${name}, ${symbol})`,
    sql<SqlBool>`(t.name = ${symbol} or t.symbol = ${symbol})`,
  ];
}

/** The condition on `trades t` that a filter means, the owner first. */
export function tradesWhere(userId: string, filter: TradeFilter): Condition {
  const { symbol, side, magic, ea } = filter;
  return all([
    sql<SqlBool>`t.user_id = ${userId}`,
    ...accountConditions(userId, filter),
    ...(symbol === null ? [] : symbolConditions(symbol)),
    ...(side === null ? [] : [sql<SqlBool>`t.side = ${side}`]),
    ...(magic === null ? [] : [sql<SqlBool>`t.magic = ${magic}::numeric`]),
    ...(ea === null ? [] : [sql<SqlBool>`t.comment = ${ea}`]),
    ...timeConditions(filter),
  ]);
}
