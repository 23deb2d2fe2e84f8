import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { freePort } from '../testing/free-port.js';
import { residentMb, startChild } from './children.js';

const seconds = 8;

/** Requests a second that were answered with 200; anything else makes the measurement void. */
async function load(url: string, cookie?: string): Promise<number> {
  const options = { url, connections: 16, headers: cookie === undefined ? {} : { cookie } };
  await autocannon({ ...options, duration: 3 });
  const result = await autocannon({ ...options, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0 || result['2xx'] === 0)
    throw new Error(`${url}: ${result.non2xx} other answers, ${result.errors} errors`);
  return result['2xx'] / seconds;
}

const cookiesOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

/** Creates the administrator as a person would, and returns the cookies of a signed-in browser. */
async function signIn(url: string): Promise<string> {
  const form = await fetch(`${url}/setup`);
  const csrf = /name="_csrf" value="([^"]+)"/.exec(await form.text())?.[1] ?? '';
  const answer = await fetch(`${url}/setup`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: cookiesOf(form), origin: url },
    body: new URLSearchParams({ _csrf: csrf, email: 'bench@example.org', password: 'a green heron at noon' }),
  });
  const session = cookiesOf(answer);
  const page = await fetch(`${url}/settings/tokens`, { headers: { cookie: session } });
  if (page.status !== 200) throw new Error(`signing in failed: ${answer.status}, ${page.status}`);
  return [session, cookiesOf(page)].filter(Boolean).join('; ');
}

/** A signed-in page (session, form token, one query under row level security) against the bare framework. */
export async function web(): Promise<void> {
  const stateDir = await mkdtemp(join(tmpdir(), 'rawjournal-bench-'));
  const [barePort, port] = [String(await freePort()), String(await freePort())];
  const bare = await startChild('bench/bare.js', { PORT: barePort }, /ready/);
  const hello = await load(`http://127.0.0.1:${barePort}/`);
  await bare.stop();
  const env = { PORT: port, STATE_DIR: stateDir, LOG_LEVEL: 'warn' };
  const app = await startChild('main.js', env, /is ready at/);
  try {
    await sleep(10_000);
    const idle = residentMb(app.pid);
    const url = `http://127.0.0.1:${port}`;
    const page = await load(`${url}/settings/tokens`, await signIn(url));
    process.stdout.write(
      `web: bare framework ${hello.toFixed(0)} requests/s, signed-in page ${page.toFixed(0)} requests/s: ` +
        `1/${(hello / page).toFixed(1)} (aim: within 1/35)\n` +
        `web: resident memory ${idle.toFixed(0)} MB idle (aim: 150), ${residentMb(app.pid).toFixed(0)} MB after the load\n`,
    );
  } finally {
    await app.stop();
    await rm(stateDir, { recursive: true });
  }
}
