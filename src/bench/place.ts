import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { readConfig, type Config } from '../app/config.js';
import { createLog } from '../app/log.js';
import { stateFolders, type StateFolders } from '../app/state.js';
import { openStorage, type Storage } from '../app/storage.js';
import { projectRoot } from '../testing/database.js';

export interface Place {
  config: Config;
  folders: StateFolders;
  log: Logger;
  storage: Storage;
}

/** A state folder with an embedded PostgreSQL of its own, gone when the work is done. */
export async function inPlace<T>(
  env: Record<string, string>,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const stateDir = await mkdtemp(join(tmpdir(), 'rawjournal-bench-'));
  try {
    const config = readConfig({ STATE_DIR: stateDir, LOG_LEVEL: 'error', ...env }, projectRoot);
    const folders = await stateFolders(stateDir);
    const log = createLog(config.logLevel);
    const storage = await openStorage(config, folders, log, projectRoot);
    try {
      return await work({ config, folders, log, storage });
    } finally {
      await storage.close();
    }
  } finally {
    await rm(stateDir, { recursive: true, force: true, maxRetries: 20 });
  }
}
