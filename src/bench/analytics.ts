import type pg from 'pg';
import type { Page } from 'playwright-core';
import { issueToken } from '../data/tokens.js';
import { launchChromium, screens } from '../testing/chromium.js';
import { programPath } from '../testing/needs.js';
import { startProgram } from '../testing/program.js';
import { withProgram, type Installation } from './installation.js';
import { addDeals, withTrades } from './many-trades.js';
import type { BenchUser } from './people.js';
import { quantile } from './stats.js';
import { summaries } from './summary.js';

const trades = 100_000;
const [warmTurns, coldTurns, starts] = [60, 12, 6];

interface Took {
  p50: number;
  p95: number;
}

async function timed(
  turns: number,
  work: () => Promise<unknown>,
  before?: () => Promise<unknown>,
): Promise<Took> {
  const taken: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    await before?.();
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  return { p50: quantile(taken, 0.5), p95: quantile(taken, 0.95) };
}

const say = (what: string, { p50, p95 }: Took, note: string): void =>
  void process.stdout.write(
    `analytics: ${what.padEnd(54)} p50 ${p50.toFixed(1).padStart(7)} ms, p95 ${p95.toFixed(1).padStart(7)} ms${note}\n`,
  );

/** What a database needs to add up the same trades. */
const anchor = `select name, extract(isodow from opened_at), extract(hour from opened_at), count(*), sum(net)
  from trades where user_id = $1 and closed_at is not null group by 1, 2, 3`;

const calls: readonly (readonly [path: string, aims: { warm: number; cold?: number }])[] = [
  ['/api/v1/analytics/summary', { warm: 20, cold: 250 }],
  ['/api/v1/analytics/summary?side=sell&session=overlap', { warm: 20 }],
  ['/api/v1/analytics/breakdown?by=hour', { warm: 20, cold: 250 }],
  ['/api/v1/analytics/equity-curve', { warm: 20 }],
  ['/dashboard', { warm: 40 }],
  ['/dashboard/curve', { warm: 40 }],
  ['/analytics', { warm: 40 }],
  ['/analytics?ea=Magic+7', { warm: 40 }],
  ['/analytics/figures', { warm: 40 }],
  ['/calendar?year=2026', { warm: 40 }],
  ['/eas', { warm: 40 }],
];

async function opened(address: string, token: string, session = ''): Promise<void> {
  const isCall = session === '' || address.includes('/api/');
  const headers = isCall ? { authorization: `Bearer ${token}` } : { cookie: `sid=${session}` };
  const answer = await fetch(address, { headers });
  await answer.text();
  if (answer.status !== 200) throw new Error(`${address}: ${answer.status}`);
}

async function measureCalls(
  { url }: Installation,
  client: pg.Client,
  { user, token }: { user: BenchUser; token: string },
): Promise<void> {
  const bare = await timed(10, () => client.query(anchor, [user.userId]));
  say(`one query: ${trades} trades by symbol, day and hour`, bare, '');
  const open = (path: string): Promise<void> => opened(url + path, token, user.session);
  const isForgotten = `update book_versions set version = version + 1, since = array['2000-01-01'::timestamptz]`;
  const note = (took: Took, aim: number): string =>
    ` (${(took.p50 / bare.p50).toFixed(2)}x the query, aim ${aim} ms)`;
  for (const [path, { warm, cold }] of calls) {
    await open(path);
    const kept = await timed(warmTurns, () => open(path));
    say(path, kept, note(kept, warm));
    if (cold === undefined) continue;
    const forgotten = await timed(
      coldTurns,
      () => open(path),
      () => client.query(isForgotten),
    );
    say(`${path}, deal by deal`, forgotten, note(forgotten, cold));
  }
}

/** The first answer of a program that has just been started: its memory is empty, and its code has not run yet. */
async function measureStarts(installation: Installation, token: string): Promise<void> {
  const ask = (path: string): Promise<void> => opened(installation.url + path, token);
  const restart = async (): Promise<void> => {
    await installation.program.end('SIGTERM');
    installation.program = await startProgram('main.js', installation.env, /is ready at/);
    await ask('/api/v1/accounts');
  };
  for (const path of ['/api/v1/analytics/summary', '/api/v1/analytics/breakdown?by=hour'])
    say(`${path}, after a start`, await timed(starts, () => ask(path), restart), ' (aim 250 ms)');
}

/** What came over the wire for a page, compressed, in KB; and how soon its first figure could be read, in ms. */
interface Seen {
  kilobytes: number;
  readableMs: number;
}

const transferred = `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .reduce((sum, { transferSize }) => sum + transferSize, 0) / 1000`;

async function look(page: Page, url: string): Promise<Seen> {
  const start = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForSelector('main .figure-value, main td', { timeout: 30_000 });
  // Text is read when its letters are there, be it in a font that the machine has.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
  const readableMs = performance.now() - start;
  await page.waitForLoadState('networkidle');
  return { readableMs, kilobytes: await page.evaluate<number>(transferred) };
}

/** A phone far from its mast: 400 kbit/s, and 400 ms until an answer begins. */
async function slowed(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const rate = 400_000 / 8;
  await session.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: 400, downloadThroughput: rate, uploadThroughput: rate },
  });
}

async function measurePages({ url }: Installation, user: BenchUser): Promise<void> {
  for (const path of ['/dashboard', '/trades', '/analytics']) {
    const browser = await launchChromium();
    try {
      const context = await browser.newContext({ viewport: screens.phone });
      await context.addCookies([{ name: 'sid', value: user.session, url }]);
      const page = await context.newPage();
      await slowed(page);
      const [cold, cached] = [await look(page, url + path), await look(page, url + path)];
      process.stdout.write(
        `analytics: ${path.padEnd(12)} at 400 kbit/s and 400 ms: readable after ${(cold.readableMs / 1000).toFixed(2)} s ` +
          `(aim 3), cached ${(cached.readableMs / 1000).toFixed(2)} s (aim 2); ${cold.kilobytes.toFixed(0)} KB (aim 150), ` +
          `cached ${cached.kilobytes.toFixed(0)} KB\n`,
      );
    } finally {
      await browser.close();
    }
  }
}

async function measure(installation: Installation): Promise<void> {
  const token = await withTrades(installation, trades, async (client, user) => {
    await addDeals(client, user);
    await client.query('vacuum analyze');
    const issued = await installation.db.withTenant('app', user.userId, (tx) =>
      issueToken(tx, { userId: user.userId, name: 'Bench', scope: 'read', at: new Date() }),
    );
    await measureCalls(installation, client, { user, token: issued });
    if (programPath('chromium') === null)
      process.stdout.write('analytics: no Chromium here, no page is opened\n');
    else await measurePages(installation, user);
    return issued;
  });
  await measureStarts(installation, token);
}

/** Figures in memory beside plain loops; then the same through the program, beside one query; then pages on a slow phone. */
export async function analytics(): Promise<void> {
  summaries();
  await withProgram({ TERMINALS: 'none' }, measure);
}
