import { CompiledQuery } from 'kysely';
import { backupFacts, readBackups, type BackupFacts, type BackupPlaces } from './backup-records.js';
import type { Database, DatabaseAddress, Tx } from './database.js';
import { withBackupRole } from './snapshot.js';

/**
 * Tells the service what is known of backups: where a user of their own makes them, nobody else can look into that
 * user's folder.
 */
export const reportBackups = (
  { address, password }: { address: DatabaseAddress; password: string },
  facts: BackupFacts,
  at: Date,
): Promise<void> =>
  withBackupRole(address, password, async (connection) => {
    const text = `insert into backup_reports (told_at, facts) values ($1, $2)
      on conflict (is_only) do update set told_at = excluded.told_at, facts = excluded.facts`;
    await connection.executeQuery(CompiledQuery.raw(text, [at, JSON.stringify(facts)]));
  });

async function reported(tx: Tx): Promise<BackupFacts | null> {
  const row = await tx.selectFrom('backup_reports').select('facts').executeTakeFirst();
  const read = backupFacts.safeParse(row?.facts);
  return read.success ? read.data : null; // of another version
}

/**
 * What lies in the installation's own folder, or where it makes no backups itself what their user reported. Throws a
 * Fault while the database is away that would tell.
 */
export async function knownBackups(db: Database, places: BackupPlaces): Promise<BackupFacts> {
  const own = await readBackups(places);
  if (own.isSetUp || own.records.length > 0) return own;
  return (await db.withInstallation(reported)) ?? own;
}
