import { sql } from 'kysely';
import type { Database, Tx } from './database.js';

/** The one condition that keeps a policy to its tenant, as PostgreSQL prints it back; nothing may stand beside it. */
const tenantOnly = String.raw`^\(user_id = \( SELECT \(NULLIF\(current_setting\('app\.user_id'::text, true\), ''::text\)\)::uuid( AS "nullif")?\)\)$`;
const isTenantOnly = (condition: string): string =>
  `pg_get_expr(${condition}, p.polrelid) ~ '${tenantOnly.replaceAll("'", "''")}'`;

/** Whose the tables are, and whose the one function that is asked before it is known whose row it is about. */
export interface Owners {
  tables: 'rawjournal_owner' | 'rawjournal_backup';
  lookup: 'rawjournal_auth' | 'rawjournal_backup';
}
const usualOwners: Owners = { tables: 'rawjournal_owner', lookup: 'rawjournal_auth' };
/** Of a database that was restored by who may give nothing away. */
export const ownedByBackup: Owners = { tables: 'rawjournal_backup', lookup: 'rawjournal_backup' };

/**
 * The catalog lint: rules of isolation that PostgreSQL itself cannot enforce, each a query that returns one
 * sentence for each breach. Sources: the notes on row security in the PostgreSQL manual.
 */
const tenantRules: readonly string[] = [
  `select format('%s holds user_id but row level security is not enabled and forced', c.relname)
   from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped
   where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
     and not (c.relrowsecurity and c.relforcerowsecurity)`,

  `select format('%s holds user_id but has no tenant policy', c.relname)
   from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped
   where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
     and not exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd = '*'
       and ${isTenantOnly('p.polqual')} and ${isTenantOnly('p.polwithcheck')})`,

  `select format('policy %s on %s opens rows of others to a role that must not have them', p.polname, p.polrelid::regclass)
   from pg_policy p
   where p.polpermissive and not (coalesce(${isTenantOnly('p.polqual')}, true) and coalesce(${isTenantOnly('p.polwithcheck')}, true))
     and (p.polcmd <> 'r' or exists (select from unnest(p.polroles) r
       where r = 0 or r::regrole::text not in ('rawjournal_sync', 'rawjournal_auth', 'rawjournal_admin')))`,

  `select format('view %s runs with its owner''s rights', c.relname)
   from pg_class c join pg_roles o on o.oid = c.relowner
   where c.relkind = 'v' and c.relnamespace = 'public'::regnamespace
     and (o.rolsuper or not coalesce(c.reloptions::text[] && array['security_invoker=true', 'security_invoker=on'], false))`,

  `select format('materialized view %s ignores row level security', relname)
   from pg_class where relkind = 'm' and relnamespace = 'public'::regnamespace`,
];

const rightRules = ({ tables, lookup }: Owners): readonly string[] => [
  `select format('function %s runs with its owner''s rights', p.oid::regprocedure)
   from pg_proc p
   where p.prosecdef and p.pronamespace = 'public'::regnamespace
      and not (p.proname in ('lookup', 'customer_owner') and p.proowner = '${lookup}'::regrole
       and coalesce(p.proconfig, '{}') @> array['search_path=""'])`,

  `select format('role %s has rights that void row level security', rolname)
   from pg_roles
   where rolname in ('rawjournal_app', 'rawjournal_sync', 'rawjournal_admin')
     and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication
       or exists (select from pg_auth_members m where m.member = pg_roles.oid))`,

  `select format('%s may %s %s', case x.grantee when 0 then 'everybody' else x.grantee::regrole::text end, lower(x.privilege_type), c.oid::regclass)
   from pg_class c, aclexplode(c.relacl) x
   where c.relnamespace = 'public'::regnamespace and x.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER')
     and (x.grantee = 0
       or x.grantee in (select oid from pg_roles where rolname like 'rawjournal\\_%' and rolname <> '${tables}'))`,
];

const keyRules: readonly string[] = [
  `select format('foreign key %s on %s leaves out user_id', k.conname, k.conrelid::regclass)
   from pg_constraint k
   join pg_attribute t on t.attrelid = k.confrelid and t.attname = 'user_id'
   left join pg_attribute s on s.attrelid = k.conrelid and s.attname = 'user_id'
   where k.contype = 'f' and not exists (
     select from unnest(k.conkey, k.confkey) pair(own, theirs) where own = s.attnum and theirs = t.attnum)`,

  // The keys of lookup() stand alone: an address, and hashes of 256-bit secrets that nobody can guess. So does that of
  // customer_owner(): one customer of the payment service is one user.
  `select format('index %s on %s is not led by user_id', i.indexrelid::regclass, i.indrelid::regclass)
   from pg_index i
   join pg_attribute a on a.attrelid = i.indrelid and a.attname = 'user_id'
   join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
   where i.indkey[0] <> a.attnum and pg_get_indexdef(i.indexrelid) not in (
     'CREATE UNIQUE INDEX users_by_email ON public.users USING btree (email)',
     'CREATE UNIQUE INDEX sessions_by_secret ON public.sessions USING btree (secret_hash)',
     'CREATE UNIQUE INDEX mailed_links_by_secret ON public.mailed_links USING btree (secret_hash)',
     'CREATE UNIQUE INDEX api_tokens_by_secret ON public.api_tokens USING btree (secret_hash)',
     'CREATE UNIQUE INDEX subscriptions_by_customer ON public.subscriptions USING btree (customer_id)')`,
];

/** Every breach of isolation in the catalog, a sentence each; empty when all is well. */
export async function breachesIn(tx: Tx, owners: Owners = usualOwners): Promise<string[]> {
  const breaches: string[] = [];
  for (const rule of [...tenantRules, ...rightRules(owners), ...keyRules]) {
    const { rows } = await sql.raw<Record<string, string>>(rule).execute(tx);
    breaches.push(...rows.flatMap((row) => Object.values(row)));
  }
  return breaches;
}

export const catalogBreaches = (db: Database): Promise<string[]> =>
  db.withInstallation((tx) => breachesIn(tx));
