import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { DealSource } from '../domain/deal.js';
import { plainName } from '../domain/instrument.js';
import type { Session } from '../domain/sessions.js';
import { journalConditions, type JournalFilter } from './journal-filter.js';
import type { Category, Side } from './schema-trading.js';

export const tradeResults = ['won', 'lost', 'even'] as const;
export type TradeResult = (typeof tradeResults)[number];

/** Which trades are meant; null asks for nothing in particular. */
export interface TradeFilter extends JournalFilter {
  account: { kind: 'all' } | { kind: 'category'; category: Category } | { kind: 'account'; id: string };
  /** the broker's symbol, or the name without suffixes */
  symbol: string | null;
  side: Side | null;
  magic: string | null;
  /** the name of an expert (domain/expert.ts); `none`: trades of none */
  ea: string | null;
  /** that it was opened in */
  session: Session | null;
  /** what brought its deals */
  source: DealSource | null;
  status: 'open' | 'closed' | null;
  /** what came of a closed trade after all costs */
  result: TradeResult | null;
  /** The first instant that counts and the first that no longer does: of closing, and of opening while still open. */
  from: Date | null;
  before: Date | null;
}

/** What the trades of an expert carry: magic numbers that are its alone, and comments of others. */
export interface ExpertMarks {
  magics: readonly string[];
  parts: readonly { magic: string; comments: readonly string[] }[];
}

/** The same with the expert as it stands in the table; see `inTable`. */
export type FoundFilter = Omit<TradeFilter, 'ea'> & { ea: ExpertMarks | null };

type Condition = RawBuilder<SqlBool>;

export const all = (conditions: readonly Condition[]): Condition =>
  sql<SqlBool>`(${sql.join(conditions, sql` and `)})`;

const within = (column: 't.closed_at' | 't.opened_at', { from, before }: FoundFilter): Condition[] => [
  ...(from === null ? [] : [sql<SqlBool>`${sql.ref(column)} >= ${from}`]),
  ...(before === null ? [] : [sql<SqlBool>`${sql.ref(column)} < ${before}`]),
];

const isOpen = sql<SqlBool>`t.closed_at is null`;
const isClosed = sql<SqlBool>`t.closed_at is not null`;

function timeConditions(filter: FoundFilter): Condition[] {
  const closed = all([isClosed, ...within('t.closed_at', filter)]);
  const open = all([isOpen, ...within('t.opened_at', filter)]);
  if (filter.status === 'closed') return [closed];
  if (filter.status === 'open') return [open];
  return filter.from === null && filter.before === null ? [] : [sql<SqlBool>`(${closed} or ${open})`];
}

export function accountConditions(userId: string, account: TradeFilter['account']): Condition[] {
  if (account.kind === 'account') return [sql<SqlBool>`t.account_id = ${account.id}`];
  if (account.kind === 'all') return [];
  return [
    sql<SqlBool>`t.account_id in (
      select id from accounts where user_id = ${userId} and category = ${account.category})`,
  ];
}

/** Of a name, or of a broker's symbol, which has a name too: only names have an index. */
export function symbolConditions(symbol: string): Condition[] {
  const name = plainName(symbol);
  if (name === symbol) return [sql<SqlBool>`t.name = ${name}`];
  return [
    sql<SqlBool>`t.name in (${name}, ${symbol})`,
    sql<SqlBool>`(t.name = ${symbol} or t.symbol = ${symbol})`,
  ];
}

const signs: Record<TradeResult, Condition> = {
  won: sql<SqlBool>`t.net > 0`,
  lost: sql<SqlBool>`t.net < 0`,
  even: sql<SqlBool>`t.net = 0`,
};

function expertCondition({ magics, parts }: ExpertMarks): Condition {
  const isAny = [
    ...(magics.length === 0 ? [] : [sql<SqlBool>`t.magic = any(${[...magics]}::numeric[])`]),
    ...parts.map(
      ({ magic, comments }) =>
        sql<SqlBool>`(t.magic = ${magic}::numeric and t.comment = any(${[...comments]}::text[]))`,
    ),
  ];
  return isAny.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`(${sql.join(isAny, sql` or `)})`;
}

/** The condition on `trades t` that a filter means, the owner first. */
export function tradesWhere(userId: string, filter: FoundFilter): Condition {
  const { account, symbol, side, magic, ea, session, source, result } = filter;
  return all([
    sql<SqlBool>`t.user_id = ${userId}`,
    ...accountConditions(userId, account),
    ...(symbol === null ? [] : symbolConditions(symbol)),
    ...(side === null ? [] : [sql<SqlBool>`t.side = ${side}`]),
    ...(magic === null ? [] : [sql<SqlBool>`t.magic = ${magic}::numeric`]),
    ...(ea === null ? [] : [expertCondition(ea)]),
    ...(session === null ? [] : [sql<SqlBool>`t.session = ${session}`]),
    ...(source === null ? [] : [sql<SqlBool>`t.source = ${source}`]),
    ...(result === null ? [] : [isClosed, signs[result]]),
    ...journalConditions(userId, filter),
    ...timeConditions(filter),
  ]);
}
