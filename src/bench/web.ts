import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { freePort } from '../testing/free-port.js';
import { processorMs, residentMb, startChild, type Child } from './children.js';
import { median } from './stats.js';

const rounds = 5;
const seconds = 4;

interface Load {
  /** requests a second that were answered with 200 */
  rate: number;
  /** of the server and all that it has started, for each of them */
  processorMs: number;
}

/** Anything but answers with 200 makes the measurement void. */
async function load({ pid }: Child, url: string, cookie?: string): Promise<Load> {
  const headers = cookie === undefined ? {} : { cookie };
  const before = processorMs(pid);
  const result = await autocannon({ url, connections: 16, headers, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0 || result['2xx'] === 0)
    throw new Error(`${url}: ${result.non2xx} other answers, ${result.errors} errors`);
  return { rate: result['2xx'] / seconds, processorMs: (processorMs(pid) - before) / result['2xx'] };
}

const medians = (loads: readonly Load[]): Load => ({
  rate: median(loads.map(({ rate }) => rate)),
  processorMs: median(loads.map((one) => one.processorMs)),
});

/** Keeps cookies as a browser does: the newest of a name, and none that was taken back. */
function keep(jar: Map<string, string>, answer: Response): void {
  for (const line of answer.headers.getSetCookie()) {
    const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
    if (/Max-Age=0|Expires=Thu, 01 Jan 1970/.test(line)) jar.delete(name);
    else jar.set(name, value);
  }
}

/** Creates the administrator as a person would, and returns the cookies of a signed-in browser. */
async function signIn(url: string): Promise<string> {
  const jar = new Map<string, string>();
  const cookies = (): string => [...jar].map((pair) => pair.join('=')).join('; ');
  const form = await fetch(`${url}/setup`);
  keep(jar, form);
  const csrf = /name="_csrf" value="([^"]+)"/.exec(await form.text())?.[1] ?? '';
  const body = new URLSearchParams({
    _csrf: csrf,
    email: 'bench@example.org',
    password: 'a green heron at noon',
  });
  const headers = { cookie: cookies(), origin: url };
  keep(jar, await fetch(`${url}/setup`, { method: 'POST', redirect: 'manual', headers, body }));
  const page = await fetch(`${url}/settings/tokens`, { headers: { cookie: cookies() } });
  keep(jar, page);
  if (page.status !== 200) throw new Error(`signing in failed: ${page.status}`);
  return cookies();
}

/**
 * A signed-in page (session, form token, one query under row level security) against the bare framework. The two take
 * turns, so that a machine that slows down slows both.
 */
export async function web(): Promise<void> {
  const stateDir = await mkdtemp(join(tmpdir(), 'rawjournal-bench-'));
  const [barePort, port] = [String(await freePort()), String(await freePort())];
  const bare = await startChild('bench/bare.js', { PORT: barePort }, /ready/);
  const env = {
    PORT: port,
    STATE_DIR: stateDir,
    LOG_LEVEL: 'warn',
    DATABASE_URL: '',
    REDIS_URL: '',
    TERMINALS: 'none',
  };
  const app = await startChild('main.js', env, /is ready at/);
  try {
    await sleep(10_000);
    const idle = residentMb(app.pid);
    const url = `http://127.0.0.1:${port}`;
    const cookie = await signIn(url);
    const hello: Load[] = [];
    const page: Load[] = [];
    await load(app, `${url}/settings/tokens`, cookie); // until it is compiled
    for (let round = 0; round < rounds; round += 1) {
      hello.push(await load(bare, `http://127.0.0.1:${barePort}/`));
      page.push(await load(app, `${url}/settings/tokens`, cookie));
    }
    const [a, b] = [medians(hello), medians(page)];
    process.stdout.write(
      `web: bare framework ${a.rate.toFixed(0)} requests/s, signed-in page ${b.rate.toFixed(0)} requests/s ` +
        `(medians of ${rounds} turns): 1/${(a.rate / b.rate).toFixed(1)} (aim: within 1/35)\n` +
        `web: processor of a request ${a.processorMs.toFixed(3)} ms and, with the database, ` +
        `${b.processorMs.toFixed(3)} ms; load of the machine ${loadavg()[0]?.toFixed(1) ?? ''}\n` +
        `web: resident memory ${idle.toFixed(0)} MB idle (aim: 150), ${residentMb(app.pid).toFixed(0)} MB after the load\n`,
    );
  } finally {
    await app.stop();
    await bare.stop();
    await rm(stateDir, { recursive: true });
  }
}
