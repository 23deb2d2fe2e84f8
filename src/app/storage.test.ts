import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { projectRoot } from '../testing/database.js';
import { ownFolder } from '../testing/folder.js';
import { createLog } from './log.js';
import { startPostgres } from './postgres.js';
import { stateFolders } from './state.js';
import { openStorage } from './storage.js';

void t.test('a start waits for a database that comes a moment later, and says so once', async (t) => {
  const folder = await ownFolder(t, 'storage');
  await chmod(folder, 0o755); // the server may run as somebody else
  const socketDir = join(folder, 'socket');
  const lines: string[] = [];
  const log = createLog('warn', { write: (line) => void lines.push(line) });
  const address = { host: socketDir, port: 5432, database: 'postgres' };
  const folders = await stateFolders(join(folder, 'state'));
  const config = { database: { address, user: 'postgres' } };
  const opening = openStorage(config, folders, log, projectRoot);
  await sleep(1_000);
  const server = await startPostgres({ dataDir: join(folder, 'postgres'), socketDir, log: () => undefined });
  t.teardown(() => server.stop());
  const storage = await opening;
  await storage.db.ping();
  await storage.close();
  t.match(lines, ['does not answer yet']);
  t.equal(lines.length, 1);

  const unknown = { database: { address, user: 'nobody_here' } };
  const startMs = performance.now();
  await t.rejects(openStorage(unknown, folders, log, projectRoot), /nobody_here/);
  t.ok(performance.now() - startMs < 5_000, 'one that refuses is not waited for');
});
