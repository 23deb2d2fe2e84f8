import { sql } from 'kysely';
import { figuresOf } from '../domain/metatrader/figures.js';
import type { Figures } from '../domain/metatrader/figure.js';
import type { Tx } from './database.js';
import { dealsOf, type OwnedAccount } from './deals.js';
import { ledgerSums } from './reconciliations.js';

/** Of each table, of each user ('' where rows are nobody's): how many rows, and what all of them come to. */
export type TableContents = Record<string, Record<string, { rows: number; hash: string }>>;

/** What backups say of themselves: each changes it, and none holds it. */
export const leftOutTable = 'backup_reports';

async function tableNames(tx: Tx): Promise<{ name: string; isTenants: boolean }[]> {
  const { rows } = await sql<{ name: string; is_tenants: boolean }>`
    select c.relname as name, exists (
      select from pg_attribute a where a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped) as is_tenants
    from pg_class c
    where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
      and c.relname <> ${leftOutTable}
    order by 1`.execute(tx);
  return rows.map(({ name, is_tenants: isTenants }) => ({ name, isTenants }));
}

/**
 * The whole content of the database in a form that can be compared: rows of a table and a user as text, each hashed by
 * itself and summed up, so that their order does not matter.
 */
async function tableContents(tx: Tx): Promise<TableContents> {
  const all: TableContents = {};
  for (const { name, isTenants } of await tableNames(tx)) {
    const { rows } = await sql<{ tenant: string; rows: string; first: string; second: string }>`
      select tenant, count(*) as rows,
        sum(('x' || substr(hash, 1, 16))::bit(64)::bigint::numeric) as first,
        sum(('x' || substr(hash, 17, 16))::bit(64)::bigint::numeric) as second
      from (select ${isTenants ? sql`t.user_id::text` : sql`''`} as tenant, md5(t::text) as hash
        from ${sql.table(name)} t) h
      group by tenant order by tenant`.execute(tx);
    const of = rows.map(({ tenant, rows: count, first, second }) => [
      tenant,
      { rows: Number(count), hash: `${first} ${second}` },
    ]);
    all[name] = Object.fromEntries(of) as TableContents[string];
  }
  return all;
}

interface AccountRow {
  user_id: string;
  id: string;
  currency_digits: number | null;
}

const owned = ({ user_id: userId, id: accountId }: AccountRow): OwnedAccount => ({ userId, accountId });
const digitsOf = ({ currency_digits: digits }: AccountRow): number => digits ?? 2;

/** By account: what its deals come to, and the verdict that was kept of it. */
export type Reconciled = Record<string, { ledger: number; fingerprint: string; kept: string }>;

/** The ledger of every account added up anew, beside the reconciliation that was kept. Money in minor units. */
async function reconciledAccounts(tx: Tx): Promise<Reconciled> {
  const { rows } = await sql<AccountRow & { kept: string | null }>`
    select a.user_id, a.id, a.currency_digits,
      r.verdict || ' ' || r.ledger || ' ' || r.broker || ' ' || r.difference || ' ' || r.fingerprint as kept
    from accounts a left join reconciliations r on r.user_id = a.user_id and r.account_id = a.id
    order by a.user_id, a.id`.execute(tx);
  const all: Reconciled = {};
  for (const row of rows) {
    const { ledger, fingerprint } = await ledgerSums(tx, owned(row), digitsOf(row));
    all[row.id] = { ledger, fingerprint, kept: row.kept ?? 'never reconciled' };
  }
  return all;
}

/** By account: the figures of its whole history. */
export type GoldenFigures = Record<string, Figures>;

/** Figures of the five accounts with most deals, computed from their deals as pages compute them. */
async function goldenFigures(tx: Tx): Promise<GoldenFigures> {
  const { rows } = await sql<AccountRow>`
    select a.user_id, a.id, a.currency_digits from accounts a
    join (select user_id, account_id, count(*) as deals from deals group by 1, 2) d
      on d.user_id = a.user_id and d.account_id = a.id
    order by d.deals desc, a.id limit 5`.execute(tx);
  const all: GoldenFigures = {};
  for (const row of rows) {
    const deals = await dealsOf(tx, owned(row), { digits: digitsOf(row) });
    const figured = deals.map((deal) => ({
      ...{ ticket: deal.ticket, timeMs: deal.serverMs, type: deal.type, entry: deal.entry },
      net: deal.profit + deal.swap + deal.commission + deal.fee,
    }));
    all[row.id] = figuresOf(figured, { kind: 'history' });
  }
  return all;
}

/** What must be the same in a database and in one that was restored from its backup. */
export interface Facts {
  tables: TableContents;
  accounts: Reconciled;
  figures: GoldenFigures;
}

export const factsOf = async (tx: Tx): Promise<Facts> => ({
  tables: await tableContents(tx),
  accounts: await reconciledAccounts(tx),
  figures: await goldenFigures(tx),
});

/** How many sealed values each key wraps, by its id. */
export async function keysInUse(tx: Tx): Promise<Record<string, number>> {
  const { rows } = await sql<{ id: string; count: string }>`
    select encode(substring(sealed from 2 for 4), 'hex') as id, count(*) from (
      select sealed_password as sealed from accounts where sealed_password is not null
      union all select sealed_password from market_account where sealed_password is not null
      union all select sealed_webhook from alarm_ways where sealed_webhook is not null
      union all select sealed_secret from two_factor) s
    group by 1 order by 1`.execute(tx);
  return Object.fromEntries(rows.map(({ id, count }) => [id, Number(count)]));
}

export const migrationNames = async (tx: Tx): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(tx);
  return rows.map(({ name }) => name);
};

export const pictureIds = async (tx: Tx): Promise<string[]> =>
  (await tx.selectFrom('screenshots').select('id').orderBy('id').execute()).map(({ id }) => id);
