import { path, type Env } from './env.js';

/** Keys that are not of the state: an appliance keeps them where root alone writes, and systemd hands them over. */
export interface KeySettings {
  /** where they are read: the copy that systemd handed over, else their home */
  folder: string;
  /** where root makes and changes them; null: systemd hands them over, and nobody said from where */
  home: string | null;
  /** where systemd reads of its units */
  units: string;
}

/** Null where keys lie among the state. */
export function keySettings(env: Env): KeySettings | null {
  const given = path(env, 'CREDENTIALS_DIRECTORY', '/run/credentials/rawjournal.service');
  const home = path(env, 'CREDENTIALS_FROM', '/etc/rawjournal/credentials');
  const folder = given ?? home;
  if (folder === null) return null;
  const units = path(env, 'CREDENTIALS_UNITS', '/etc/systemd/system') ?? '/etc/systemd/system';
  return { folder, home, units };
}
