import { execFile } from 'node:child_process';
import type { Logger } from 'pino';
import { after } from '../terminals/timers.js';
import type { Config } from './config.js';
import { keepFed, measureLag } from './watchdog.js';

/** Tells systemd how this process is. */
export interface Notices {
  /** it serves from now on, and is watched */
  ready(): Promise<void>;
  stopping(): Promise<void>;
}

const patienceMs = 5_000;

/**
 * Node opens no datagram socket in the file system, and a native addon for three words would be one more thing to
 * build and trust. `systemd-notify` comes with systemd itself, and waits until its word was taken, so that systemd
 * still finds whose child it was; it needs NotifyAccess=all. Sandboxes do not see the socket. Never rejects.
 */
const tell = (words: string[], log: Logger): Promise<void> =>
  new Promise((resolve) => {
    execFile('systemd-notify', words, { timeout: patienceMs }, (error) => {
      if (error !== null) log.warn({ err: error }, 'systemd could not be told how this process is.');
      resolve();
    });
  });

const nobody: Notices = { ready: () => Promise.resolve(), stopping: () => Promise.resolve() };

/** `sinceLookMs`: since the scheduler last looked; null where there is none. */
export function openNotices(
  { systemd, publicUrl }: Pick<Config, 'systemd' | 'publicUrl'>,
  sinceLookMs: () => number | null,
  log: Logger,
): Notices {
  if (systemd === null) return nobody;
  let unwatch = (): void => undefined;
  const watch = (watchdogMs: number): (() => void) => {
    const lagMs = measureLag();
    return keepFed(watchdogMs, {
      after,
      pulse: () => ({ lagMs: lagMs(), sinceLookMs: sinceLookMs() }),
      feed: () => void tell(['WATCHDOG=1'], log),
      unwell: (pulse) => log.error(pulse, 'This process falls behind, and is started anew if that goes on.'),
    });
  };
  return {
    ready: async () => {
      await tell(['READY=1', `STATUS=Serving ${publicUrl}`], log);
      if (systemd.watchdogMs !== null) unwatch = watch(systemd.watchdogMs);
    },
    stopping: () => {
      unwatch();
      return tell(['STOPPING=1', 'STATUS=Stopping'], log);
    },
  };
}
