import { join } from 'node:path';
import t, { type Test } from 'tap';
import { saveCandles } from '../../data/brokers.js';
import { recordDeals } from '../../data/deals.js';
import { addSnapshot } from '../../data/snapshots.js';
import { dealType } from '../../domain/deal.js';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { accessibilityFaults, complaintsOf, launchChromium, screens } from '../../testing/chromium.js';
import { projectRoot } from '../../testing/database.js';
import { freePort } from '../../testing/free-port.js';
import { needs } from '../../testing/needs.js';
import { deal, seedAccount } from '../../testing/trading.js';
import { seedTrades } from '../../testing/trades.js';
import { painted, boxOf, isZoomed, sentOf, tableOf } from '../../testing/chart-page.js';

t.setTimeout(600_000);

const dayMs = 86_400_000;
const count = 160;

/** 160 trades, one in 18 hours, with a deposit and a withdrawal between them. */
async function world(t: Test) {
  const port = await freePort();
  const app = await testApp(t, { env: { PORT: String(port) } });
  await app.app.listen({ host: '127.0.0.1', port });
  const url = `http://127.0.0.1:${port}`;
  const anna = await person(app, 'anna');
  const { accountId } = await seedAccount(app, anna.userId, { trades: 0 });
  const owner = { userId: anna.userId, accountId };
  const now = app.clock.now();
  const startMs = now.getTime() - 130 * dayMs;
  const wishes = Array.from({ length: count }, (_, at) => {
    const openedAt = new Date(startMs + at * 0.75 * dayMs);
    const gross = Math.round(4_000 * Math.sin(at * 1.9) + 900 + 2_600 * Math.sin(at / 14));
    // A tenth of a lot: a hundredth of a cent of the price is ten cents.
    const closePrice = 1.08 + gross / 1e6;
    const closedAt = new Date(openedAt.getTime() + 3_600_000);
    return { openedAt, closedAt, gross, commission: -35, openPrice: 1.08, closePrice };
  });
  await seedTrades(app, owner, wishes);
  // Of the last 60 the bars are kept.
  const bars = wishes.slice(-60).flatMap(({ openedAt, closePrice }, at) =>
    [0, 1_800_000].map((later) => ({
      ...{ openedAt: new Date(openedAt.getTime() + later), open: 1.08, close: closePrice, volume: 10 },
      low: Math.min(1.08, closePrice) - 0.0005 - (at % 7) / 5_000,
      high: Math.max(1.08, closePrice) + 0.0004 + (at % 5) / 4_000,
    })),
  );
  await app.db.withTenant('sync', anna.userId, async (tx) => {
    await saveCandles(tx, { name: 'EURUSD', timeframe: 'M30' }, bars);
    // Watched on two evenings.
    for (const days of [40, 85])
      for (let minute = 0; minute < 4_000; minute += 8)
        await addSnapshot(tx, owner, {
          at: new Date(startMs + days * dayMs + minute * 60_000),
          ...{ company: 'A', currency: 'USD', currencyDigits: 2, marginMode: 2, leverage: 100 },
          ...{ balance: '1500.00', credit: '0.00', floating: '0.00', margin: '0.00', freeMargin: '1500.00' },
          equity: (1_500 + 260 * Math.sin(minute / 300)).toFixed(2),
          marginLevel: null,
        });
  });
  const flow = (ticket: number, profit: number, days: number) =>
    deal(ticket, { ...{ type: dealType.balance, symbol: '', profit }, serverMs: startMs + days * dayMs });
  await app.db.withTenant('app', anna.userId, (tx) =>
    recordDeals(tx, owner, [flow(9_001, 50_000, -1), flow(9_002, -20_000, 70)], { at: now, digits: 2 }),
  );
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const open = async (path: string, viewport: { width: number; height: number } = screens.desktop) => {
    const context = await browser.newContext({ viewport, hasTouch: viewport.width < 500 });
    const name = app.kit.cookies.session;
    await context.addCookies([{ name, value: anna.browser.cookie(name) ?? '', url }]);
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(url + path, { waitUntil: 'networkidle' });
    return { page, complaints };
  };
  return { app, owner, open, url };
}

const id = 'analytics-curve';

void t.test('charts of figures in a real browser', needs('chromium'), async (t) => {
  const { open } = await world(t);

  await t.test('every chart is drawn, and nothing complains', async (t) => {
    for (const [screen, viewport] of Object.entries(screens)) {
      const { page, complaints } = await open('/analytics', viewport);
      for (const one of [id, 'chart-mae', 'chart-mfe', 'rolling-won', 'rolling-factor', 'rolling-each'])
        t.ok((await painted(page, one)) > 1_000, `${one} on a ${screen}`);
      t.same(await accessibilityFaults(page), [], screen);
      await page.screenshot({
        path: join(projectRoot, 'var', 'screenshots', `charts-${screen}.png`),
        fullPage: true,
      });
      t.same(complaints, [], screen);
      await page.context().close();
    }
  });

  await t.test('the table behind a chart tells what is drawn, in at most 60 rows', async (t) => {
    const { page } = await open('/analytics');
    const { values, peaks, flows } = await sentOf(page, id);
    const rows = await tableOf(page, id);
    t.ok(rows.length > 12 && rows.length <= 60, `${rows.length} rows`);
    const drawn = new Set(values.map((value, at) => `${value} ${(value - (peaks[at] ?? 0)).toFixed(2)}`));
    t.same(
      rows.filter(([, value, , fall]) => !drawn.has(`${String(value)} ${Number(fall).toFixed(2)}`)),
      [],
      'each row is a point',
    );
    t.equal(rows.at(-1)?.[1], values.at(-1));
    t.equal(Math.min(...rows.map(([, value]) => Number(value))), Math.min(...values));
    t.equal(Math.max(...rows.map(([, value]) => Number(value))), Math.max(...values));
    t.equal(
      Math.min(...rows.map(([, , , fall]) => Number(fall))),
      Number(Math.min(...values.map((value, at) => value - (peaks[at] ?? 0))).toFixed(2)),
      'the deepest fall is there',
    );
    const paid = await tableOf(page, id, 1);
    t.same(
      paid.map(([, amount]) => amount),
      flows.map(([, amount]) => amount),
    );
    await page.locator(`#${id} summary`).click();
    t.ok(await page.locator(`#${id} .as-table table`).first().isVisible());
  });

  await t.test(
    'dragging over a stretch shows it alone, and a double click or Escape shows all',
    async (t) => {
      const { page, complaints } = await open('/analytics');
      const box = await boxOf(page, id);
      const drag = async (): Promise<void> => {
        await page.mouse.move(box.x + box.width * 0.3, box.y + 60);
        await page.mouse.down();
        await page.mouse.move(box.x + box.width * 0.5, box.y + 70, { steps: 5 });
        await page.mouse.up();
      };
      const ticks = (): Promise<string> =>
        page.evaluate(`document.querySelector('#${id} canvas').toDataURL().length + ''`);
      const whole = await ticks();
      t.notOk(await isZoomed(page, id));
      await drag();
      await page.locator(`#${id}[data-zoomed]`).waitFor();
      t.not(await ticks(), whole, 'another picture');
      await page.mouse.dblclick(box.x + box.width * 0.4, box.y + 60);
      await page.locator(`#${id}:not([data-zoomed])`).waitFor();
      await drag();
      await page.locator(`#${id}[data-zoomed]`).waitFor();
      await page.keyboard.press('Escape');
      await page.locator(`#${id}:not([data-zoomed])`).waitFor();
      await drag();
      await page.locator(`#${id} .chart-reset`).click();
      await page.locator(`#${id}:not([data-zoomed])`).waitFor();
      await page.mouse.move(box.x + box.width * 0.5, box.y + 60);
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -300);
      await page.keyboard.up('Control');
      await page.locator(`#${id}[data-zoomed]`).waitFor();
      t.same(complaints, []);
    },
  );

  await t.test('keys zoom, move along and show all again', async (t) => {
    const { page } = await open('/analytics');
    const legend = (): Promise<string> => page.locator(`#${id} .u-legend .u-value`).first().innerText();
    await page.locator(`#${id} .chart-place`).focus();
    const rest = await legend();
    await page.keyboard.press('ArrowRight');
    t.not(await legend(), rest, 'the first point is told');
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await page.locator(`#${id}[data-zoomed]`).waitFor();
    const before = await page.evaluate(`document.querySelector('#${id} canvas').toDataURL()`);
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(
      `document.querySelector('#${id} canvas').toDataURL() !== ${JSON.stringify(before)}`,
    );
    await page.keyboard.press('0');
    await page.locator(`#${id}:not([data-zoomed])`).waitFor();
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('=');
    for (let press = 0; press < 9; press += 1) await page.keyboard.press('-');
    await page.locator(`#${id}:not([data-zoomed])`).waitFor();
    t.pass();
  });

  await t.test('equity is drawn where somebody watched, and the legend says where nobody did', async (t) => {
    const { page } = await open('/analytics');
    const { equity } = await sentOf(page, id);
    const runs = equity.filter((value, at) => value !== null && (equity[at - 1] ?? null) === null);
    t.equal(runs.length, 3, 'two stretches and the last reading, broken between');
    await page.locator(`#${id} .chart-place`).focus();
    await page.keyboard.press('ArrowRight');
    t.match(await page.locator(`#${id} .u-legend`).innerText(), 'not watched');
    t.match(await page.locator(`#${id} .chart-words`).innerText(), /dashed line is the equity/);
  });

  await t.test(
    'a dot of a trade is gone to by arrows and Enter, and tells the same as the trade',
    async (t) => {
      const { page, complaints } = await open('/analytics');
      t.match(
        await page.getByRole('region', { name: 'MAE and MFE' }).innerText(),
        /known of 60 of these 160/,
      );
      const dots = await page.evaluate<{ x: number[]; hrefs: string[] }>(
        `JSON.parse(document.getElementById('chart-mae').dataset.columns)`,
      );
      t.equal(dots.x.length, 60);
      t.ok(dots.x.every((adverse) => adverse <= 0));
      const known = new Set(dots.x);
      t.same(
        (await tableOf(page, 'chart-mae')).filter(([, adverse]) => !known.has(Number(adverse))),
        [],
      );
      await page.locator('#chart-mae .chart-place').focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.waitForURL(`**${dots.hrefs[0] ?? ''}`);
      const fact = await page.locator('.facts div', { hasText: 'MAE / MFE' }).innerText();
      t.match(fact.replaceAll('\u202f', ''), (dots.x[0] ?? 0).toFixed(2).replace('-', '−'));
      t.match(fact, /at least; in price/);
      t.same(complaints, []);
    },
  );

  await t.test('two fingers that part show a stretch alone, on a phone', async (t) => {
    const { page, complaints } = await open('/analytics', screens.phone);
    await page.locator(`#${id}`).scrollIntoViewIfNeeded();
    const box = await boxOf(page, id);
    const cdp = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number) =>
      cdp.send('Input.dispatchTouchEvent', {
        type,
        touchPoints:
          type === 'touchEnd'
            ? []
            : [-1, 1].map((side, finger) => ({
                x: box.x + box.width / 2 + (side * apart) / 2,
                y: box.y + 60,
                id: finger,
              })),
      });
    t.notOk(await isZoomed(page, id));
    await touch('touchStart', 40);
    for (const apart of [70, 110, 160]) await touch('touchMove', apart);
    await touch('touchEnd', 0);
    await page.locator(`#${id}[data-zoomed]`).waitFor();
    await touch('touchStart', 200);
    for (const apart of [120, 60, 20]) await touch('touchMove', apart);
    await touch('touchEnd', 0);
    await page.locator(`#${id}:not([data-zoomed])`).waitFor();
    t.same(complaints, []);
  });

  await t.test('near a payment its amount is told', async (t) => {
    const { page } = await open('/analytics');
    const { times, flows } = await sentOf(page, id);
    const box = await boxOf(page, id);
    const [first = 0, last = 1] = [times[0], times.at(-1)];
    const share = ((flows.find(([, amount]) => amount < 0)?.[0] ?? 0) - first) / (last - first);
    await page.mouse.move(box.x + box.width * share + 2, box.y + box.height - 6);
    const tip = page.locator(`#${id} .chart-tip`);
    await tip.waitFor({ state: 'visible' });
    t.match(await tip.innerText(), /^Withdrawal −200\.00 USD, /);
    await page.mouse.move(box.x + box.width * (share - 0.2), box.y + 60);
    await tip.waitFor({ state: 'hidden' });
  });

  await t.test(
    'another filter and another page draw again, and pages without charts load none',
    async (t) => {
      const { page, complaints } = await open('/analytics/figures');
      const scripts = (): Promise<number> =>
        page.evaluate(
          `performance.getEntriesByType('resource').filter(({ name }) => /uplot/i.test(name)).length`,
        );
      t.equal(await scripts(), 0);
      await page.getByRole('link', { name: 'Overview' }).click();
      await page.locator(`#${id} canvas`).waitFor();
      t.ok((await painted(page, id)) > 1_000);
      const before = await sentOf(page, id);
      await page.locator('#f-side').selectOption('buy');
      await page.locator(`#${id}[data-columns*='"name":"Net"'] canvas`).waitFor();
      t.not((await sentOf(page, id)).values.length, before.values.length);
      t.ok((await painted(page, id)) > 1_000);
      t.same(complaints, []);
    },
  );
});
