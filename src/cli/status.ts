import { Command } from 'commander';
import { askControl } from '../app/control.js';
import { openLive, readVersion, systemClock } from '../app/compose.js';
import { readEnvironment } from '../app/config.js';
import { backupPlaces } from '../app/config-backup.js';
import { createLog } from '../app/log.js';
import { Measures } from '../app/measures.js';
import { controlSocket, stateFolders } from '../app/state.js';
import type { Database } from '../data/database.js';
import { readStatus } from '../features/status/facts.js';
import { asText, exitCode, overall, type Status } from '../features/status/status.js';
import { Fault } from '../lib/fault.js';
import { serverName } from '../mail/smtp.js';
import type { MeasureFacts } from '../web/measure-words.js';
import { nothingSeen } from '../web/queue-words.js';
import { print, root, withInstallation } from './installation.js';

/** What the program wrote down before it ended. */
async function recalledMeasures(db: Database): Promise<MeasureFacts> {
  const measures = new Measures(systemClock);
  await measures.recall(db);
  return measures.facts(db);
}

/** What can be seen without the web process. */
async function ownLook(): Promise<Status> {
  const version = await readVersion(root);
  try {
    return await withInstallation(async ({ config, folders, db }) => {
      const live = config.redisUrl === null ? null : openLive(config, createLog('silent'));
      const stateDir = folders.root;
      const status = await readStatus({
        db,
        live,
        clock: systemClock,
        stateDir,
        process: null,
        engine: null,
        market: null,
        readMeasures: () => recalledMeasures(db),
        backups: backupPlaces(config),
        mailServer: config.mail === null ? null : serverName(config.mail.smtp),
        version,
      });
      await live?.close();
      return status;
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const checks = [{ name: 'web', level: 'down', says: 'not running', fix: error.message }] as const;
    const at = systemClock.now().toISOString();
    return {
      version,
      at,
      level: overall(checks),
      process: null,
      measures: null,
      ...nothingSeen,
      checks: [...checks],
    };
  }
}

async function status({ json }: { json: boolean }): Promise<void> {
  const folders = await stateFolders(readEnvironment(root).stateDir);
  const found =
    (await askControl<Status>(controlSocket(folders), { route: 'GET /status' }).catch(() => null)) ??
    (await ownLook());
  print(json ? JSON.stringify(found, null, 2) : asText(found));
  process.exitCode = exitCode(found.level);
}

export const statusCommand = (): Command =>
  new Command('status')
    .description(
      'one screen an administrator trusts; exit 0 fine, 1 something is red, 2 web or database down',
    )
    .option('--json', 'as JSON', false)
    .action(status);
