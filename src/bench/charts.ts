import pg from 'pg';
import { readCandles } from '../data/candles.js';
import { launchChromium } from '../testing/chromium.js';
import { programPath } from '../testing/needs.js';
import { withProgram, type Installation } from './installation.js';
import { addPeople, type BenchUser } from './people.js';
import { quantile } from './stats.js';

const turns = 60;
const views = 12;
const aimMs = 100;
const shown = 400;
const hourMs = 3_600_000;

/** Two years of hours of ten symbols, read in one stretch each. */
const fill = async (client: pg.Client): Promise<void> => {
  await client.query(
    `insert into candles (name, timeframe, opened_at, open, high, low, close, volume)
     select 'SYM' || s, 'H1', date_trunc('hour', now()) - h * interval '1 hour', 1.08, 1.09, 1.07, 1.08 + h % 7 / 1000.0, h
     from generate_series(0, 9) s, generate_series(0, 17519) h`,
  );
  await client.query(
    `insert into candle_stretches (name, timeframe, from_at, to_at, server)
     select 'SYM' || s, 'H1', now() - interval '730 days', now(), 'Bench-Demo' from generate_series(0, 9) s`,
  );
  await client.query('vacuum analyze candles');
};

async function timed(work: () => Promise<unknown>): Promise<{ p50: number; p95: number }> {
  const taken: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  return { p50: quantile(taken, 0.5), p95: quantile(taken, 0.95) };
}

const say = (what: string, { p50, p95 }: { p50: number; p95: number }, note = ''): void =>
  void process.stdout.write(
    `charts: ${what.padEnd(46)} p50 ${p50.toFixed(1).padStart(6)} ms, p95 ${p95.toFixed(1).padStart(6)} ms${note}\n`,
  );

/** Of one view, in ms: until the browser has painted anything of the page, and from the parsed page to drawn candles. */
interface View {
  firstPaint: number;
  drawn: number;
}

const looking = `document.addEventListener('candles:drawn', () => {
  const [page] = performance.getEntriesByType('navigation');
  window.drawnMs = performance.now() - page.domInteractive;
})`;
const firstPaint = `(() => {
  const [page] = performance.getEntriesByType('navigation');
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  return paint && paint.startTime - page.responseEnd;
})()`;

/** With everything but the page in the browser's cache. */
async function viewsOf(url: string, user: BenchUser): Promise<View[]> {
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, bypassCSP: true });
    await context.addCookies([{ name: 'sid', value: user.session, url }]);
    await context.addInitScript(looking);
    const page = await context.newPage();
    const seen: View[] = [];
    for (let view = 0; view < views; view += 1) {
      await page.goto(`${url}/charts/SYM1?timeframe=H1`);
      await page.waitForFunction(`window.drawnMs !== undefined && ${firstPaint} !== undefined`);
      seen.push({
        firstPaint: await page.evaluate<number>(firstPaint),
        drawn: await page.evaluate<number>('window.drawnMs'),
      });
    }
    // The first fills the cache.
    return seen.slice(1);
  } finally {
    await browser.close();
  }
}

async function measure({ url, db, address }: Installation): Promise<void> {
  const [user] = await addPeople(db, 1);
  if (user === undefined) throw new Error('There is nobody.');
  const client = new pg.Client({ ...address, user: 'postgres' });
  await client.connect();
  try {
    await fill(client);
    const bare = await timed(() =>
      client.query(
        'select * from candles where name = $1 and timeframe = $2 order by opened_at desc limit $3',
        ['SYM1', 'H1', shown],
      ),
    );
    say(`bare index scan of ${shown} bars`, bare);
    const ratio = ({ p50 }: { p50: number }): string => ` (${(p50 / bare.p50).toFixed(1)}x the scan)`;
    const toMs = Math.floor(Date.now() / hourMs) * hourMs;
    const wish = { name: 'SYM1', frame: 'H1', fromMs: toMs - shown * hourMs, toMs } as const;
    const read = await timed(() => db.withTenant('app', user.userId, (tx) => readCandles(tx, wish)));
    say('the same from the cache, with its gaps', read, ratio(read));
    const open = async (path: string): Promise<void> => {
      const answer = await fetch(url + path, { headers: { cookie: `sid=${user.session}` } });
      await answer.text();
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
    };
    const page = await timed(() => open('/charts/SYM1?timeframe=H1'));
    say('the page of a symbol', page, ratio(page));
    const older = await timed(() => open(`/charts/SYM1/candles?timeframe=H1&before=${toMs / 1000}`));
    say('older bars of it', older, ratio(older));
    if (programPath('chromium') === null) {
      process.stdout.write('charts: no Chromium here, nothing is painted\n');
      return;
    }
    const seen = await viewsOf(url, user);
    const of = (name: keyof View) => {
      const taken = seen.map((view) => view[name]);
      return { p50: quantile(taken, 0.5), p95: quantile(taken, 0.95) };
    };
    say('Chromium: until the page shows anything', of('firstPaint'));
    say('Chromium: from the parsed page to its candles', of('drawn'), ` (aim ${aimMs} ms)`);
  } finally {
    await client.end();
  }
}

/** The chart of a symbol beside the least that its bars can cost, and how soon it is painted. */
export const charts = (): Promise<void> => withProgram({ TERMINALS: 'none' }, measure);
