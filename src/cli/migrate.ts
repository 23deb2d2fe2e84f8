import { join } from 'node:path';
import { Command } from 'commander';
import { migrate } from '../data/migrate.js';
import { rolePasswords } from '../data/roles.js';
import { print, root, withInstallation } from './installation.js';

/** `npm start` does the same by itself; this is for a database whose schema is brought up to date beforehand. */
const run = (): Promise<void> =>
  withInstallation(async ({ config, folders, address }) => {
    const login = config.database ?? { address, user: 'postgres' };
    const passwords = await rolePasswords(folders.credentials);
    const done = await migrate(login, passwords, join(root, 'migrations'));
    print(done.length === 0 ? 'The schema is up to date.' : done.join('\n'));
  });

export const migrateCommand = (): Command =>
  new Command('migrate').description('bring the database schema up to date').action(run);
