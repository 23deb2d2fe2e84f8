import { sql, type RawBuilder } from 'kysely';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';

/** Closed trades, a column a field, in the order of their closing; seconds since 1970, money in the account's currency. */
export interface TradeRowColumns {
  id: string[];
  position: string[];
  opened: number[];
  closed: number[];
  net: number[];
  commission: number[];
  swap: number[];
  fee: number[];
  r: (number | null)[];
  volume: number[];
  pips: (number | null)[];
  name: string[];
  symbol: string[];
  side: string[];
  magic: string[];
  comment: string[];
  session: (string | null)[];
  source: string[];
}

/** Deals in the order of their times. */
export interface DealRowColumns {
  done: number[];
  type: number[];
  entry: number[];
  net: number[];
  position: string[];
}

type Columns = Record<string, unknown[]>;

/**
 * A text a column. The driver takes ten times as long to make a hundred thousand rows, and other requests have a turn
 * between the columns.
 */
async function parsed<T extends Columns>(texts: Record<string, string | null> | undefined): Promise<T> {
  const columns: Columns = {};
  for (const [name, text] of Object.entries(texts ?? {})) {
    columns[name] = JSON.parse(text ?? '[]') as unknown[];
    await new Promise(setImmediate);
  }
  return columns as T;
}

const aggregated = (columns: Record<string, RawBuilder<unknown>>): RawBuilder<unknown> =>
  sql.join(Object.entries(columns).map(([name, value]) => sql`json_agg(${value})::text as ${sql.ref(name)}`));

const since = (column: string, from: Date | null): RawBuilder<unknown> =>
  from === null ? sql`true` : sql`${sql.ref(column)} >= ${from}`;

const seconds = (column: string): RawBuilder<unknown> => sql`date_part('epoch', ${sql.ref(column)})`;
const digits = (column: string): RawBuilder<unknown> => sql`${sql.ref(column)}::text`;
const plain = (column: string): RawBuilder<unknown> => sql`${sql.ref(column)}`;

/** The closed trades of an account that closed from an instant on; null: all. */
export async function closedTradeColumns(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  from: Date | null,
): Promise<TradeRowColumns> {
  const { rows } = await sql<Record<string, string | null>>`
    select ${aggregated({
      ...{ id: plain('id'), position: digits('position_id'), opened: seconds('opened_at') },
      ...{ closed: seconds('closed_at'), net: plain('net'), commission: plain('commission') },
      ...{ swap: plain('swap'), fee: plain('fee'), r: plain('r'), volume: plain('volume') },
      ...{ pips: plain('pips'), name: plain('name'), symbol: plain('symbol'), side: plain('side') },
      ...{ magic: digits('magic'), comment: plain('comment'), session: plain('session') },
      ...{ source: plain('source') },
    })}
    from (
      select * from trades
      where user_id = ${userId} and account_id = ${accountId} and closed_at is not null and ${since('closed_at', from)}
      order by closed_at, deal_tickets[array_upper(deal_tickets, 1)]) t`.execute(tx);
  return parsed<TradeRowColumns & Columns>(rows[0]);
}

/** The deals of an account from an instant on; null: all. */
export async function dealColumns(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  from: Date | null,
): Promise<DealRowColumns> {
  const { rows } = await sql<Record<string, string | null>>`
    select ${aggregated({
      ...{ done: seconds('done_at'), type: plain('type'), entry: plain('entry') },
      ...{ net: sql`profit + swap + commission + fee`, position: digits('position_id') },
    })}
    from (
      select done_at, type, entry, profit, swap, commission, fee, position_id from deals
      where user_id = ${userId} and account_id = ${accountId} and ${since('done_at', from)}
      order by done_at, ticket) d`.execute(tx);
  return parsed<DealRowColumns & Columns>(rows[0]);
}

export interface BookVersion {
  version: string;
  /** of the last changes, the latest first */
  since: Date[];
}

/** By account; one that never had a deal is not there. */
export async function bookVersions(tx: Tx, userId: string): Promise<Map<string, BookVersion>> {
  const rows = await tx
    .selectFrom('book_versions')
    .where('user_id', '=', userId)
    .select(['account_id', 'version', 'since'])
    .execute();
  return new Map(rows.map(({ account_id: id, version, since: from }) => [id, { version, since: from }]));
}
