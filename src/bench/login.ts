import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose, systemClock } from '../app/compose.js';
import { readConfig } from '../app/config.js';
import { createLog } from '../app/log.js';
import { stateFolders } from '../app/state.js';
import { openStorage } from '../app/storage.js';
import { memoryLive } from '../data/live-memory.js';
import { noLimits } from '../testing/limits.js';
import { Browser } from '../testing/browser.js';
import { projectRoot } from '../testing/database.js';

const samples = 200;
const password = 'a green heron at noon';

const median = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;

async function timed(browser: Browser, email: string): Promise<number> {
  const start = performance.now();
  const answer = await browser.post('/login', { email, password: 'not the password' });
  if (answer.statusCode !== 422) throw new Error(`signing in answered ${answer.statusCode}`);
  return performance.now() - start;
}

/** Does the time of an answer tell whether an address is known? Limits are lifted, the samples interleaved. */
export async function login(): Promise<void> {
  const stateDir = await mkdtemp(join(tmpdir(), 'rawjournal-bench-'));
  const config = readConfig({ STATE_DIR: stateDir }, projectRoot);
  const folders = await stateFolders(stateDir);
  const log = createLog('error');
  const storage = await openStorage(config, folders, log, projectRoot);
  const live = memoryLive(systemClock);
  const parts = { config, root: projectRoot, folders, log, db: storage.db, live, limits: noLimits };
  const { app } = await compose({ ...parts, delay: () => Promise.resolve() });
  try {
    await app.ready();
    const browser = new Browser(app, config.publicUrl);
    await browser.fill('/setup', '/setup', { email: 'known@example.org', password });
    await browser.fill('/dashboard', '/logout', {});
    await browser.get('/login');
    const known: number[] = [];
    const unknown: number[] = [];
    for (let at = 0; at < samples; at += 1) {
      known.push(await timed(browser, 'known@example.org'));
      unknown.push(await timed(browser, `unknown-${at}@example.org`));
    }
    const [a, b] = [median(known), median(unknown)];
    process.stdout.write(
      `login: ${samples} samples each, median known ${a.toFixed(2)} ms, unknown ${b.toFixed(2)} ms: ` +
        `${Math.abs(a - b).toFixed(2)} ms apart, ratio ${(a / b).toFixed(3)} (aim: within 5 ms)\n`,
    );
  } finally {
    await app.close();
    await storage.close();
    await rm(stateDir, { recursive: true });
  }
}
