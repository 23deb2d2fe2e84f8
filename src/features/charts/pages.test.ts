import t, { type Test } from 'tap';
import { testApp } from '../../testing/app.js';
import { keepBars } from '../../testing/bars.js';
import { person } from '../../testing/cast.js';
import {
  accessibilityFaults,
  complaintsOf,
  launchChromium,
  overflows,
  screens,
} from '../../testing/chromium.js';
import { freePort } from '../../testing/free-port.js';
import { needs } from '../../testing/needs.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades } from '../../testing/trades.js';

t.setTimeout(600_000);

const hourMs = 3_600_000;

async function desk(t: Test, env: Record<string, string> = {}) {
  const sync = scriptedSync();
  const world = await testApp(t, { sync, env });
  const [anna, bob] = [await person(world, 'anna'), await person(world, 'bob')];
  const { accountId } = await seedAccount(world, anna.userId, { trades: 0 });
  const openedAt = new Date(world.clock.now().getTime() - 30 * hourMs);
  const [id = ''] = await seedTrades(world, { userId: anna.userId, accountId }, [
    { openedAt, closedAt: new Date(openedAt.getTime() + 5 * hourMs), stopLoss: 1.07, takeProfit: 1.09 },
  ]);
  return { sync, world, anna, bob, id };
}

const drawn = (html: string) =>
  JSON.parse(
    (/data-candles="([^"]+)"/.exec(html)?.[1] ?? '{}').replaceAll('&quot;', '"').replaceAll('&#39;', "'"),
  ) as {
    t: number[];
    marks: { label: string; buy: boolean; kind: string }[];
    levels: { kind: string }[];
  };

await t.test(
  'a trade is drawn with a mark for each fill, and asked for once where it is not kept',
  async (t) => {
    const { sync, world, anna, bob, id } = await desk(t);
    const asked: string[] = [];
    sync.askCandles = ({ name, frame }) => {
      asked.push(`${name} ${frame}`);
      return 'coming';
    };
    const get = async (query = '?timeframe=H1') =>
      (await anna.browser.get(`/trades/${id}/chart${query}`)).body;
    t.match(await get(), /hx-trigger="refresh, load delay:1s"/);
    t.same(asked, ['EURUSD H1']);
    for (const [standing, why] of [
      ['unknown', /knows no symbol EURUSD/],
      ['silent', /did not answer/],
      ['off', /No prices are read/],
    ] as const) {
      sync.askCandles = () => standing;
      const html = await get();
      t.match(html, why);
      t.notMatch(html, 'load delay', 'and it is not asked again and again');
    }
    await keepBars(world, 'H1', 300);
    const chart = drawn(await get());
    t.same(
      chart.marks.map(({ label, buy, kind }) => [label, buy, kind]),
      [
        ['0.10 in', true, 'in'],
        ['0.10 out', false, 'out'],
      ],
    );
    t.same(
      chart.levels.map(({ kind }) => kind),
      ['entry', 'stop', 'target'],
    );
    t.equal((await bob.browser.get(`/trades/${id}/chart`)).statusCode, 404, 'another one’s trade');
    t.equal((await world.browser().get(`/trades/${id}/chart`)).statusCode, 303, 'a stranger');
  },
);

await t.test('a symbol has its chart with everybody’s bars and one’s own fills', async (t) => {
  const { world, anna, bob, id } = await desk(t);
  await keepBars(world, 'H1', 900);
  const list = await anna.browser.get('/charts');
  t.match(list.body, 'href="/charts/EURUSD"');
  t.match((await bob.browser.get('/charts')).body, 'No symbol yet');
  const own = await anna.browser.get('/charts/EURUSD');
  t.same(
    drawn(own.body).marks.map(({ label }) => label),
    ['0.10 in', '0.10 out'],
  );
  t.match(own.body, `/trades/${id}`);
  const others = await bob.browser.get('/charts/EURUSD');
  t.same(drawn(others.body).marks, [], 'nobody sees what others did');
  t.notMatch(others.body, id);
  const { t: times } = drawn(own.body);
  t.equal(times.length, 400);
  const older = (await anna.browser.get(`/charts/EURUSD/candles?timeframe=H1&before=${times[0] ?? 0}`)).json<{
    t: number[];
    marks: unknown[];
  }>();
  t.equal(older.t.at(-1), (times[0] ?? 0) - 3_600, 'the next stretch joins');
  t.equal(older.t.length, 400);
  t.equal((await anna.browser.get('/charts/NOTHING')).statusCode, 404);
  t.equal((await anna.browser.get('/charts?symbol=EURUSD')).headers.location, '/charts/EURUSD');
});

await t.test(
  'a chart whose bars are not kept asks the broker for them once, and says why where they do not come',
  async (t) => {
    const { sync, world, anna } = await desk(t);
    const asked: object[] = [];
    sync.askCandles = (wish) => {
      asked.push(wish);
      return 'coming';
    };
    const get = async () => (await anna.browser.get('/charts/EURUSD?timeframe=H1')).body;
    t.match(await get(), /id="symbol-chart"[^>]*hx-trigger="load delay:1s, refresh"/);
    t.match(await get(), 'The broker is being asked for these candles, once.');
    t.same(asked[0], asked[1], 'the same stretch, so that one question serves both');
    sync.askCandles = () => 'silent';
    const silent = await get();
    t.match(silent, 'The terminal of prices did not answer');
    t.notMatch(silent, 'load delay', 'and it is not asked again and again');
    await keepBars(world, 'H1', 900);
    sync.askCandles = () => t.fail('nothing is asked for what is kept') as never;
    t.notMatch(await get(), /load delay|No candles/);
  },
);

await t.test(
  'in a browser the candles are painted, move by keys and fetch what is older',
  needs('chromium'),
  async (t) => {
    const port = await freePort();
    const { world, anna, id } = await desk(t, { PORT: String(port) });
    await keepBars(world, 'H1', 900);
    await keepBars(world, 'M30', 400);
    await world.app.listen({ host: '127.0.0.1', port });
    const url = `http://127.0.0.1:${port}`;
    const browser = await launchChromium();
    t.teardown(() => browser.close());
    for (const [screen, viewport] of Object.entries(screens)) {
      const context = await browser.newContext({ viewport });
      const name = world.kit.cookies.session;
      await context.addCookies([{ name, value: anna.browser.cookie(name) ?? '', url }]);
      for (const path of ['/charts', '/charts/EURUSD?timeframe=H1', `/trades/${id}`]) {
        const page = await context.newPage();
        const complaints = complaintsOf(page);
        await page.goto(url + path);
        if (path !== '/charts') await page.waitForSelector('.candles canvas');
        await page.waitForLoadState('networkidle');
        t.same(
          [...complaints, ...(await accessibilityFaults(page)), await overflows(page)],
          [false],
          `${path} on a ${screen}`,
        );
        await page.screenshot({
          path: `var/screenshots/candles-${path.replaceAll(/[^a-z]/gi, '')}-${screen}.png`,
          fullPage: true,
        });
        await page.close();
      }
      await context.close();
    }
    const context = await browser.newContext({ viewport: screens.desktop });
    const name = world.kit.cookies.session;
    await context.addCookies([{ name, value: anna.browser.cookie(name) ?? '', url }]);
    const page = await context.newPage();
    await page.goto(`${url}/charts/EURUSD?timeframe=H1`);
    const place = page.locator('.candles .chart-place');
    await page.waitForSelector('.candles canvas');
    const colours = await page.evaluate<number>(
      `(() => { const c = document.querySelector('.candles canvas'); const d = new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer); return new Set(d).size; })()`,
    );
    t.ok(colours > 20, `${colours} colours are painted`);
    const viewAfter = async (key: string): Promise<number[]> => {
      await place.press(key);
      return ((await place.getAttribute('data-view')) ?? '').split(' ').map(Number);
    };
    const start = await viewAfter('0');
    const left = await viewAfter('ArrowLeft');
    t.ok((left[1] ?? 0) < (start[1] ?? 0), 'an arrow moves it');
    const near = await viewAfter('+');
    const wide = (view: number[]): number => (view[1] ?? 0) - (view[0] ?? 0);
    t.ok(wide(near) < wide(left), '+ zooms in');
    t.ok(wide(await viewAfter('-')) > wide(near), '- zooms out');
    t.same(await viewAfter('0'), start, '0 comes back');
    const older = page.waitForResponse(/\/charts\/EURUSD\/candles\?/);
    for (let press = 0; press < 8; press += 1) await place.press('Shift+ArrowLeft');
    t.equal((await older).status(), 200, 'older bars are fetched at the edge');
  },
);
