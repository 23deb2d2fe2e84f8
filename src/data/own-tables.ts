import { sql } from 'kysely';
import type { Tx } from './database.js';

/** A table of which somebody takes every row of theirs along. */
export interface OwnTable {
  name: string;
  /** what its rows are, in words */
  what: string;
  /** columns beside user_id that tell its rows apart */
  key: readonly string[];
  /** columns that stay here */
  without: readonly string[];
}

const table = (
  name: string,
  what: string,
  key: readonly string[],
  without: readonly string[] = [],
): OwnTable => ({
  name,
  what,
  key,
  without,
});

/** Secrets, and hashes that are of use to nobody but whoever tries to break them, stay here. */
export const ownTables: readonly OwnTable[] = [
  table('users', 'you: address, name, role, time zone', ['user_id'], ['password_hash']),
  table('sessions', 'devices that are signed in', ['id'], ['secret_hash']),
  table('api_tokens', 'API tokens by name, without the tokens themselves', ['id'], ['secret_hash']),
  table('devices', 'browsers that you have signed in with', ['secret_hash'], ['secret_hash']),
  table('activities', 'what was done in your account', ['id']),
  table('letters', 'letters to you; what one says is kept until it is sent', ['id'], ['secret']),
  table('subscriptions', 'your plan, as the payment service said last', ['user_id'], ['asked', 'answered']),
  table('welcomes', 'how far you came in setting up', ['user_id']),
  table('accounts', 'trading accounts, without their passwords', ['id'], ['sealed_password']),
  table('deals', 'every deal of every account', ['account_id', 'ticket']),
  table('deal_versions', 'deals as they were before they changed', ['account_id', 'ticket', 'version']),
  table('orders', 'orders, as far as trades need them', ['account_id', 'ticket']),
  table('trades', 'trades, made of the deals', ['account_id', 'position_id', 'first_ticket']),
  table('positions', 'open positions as they were last seen', ['account_id', 'position_id']),
  table('position_levels', 'stops of positions as they were moved', ['account_id', 'position_id', 'seen_at']),
  table('account_snapshots', 'balance and equity as they were sampled', ['account_id', 'at']),
  table('reconciliations', 'deals against the broker’s balance', ['account_id']),
  table('imports', 'files that were imported, and trades entered by hand', ['id']),
  table('import_deals', 'deals that imports brought', ['import_id', 'ticket']),
  table('import_orders', 'orders that imports brought', ['import_id', 'ticket']),
  table('import_entries', 'notes that imports brought', ['import_id', 'row']),
  table('table_mappings', 'what you said of the columns of tables', ['headings']),
  table('instrument_specs', 'what you said of symbols', ['name']),
  table('experts', 'names and rules of EAs', ['id']),
  table('session_windows', 'your hours of the sessions', ['user_id']),
  table('saved_views', 'lists of trades under a name', ['id']),
  table('backtests', 'backtests', ['id']),
  table('backtest_passes', 'passes of optimisations', ['backtest_id', 'row']),
  table('tags', 'tags', ['id']),
  table('setups', 'setups and their checklists', ['id']),
  table('mistakes', 'mistakes', ['id']),
  table('journal_entries', 'what you wrote of trades', ['id']),
  table('entry_tags', 'which entry has which tag', ['entry_id', 'tag_id']),
  table('entry_mistakes', 'which entry has which mistake', ['entry_id', 'mistake_id']),
  table('screenshots', 'pictures by their ids; the files are under journal/images', ['id']),
  table('missed_trades', 'missed trades', ['id']),
  table('journal_pages', 'pages of days, weeks and months', ['kind', 'starts_on']),
];

/** What is left out, and why. */
export const leftOutTables: Readonly<Record<string, string>> = {
  two_factor: 'the sealed secret of an authenticator app',
  recovery_codes: 'hashes of recovery codes',
  mailed_links: 'hashes of mailed links',
  form_receipts: 'numbers of forms that were sent, so that a second click does nothing',
  journal_texts: 'the index of the search, made of what you wrote',
  journal_words: 'the index of the search, made of what you wrote',
  trade_sums: 'sums that the database keeps of the trades',
  book_versions: 'how often what is kept of an account has changed',
  kept_books: 'the trades once more, in a form that is quick to read',
};

/** A row as JSON, every number with all of its digits; and where the next stretch begins. */
export interface OwnRow {
  json: string;
  place: string[];
}

/** A stretch of somebody's rows of a table, in the order of its key. */
export async function ownRows(
  tx: Tx,
  userId: string,
  { name, key, without }: OwnTable,
  { after, limit }: { after: readonly string[] | null; limit: number },
): Promise<OwnRow[]> {
  const columns = key.map((column) => sql.ref(`t.${column}`));
  const behind = after === null ? sql`` : sql`and (${sql.join(columns)}) > (${sql.join([...after])})`;
  const { rows } = await sql<OwnRow>`
    select (to_jsonb(t) - ${[...without]}::text[])::text as json,
      array[${sql.join(columns.map((column) => sql`${column}::text`))}] as place
    from ${sql.table(name)} t
    where t.user_id = ${userId} ${behind}
    order by ${sql.join(columns)}
    limit ${limit}`.execute(tx);
  return rows;
}

export interface OwnDeal {
  account: string;
  currency: string | null;
  ticket: string;
  order: string;
  position: string;
  at: Date;
  type: number;
  entry: number;
  symbol: string;
  volume: string;
  price: string;
  profit: string;
  swap: string;
  commission: string;
  fee: string;
  comment: string;
  source: string;
  accountId: string;
}

/** A stretch of somebody's deals; `only` cash: what moved a balance without a trade. */
export async function ownDeals(
  tx: Tx,
  userId: string,
  { only, after, limit }: { only: 'all' | 'cash'; after: OwnDeal | null; limit: number },
): Promise<OwnDeal[]> {
  const behind =
    after === null ? sql`` : sql`and (d.account_id, d.ticket) > (${after.accountId}, ${after.ticket})`;
  const cash = only === 'all' ? sql`` : sql`and (d.type not in (0, 1) or d.position_id = 0)`;
  const { rows } = await sql<OwnDeal>`
    select a.label as account, a.currency, d.ticket, d.order_ticket as "order", d.position_id as position,
      d.done_at as at, d.type, d.entry, d.symbol, d.volume, d.price, d.profit, d.swap, d.commission, d.fee, d.comment,
      d.source, d.account_id as "accountId"
    from deals d join accounts a on a.user_id = d.user_id and a.id = d.account_id
    where d.user_id = ${userId} ${behind} ${cash}
    order by d.account_id, d.ticket limit ${limit}`.execute(tx);
  return rows;
}

export interface OwnEntry {
  id: string;
  account: string;
  symbol: string;
  side: string;
  volume: string;
  net: string;
  opened: Date;
  closed: Date | null;
  setup: string | null;
  tags: string;
  mistakes: string;
  mood: string | null;
  quality: number | null;
  followedPlan: boolean | null;
  notes: string;
}

/** A stretch of what somebody wrote of trades. */
export async function ownEntries(
  tx: Tx,
  userId: string,
  { after, limit }: { after: OwnEntry | null; limit: number },
): Promise<OwnEntry[]> {
  const { rows } = await sql<OwnEntry>`
    select e.id, a.label as account, e.symbol, e.side, e.volume, e.net, e.opened_at as opened, e.closed_at as closed,
      (select s.name from setups s where s.user_id = ${userId} and s.id = e.setup_id) as setup,
      (select coalesce(string_agg(g.name, ', ' order by g.name), '') from entry_tags x
        join tags g on g.user_id = x.user_id and g.id = x.tag_id
        where x.user_id = ${userId} and x.entry_id = e.id) as tags,
      (select coalesce(string_agg(m.name, ', ' order by m.name), '') from entry_mistakes x
        join mistakes m on m.user_id = x.user_id and m.id = x.mistake_id
        where x.user_id = ${userId} and x.entry_id = e.id) as mistakes,
      e.mood, e.quality, e.followed_plan as "followedPlan", e.notes
    from journal_entries e join accounts a on a.user_id = e.user_id and a.id = e.account_id
    where e.user_id = ${userId} ${after === null ? sql`` : sql`and e.id > ${after.id}`}
    order by e.id limit ${limit}`.execute(tx);
  return rows;
}
