import t, { type Test } from 'tap';
import { recordDeals } from '../../data/deals.js';
import { dealType } from '../../domain/deal.js';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { launchChromium } from '../../testing/chromium.js';
import { freePort } from '../../testing/free-port.js';
import { needs } from '../../testing/needs.js';
import { deal, seedAccount } from '../../testing/trading.js';
import { seedTrades, type WishedTrade } from '../../testing/trades.js';
import { withoutHelp } from '../../testing/steps.js';

t.setTimeout(600_000);

const closedAt = (text: string, gross: number, more: Partial<WishedTrade> = {}): WishedTrade => ({
  openedAt: new Date(Date.parse(text) - 600_000),
  closedAt: new Date(text),
  gross,
  commission: 0,
  ...more,
});

async function world(t: Test, wishes: readonly WishedTrade[], env: Record<string, string> = {}) {
  const app = await testApp(t, { env });
  const anna = await person(app, 'anna');
  const { accountId } = await seedAccount(app, anna.userId, { trades: 0, label: 'Swing' });
  const owner = { userId: anna.userId, accountId };
  const paidIn = deal(1, {
    ...{ type: dealType.balance, profit: 100_000, symbol: '' },
    serverMs: Date.parse('2023-01-01T00:00:00Z'),
  });
  await app.db.withTenant('app', anna.userId, (tx) =>
    recordDeals(tx, owner, [paidIn], { at: app.clock.now(), digits: 2 }),
  );
  await seedTrades(app, owner, wishes);
  const get = async (path: string): Promise<string> => {
    const answer = await anna.browser.get(path);
    t.equal(answer.statusCode, 200, path);
    return answer.body.replaceAll('\u202f', ' ').replaceAll('&amp;', '&');
  };
  const text = async (path: string): Promise<string> =>
    withoutHelp(await get(path))
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ');
  return { app, anna, get, text };
}

const gold = { symbol: 'XAUUSD', name: 'XAUUSD' };
const titles = (html: string): string[] =>
  [...html.matchAll(/<td [^>]*title="([^"]*)"/g)].map(([, one]) => one ?? '');

void t.test('months in money add up to their year, and lead to their trades', async (t) => {
  const { get } = await world(t, [
    closedAt('2024-11-05T10:00:00Z', 3_000),
    closedAt('2025-01-05T10:00:00Z', -1_000),
    closedAt('2025-03-05T10:00:00Z', 2_500, gold),
  ]);
  const html = await get('/analytics/months');
  const told = titles(html);
  for (const one of [
    'November 2024: +30.00 USD, 1 trade',
    '2024: +30.00 USD, 1 trade',
    'January 2025: −10.00 USD, 1 trade',
    '2025: +15.00 USD, 2 trades',
    'All years: +45.00 USD, 3 trades',
    'Every March: +25.00 USD, 1 trade',
  ])
    t.ok(told.includes(one), one);
  t.match(html, /href="\/trades\?[^"]*from=2025-03-01&to=2025-03-31/);
  t.match(await get('/analytics/months?symbol=XAUUSD'), /href="\/trades\?symbol=XAUUSD&[^"]*from=2025-03-01/);
});

void t.test('a month without trades is not zero, and says why', async (t) => {
  const { get } = await world(t, [
    closedAt('2026-01-05T10:00:00Z', 3_000),
    closedAt('2026-02-27T10:00:00Z', 100),
  ]);
  const told = titles(await get('/analytics/months'));
  t.ok(told.includes('March 2026: no trade closed'));
  t.ok(told.includes('April 2026 is still to come'));
});

void t.test('growth is multiplied, each month on the balance it began with', async (t) => {
  // 1000.00 were paid in: +10 %, then −5 % of 1100.00.
  const { get } = await world(t, [
    closedAt('2025-01-05T10:00:00Z', 10_000),
    closedAt('2025-03-05T10:00:00Z', -5_500),
  ]);
  const told = titles(await get('/analytics/months?in=twr'));
  t.ok(told.includes('January 2025: +10.00 %, 1 trade'), told.join());
  t.ok(told.includes('March 2025: −5.00 %, 1 trade'));
  t.ok(told.includes('2025: +4.50 %, 2 trades'));
});

void t.test('without filters this month stands beside the one before', async (t) => {
  const { text } = await world(t, [
    closedAt('2026-03-01T10:00:00Z', 3_000),
    closedAt('2026-02-10T10:00:00Z', 1_000),
    closedAt('2026-02-11T10:00:00Z', -400),
    closedAt('2025-02-11T10:00:00Z', 90_000),
  ]);
  const shown = await text('/analytics/compare');
  t.match(shown, 'A This month n 1 · Real USD');
  t.match(shown, 'B Last month n 2 · Real USD');
  t.match(shown, 'Net result +30.00 USD +6.00 USD +24.00 USD');
  t.match(shown, 'Win rate 100.0 % 50.0 % +50.0 points');
  t.match(shown, 'A +30.00 USD after 1');
});

void t.test('each side has filters of its own; what has no side is of both', async (t) => {
  const { get, text } = await world(t, [
    closedAt('2025-03-01T10:00:00Z', 3_000),
    closedAt('2025-03-02T10:00:00Z', 1_000, { side: 'sell' }),
    closedAt('2025-03-03T10:00:00Z', -700, gold),
  ]);
  t.match(
    await text('/analytics/compare?a.symbol=EURUSD&b.symbol=XAUUSD'),
    'Net result +40.00 USD −7.00 USD +47.00 USD',
  );
  t.match(
    await text('/analytics/compare?side=buy&a.symbol=EURUSD&b.symbol=XAUUSD'),
    'Net result +30.00 USD −7.00 USD +37.00 USD',
  );
  const html = await get('/analytics/compare?a.symbol=EURUSD&b.symbol=XAUUSD');
  t.match(html, 'href="/analytics/compare?a.symbol=XAUUSD&b.symbol=EURUSD"', 'they can be swapped');
  t.match(html, 'href="/analytics/compare?b.symbol=XAUUSD"', 'and a filter of one taken away');
});

void t.test('a side of which nothing is known says so, and differs by nothing known', async (t) => {
  const { text } = await world(t, [closedAt('2025-03-01T10:00:00Z', 3_000)]);
  const shown = await text('/analytics/compare?a.symbol=EURUSD&b.symbol=GBPUSD');
  t.match(shown, 'No closed trade is all of this at once.');
  t.match(shown, /Win rate 100.0 % — —/);
  for (const query of [
    'a.from=x',
    'a.symbol=NOTHING&b.symbol=NOTHING',
    'a.symbol=A&a.symbol=B',
    'b.period=never',
  ])
    t.match(await text(`/analytics/compare?${query}`), 'Compare', query);
});

void t.test('money of different kinds is never set against each other', async (t) => {
  const { app, anna, text } = await world(t, [closedAt('2025-03-01T10:00:00Z', 3_000)]);
  const { accountId } = await seedAccount(app, anna.userId, {
    trades: 0,
    category: 'Demo',
    label: 'Practice',
  });
  await seedTrades(app, { userId: anna.userId, accountId }, [closedAt('2025-03-01T10:00:00Z', 1_000)]);
  const shown = await text('/analytics/compare?a.account=Real&b.account=Demo');
  t.match(shown, 'Net result +30.00 USD +10.00 USD —');
  t.match(shown, 'Win rate 100.0 % 100.0 % 0.0 points');
});

void t.test('a report says whose it is, of what, and when it was made', async (t) => {
  const { text } = await world(t, [
    closedAt('2025-03-01T10:00:00Z', 3_000),
    closedAt('2025-03-05T10:00:00Z', -1_000, gold),
  ]);
  const shown = await text('/analytics/report?side=buy');
  for (const words of [
    'Trader anna@example.org',
    'Accounts Swing',
    'Money Real USD',
    'Closed 1 Mar 2025 to 5 Mar 2025',
    'Filters Buy',
    'Made 2 Mar 2026, 09:00, UTC',
    'Net result +20.00 USD',
  ])
    t.match(shown, words);
  // Each title stands above its table and in its caption.
  const parts = shown.split(/Best trades|Worst trades/);
  const [best = '', worst = ''] = [parts.at(-3), parts.at(-1)];
  t.match(best, 'EURUSD');
  t.notMatch(best, 'XAUUSD', 'a loss is none of the best');
  t.match(worst, 'XAUUSD');
});

const everyWeek = Array.from({ length: 160 }, (_, at) =>
  closedAt(
    new Date(Date.parse('2023-02-01T10:00:00Z') + at * 7 * 86_400_000).toISOString(),
    at % 3 === 0 ? -900 : 700,
    {
      ...(at % 2 === 0 ? gold : {}),
    },
  ),
);

void t.test(
  'a report on paper is A4, black on white, without the shell, and cuts no row',
  needs('chromium'),
  async (t) => {
    const port = await freePort();
    const { app, anna } = await world(t, everyWeek, { PORT: String(port) });
    await app.app.listen({ host: '127.0.0.1', port });
    const url = `http://127.0.0.1:${port}`;
    const browser = await launchChromium();
    t.teardown(() => browser.close());
    const context = await browser.newContext();
    const name = app.kit.cookies.session;
    await context.addCookies([{ name, value: anna.browser.cookie(name) ?? '', url }]);
    const page = await context.newPage();
    await page.goto(`${url}/analytics/report`, { waitUntil: 'networkidle' });
    await page.evaluate('window.print = () => { document.title = "printing"; }');
    await page.click('[data-print]');
    t.equal(await page.title(), 'printing', 'the button opens the dialog');
    await page.emulateMedia({ media: 'print' });
    const seen = `['.topbar', '.tabbar', '.footer', '.tabs', '.filters', '[data-print]', '.report-sheet'].filter((one) =>
    [...document.querySelectorAll(one)].some((found) => found.checkVisibility()))`;
    t.same(await page.evaluate(seen), ['.report-sheet']);
    const colours = `[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]`;
    t.same(await page.evaluate(colours), ['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
    const cuttable = `[...document.querySelectorAll('.report-sheet tr, .report-sheet .panel')].filter((one) => getComputedStyle(one).breakInside !== 'avoid').length`;
    t.equal(await page.evaluate(cuttable), 0);
    const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
    const boxes = [...pdf.matchAll(/\/MediaBox \[([\d. ]+)\]/g)].map(([, box]) =>
      box?.split(' ').map(Number).map(Math.round),
    );
    t.ok(boxes.length >= 2 && boxes.length <= 4, `${boxes.length} pages`);
    t.ok(boxes.every((box) => box?.[2] === 595 && box[3] === 842));
  },
);
