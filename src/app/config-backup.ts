import { join } from 'node:path';
import type { BackupPlaces } from '../data/backup-records.js';
import type { Retention } from '../domain/retention.js';
import { malformed, path, type Env } from './env.js';

/** How backups are made, kept and copied. */
export interface BackupSettings {
  folder: string;
  /** a file of age's recipients; null: no backup is made */
  recipients: string | null;
  /** where the screenshots lie, for a user who has a state folder of its own; null: among the state */
  screenshots: string | null;
  /** where copies go; null: nowhere */
  remote: { name: string; config: string | null } | null;
  /** asked for after each backup that is verified and copied: who hears nothing knows; null: nobody listens */
  pingUrl: string | null;
  keep: Retention;
}

function keep(env: Env): Retention {
  const value = env['BACKUP_KEEP'] || '7,4,6';
  const [, daily, weekly, monthly] = /^(\d{1,3}),(\d{1,3}),(\d{1,3})$/.exec(value) ?? [];
  if (daily === undefined)
    throw malformed('BACKUP_KEEP', value, 'how many days, weeks and months, such as 7,4,6');
  return { daily: Number(daily), weekly: Number(weekly), monthly: Number(monthly) };
}

function remote(env: Env): BackupSettings['remote'] {
  const name = env['BACKUP_REMOTE'];
  if (!name) return null;
  // A remote that is spelt out in its name has its secrets there, and everybody sees how a program was started.
  if (!/^(\/|[\w.][\w. -]*:)/.test(name))
    throw malformed(
      'BACKUP_REMOTE',
      '…',
      'a folder, or a name of rclone’s configuration and a path, such as offsite:backups',
    );
  return { name, config: path(env, 'BACKUP_RCLONE_CONFIG', '/etc/rawjournal/rclone.conf') };
}

/** Whoever knows it can say that all is well: it is not repeated. */
function pingUrl(env: Env): string | null {
  const value = env['BACKUP_PING_URL'];
  if (!value) return null;
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
    throw malformed('BACKUP_PING_URL', '…', 'an https address, such as https://hc-ping.com/…');
  return value;
}

export const backupSettings = (env: Env, stateDir: string): BackupSettings => ({
  folder: path(env, 'BACKUP_DIR', '/var/backups/rawjournal') ?? join(stateDir, 'backups'),
  recipients: path(env, 'BACKUP_RECIPIENTS', '/etc/rawjournal/backup-recipients.txt'),
  screenshots: path(env, 'BACKUP_SCREENSHOTS', '/var/lib/rawjournal/screenshots'),
  remote: remote(env),
  pingUrl: pingUrl(env),
  keep: keep(env),
});

/** Where the state of backups is to be seen. */
export const backupPlaces = ({
  backup: { folder, recipients, remote: to },
}: {
  backup: BackupSettings;
}): BackupPlaces => ({ folder, recipients, remote: to?.name ?? null });
