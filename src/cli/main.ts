#!/usr/bin/env node
import { Command } from 'commander';
import { readVersion } from '../app/compose.js';
import { Fault } from '../lib/fault.js';
import { alarmCommand } from './alarm.js';
import { backupCommand } from './backup.js';
import { doctorCommand } from './doctor.js';
import { root } from './installation.js';
import { importCommand } from './import.js';
import { keysCommand } from './keys.js';
import { marketAccountCommand } from './market-account.js';
import { migrateCommand } from './migrate.js';
import { provisionCommand } from './provision.js';
import { restoreCommand } from './restore.js';
import { serversCommand } from './servers.js';
import { statusCommand } from './status.js';
import { syncCommand } from './sync.js';
import { terminalCommand } from './terminal.js';
import { tokenCommand } from './token.js';
import { userCommand } from './user.js';

const sentenceOf = (error: unknown): string => {
  if (error instanceof Fault) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

const rawjournal = new Command('rawjournal')
  .description('the command line of a RawJournal installation')
  .version(await readVersion(root))
  .addCommand(statusCommand())
  .addCommand(doctorCommand())
  .addCommand(migrateCommand())
  .addCommand(userCommand())
  .addCommand(tokenCommand())
  .addCommand(terminalCommand())
  .addCommand(syncCommand())
  .addCommand(importCommand())
  .addCommand(serversCommand())
  .addCommand(marketAccountCommand())
  .addCommand(keysCommand())
  .addCommand(backupCommand())
  .addCommand(restoreCommand())
  .addCommand(alarmCommand())
  .addCommand(provisionCommand());

try {
  await rawjournal.parseAsync();
} catch (error) {
  process.stderr.write(`rawjournal: ${sentenceOf(error)}\n`);
  process.exitCode = 1;
}
