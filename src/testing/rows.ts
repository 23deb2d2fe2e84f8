import type pg from 'pg';
import type { AdminLogin } from '../data/migrate.js';
import { asAdministrator } from './database.js';

interface Table {
  rows: number;
  hash: string;
}

const namesOf = async (client: pg.Client, onlyTenants: boolean): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and (not $1 or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'user_id'))
     order by 1`,
    [onlyTenants],
  );
  return rows.map((row) => row.name);
};

/**
 * Every row as the administrator sees it, a count and a hash for each table: of one person in every table that
 * holds people's data, or, with null, of everybody in all tables.
 */
export const rowsOf = (login: AdminLogin, userId: string | null): Promise<Record<string, Table>> =>
  asAdministrator(login, async (client) => {
    const tables: Record<string, Table> = {};
    for (const name of await namesOf(client, userId !== null)) {
      const { rows } = await client.query<Table>(
        `select count(*)::int as rows, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as hash
         from public.${client.escapeIdentifier(name)} t ${userId === null ? '' : 'where user_id = $1'}`,
        userId === null ? [] : [userId],
      );
      if (rows[0] !== undefined) tables[name] = rows[0];
    }
    return tables;
  });
