import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { port, type Folders, type Log } from './postgres-folder.js';
import { escalation, readLock } from './postgres-leftovers.js';
import { launch, type Runner } from './postgres-runner.js';

/** One run of the server, from its launch to its end. */
export interface Server {
  readonly pid: number | null;
  /** How it ended. Never rejects. */
  readonly ended: Promise<string>;
  /** The last line it wrote that says why it gave up, or the last line. */
  readonly lastWords: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
}

const settings = (socket: string): string[] => [
  `port=${port}`,
  `listen_addresses=`,
  `unix_socket_directories="${socket.replaceAll('"', '""')}"`,
  'unix_socket_permissions=0700',
  'fsync=on',
  'timezone=UTC',
  'max_connections=30',
  // For a small box that runs terminals too: little memory, few helpers, and no parallel query, whose shared memory
  // does not fit into a container's 64 MB.
  'shared_buffers=64MB',
  'effective_cache_size=512MB',
  'work_mem=4MB',
  'maintenance_work_mem=32MB',
  'max_wal_size=256MB',
  'max_parallel_workers_per_gather=0',
  'max_parallel_maintenance_workers=0',
  'max_logical_replication_workers=0',
  'max_wal_senders=0',
  'autovacuum_max_workers=2',
  'io_method=sync',
  'jit=off',
  'huge_pages=off',
  // Statements and details quote what people wrote, and the log is not the place for it.
  'log_min_error_statement=panic',
  'log_error_verbosity=terse',
  'log_checkpoints=off',
  'log_line_prefix=',
  'log_timezone=UTC',
  'log_destination=stderr',
  'logging_collector=off',
  'lc_messages=C',
];

export function launchServer(runner: Runner, postgres: string, folders: Folders, log: Log): Server {
  const options = settings(folders.socket).flatMap((setting) => ['-c', setting]);
  const child = launch(runner, postgres, ['-D', folders.data, ...options]);
  let lastWords = '';
  let level: ReturnType<typeof levelOf> = 'info';
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      level = levelOf(line) ?? level;
      if (level === 'error' || !lastWords.startsWith('FATAL')) lastWords = line;
      log(line.replace(/^[A-Z]+: +/, ''), level ?? 'info');
    });
  }
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code ?? 0}`));
    // Backends that outlive a killed server hold its stderr open: its last lines are worth a moment, not more.
    child.once('exit', (code, signal) => {
      setTimeout(() => resolve(signal ?? `exit code ${code ?? 0}`), 250);
    });
  });
  return {
    pid: child.pid ?? null,
    ended,
    lastWords: () => lastWords,
    kill: (signal) => void child.kill(signal),
  };
}

/** Lines that continue a message (DETAIL, a second line) have no level of their own. */
function levelOf(line: string): 'info' | 'warn' | 'error' | null {
  if (/^(LOG|INFO|NOTICE|DEBUG\d?):/.test(line)) return 'info';
  if (/^(ERROR|WARNING):/.test(line)) return 'warn';
  return /^(FATAL|PANIC):/.test(line) ? 'error' : null;
}

/** False when it ended instead. Replaying the log after a crash may take minutes, so there is no time limit. */
export async function becomesReady(server: Server, folders: Folders): Promise<boolean> {
  let isOver = false;
  void server.ended.then(() => (isOver = true));
  const hasEnded = (): boolean => isOver;
  while (!hasEnded()) {
    const { pid, status } = await readLock(join(folders.data, 'postmaster.pid'));
    if (pid === server.pid && status === 'ready') return true;
    await sleep(10);
  }
  return false;
}

export async function endServer(server: Server): Promise<void> {
  for (const { signal, patienceMs } of escalation) {
    server.kill(signal);
    const patience = sleep(patienceMs, 'still there', { ref: false });
    if ((await Promise.race([server.ended, patience])) !== 'still there') return;
  }
}
