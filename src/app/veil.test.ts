import type { Page } from 'playwright-core';
import t from 'tap';
import { testApp } from '../testing/app.js';
import { person } from '../testing/cast.js';
import { launchChromium, screens } from '../testing/chromium.js';
import { freePort } from '../testing/free-port.js';
import { needs } from '../testing/needs.js';
import { seedAccount } from '../testing/trading.js';
import { seedTrades } from '../testing/trades.js';

t.setTimeout(600_000);

/**
 * Sums of money that can be read: a sign before two decimals, or the currency behind a number, outside of what is covered.
 * Rates, ratios and prices have no sign; shares have their per cent sign behind them, and R has one digit.
 */
const readable = `(() => {
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const place = node.parentElement;
    if (!place.checkVisibility() || place.closest('[data-sum], script, style, .unseen, option, dialog')) continue;
    if (/[+−]\\d[\\d\\u202f]+\\.\\d\\d(?!\\d| ?%| ?R\\b)|\\d ?(USD|EUR)\\b/.test(node.data))
      found.push(place.textContent.replace(/\\s+/g, ' ').trim().slice(0, 80));
  }
  return found;
})()`;

const isVeiled = (page: Page): Promise<boolean> =>
  page.evaluate("document.documentElement.hasAttribute('data-veiled')");

void t.test('money is covered and shown by one key', needs('chromium'), async (t) => {
  const port = await freePort();
  const world = await testApp(t, { env: { PORT: String(port) } });
  await world.app.listen({ host: '127.0.0.1', port });
  const url = `http://127.0.0.1:${port}`;
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, {
    label: 'Swing',
    trades: 30,
    isExposed: true,
  });
  const [tradeId = ''] = await seedTrades(world, { userId: anna.userId, accountId }, [
    { gross: -7_777, swap: -55, commission: -35 },
    ...Array.from({ length: 20 }, (_, at) => ({ gross: 12_300 + at, swap: -1_100, commission: -1_235 })),
  ]);
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const context = await browser.newContext({ viewport: screens.desktop });
  const name = world.kit.cookies.session;
  await context.addCookies([{ name, value: anna.browser.cookie(name) ?? '', url }]);
  const page = await context.newPage();
  const go = (path: string) => page.goto(url + path, { waitUntil: 'networkidle' });

  await t.test('and the choice stays, from the first moment of the next page on', async (t) => {
    await go('/trades');
    t.ok((await page.locator('[data-sum]').allInnerTexts()).some((text) => /[+−]\d\d/.test(text)));
    t.notOk(await isVeiled(page));
    await page.keyboard.press('m');
    t.ok(await isVeiled(page));
    const { body } = await page.request
      .get(`${url}/dashboard`)
      .then(async (answer) => ({ body: await answer.text() }));
    t.match(body, /<html[^>]*data-veiled/, 'the server draws it covered');
    await go('/trades/new');
    await page.getByLabel('Symbol', { exact: true }).pressSequentially('mmm');
    t.ok(await isVeiled(page), 'what is typed turns nothing');
  });

  for (const path of [
    '/dashboard',
    '/accounts',
    `/accounts/${accountId}`,
    '/trades',
    `/trades/${tradeId}`,
    '/analytics',
    '/analytics/figures',
    '/analytics/months',
    '/analytics/compare',
    '/calendar',
    '/charts',
    '/charts/EURUSD',
    '/journal',
    '/journal/days',
    '/eas',
  ])
    await t.test(`nothing on ${path} tells a sum`, async (t) => {
      await go(path);
      t.ok(await isVeiled(page));
      t.same(await page.evaluate<string[]>(readable), []);
    });

  await t.test('and once more shows it again', async (t) => {
    await go('/trades');
    await page.keyboard.press('m');
    t.notOk(await isVeiled(page));
    await page.reload();
    t.notOk(await isVeiled(page));
  });
});
