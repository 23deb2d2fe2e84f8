import { sql } from 'kysely';
import type { Tx } from './database.js';

/** Symbols (without suffixes) that a user holds now or has closed since `since`. */
export async function hotNames(tx: Tx, userId: string, since: Date): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from positions where user_id = ${userId}
    union
    select name from trades where user_id = ${userId} and closed_at >= ${since}`.execute(tx);
  return rows.map(({ name }) => name);
}
