import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { testApp } from '../testing/app.js';
import { person } from '../testing/cast.js';
import {
  accessibilityFaults,
  complaintsOf,
  launchChromium,
  overflows,
  screens,
} from '../testing/chromium.js';
import { freePort } from '../testing/free-port.js';
import { needs } from '../testing/needs.js';
import { seedAccount } from '../testing/trading.js';
import { seedTrades } from '../testing/trades.js';

t.setTimeout(600_000);

/** 120 trades of one person, and a page that is signed in as that person. */
async function opened(
  t: Test,
  screen: keyof typeof screens,
): Promise<{ page: Page; url: string; complaints: string[] }> {
  const port = await freePort();
  const world = await testApp(t, { env: { PORT: String(port) } });
  await world.app.listen({ host: '127.0.0.1', port });
  const url = `http://127.0.0.1:${port}`;
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { label: 'Swing', trades: 0 });
  await seedTrades(
    world,
    { userId: anna.userId, accountId },
    Array.from({ length: 120 }, (_, n) => ({
      openedAt: new Date(Date.UTC(2026, 0, 5, n)),
      side: n % 2 === 0 ? ('buy' as const) : ('sell' as const),
      name: n % 3 === 0 ? 'XAUUSD' : 'EURUSD',
      symbol: n % 3 === 0 ? 'XAUUSD' : 'EURUSD',
    })),
  );
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const context = await browser.newContext({ viewport: screens[screen] });
  const name = world.kit.cookies.session;
  await context.addCookies([{ name, value: anna.browser.cookie(name) ?? '', url }]);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(`${url}/trades`, { waitUntil: 'networkidle' });
  return { page, url, complaints };
}

const focusedRow = (page: Page): Promise<number> =>
  page.evaluate(
    '[...document.querySelectorAll(".trade-list tbody tr")].indexOf(document.activeElement.closest("tr"))',
  );

void t.test('the list without a mouse', needs('chromium'), async (t) => {
  const { page, url, complaints } = await opened(t, 'desktop');
  await page.keyboard.press('j');
  t.equal(await focusedRow(page), 0);
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  t.equal(await focusedRow(page), 2);
  await page.keyboard.press('k');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('k');
  t.equal(await focusedRow(page), 0, 'it ends where the list does');

  await page.keyboard.press('?');
  t.ok(await page.locator('dialog#keys').isVisible());
  t.same(await accessibilityFaults(page), []);
  await page.keyboard.press('j');
  await page.keyboard.press('Escape');
  t.notOk(await page.locator('dialog#keys').isVisible());

  await page.keyboard.press('/');
  await page.keyboard.type('XAUUSD?j');
  t.equal(await page.locator('#f-symbol').inputValue(), 'XAUUSD?j', 'who types means the field');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${url}/trades?symbol=XAUUSD`);
  await page.locator('.list-place', { hasText: '1\u201340 of 40' }).waitFor();

  await page.locator('h1').click();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/trades\/[0-9a-f-]{36}\?symbol=XAUUSD/);
  t.same(complaints, []);
});

void t.test('views and columns by their menus', needs('chromium'), async (t) => {
  const { page, url, complaints } = await opened(t, 'desktop');
  await page.goto(`${url}/trades?side=sell`, { waitUntil: 'networkidle' });
  await page.locator('.views-menu > summary').click();
  await page.locator('#view-name').fill('Shorts');
  await page.keyboard.press('Enter');
  await page.locator('.views-label', { hasText: 'Shorts' }).waitFor();
  t.equal(page.url(), `${url}/trades?side=sell`);
  await page.locator('.columns-menu > summary').click();
  await page.locator('.columns-menu input[value="gross"]').check();
  t.same(await accessibilityFaults(page), []);
  await page.locator('.columns-menu button', { hasText: 'Show these' }).click();
  await page.locator('#sort-gross').waitFor();
  t.notOk(await overflows(page));
  t.same(complaints, []);
});

void t.test('on a phone the cards go on while one scrolls', needs('chromium'), async (t) => {
  const { page, complaints } = await opened(t, 'phone');
  const cards = (): Promise<number> => page.locator('.trade-list .row-link').count();
  t.equal(await cards(), 50);
  t.notOk(await page.locator('.list-pager').isVisible(), 'there is nothing to turn');
  t.notOk(await overflows(page));
  for (const wanted of [100, 120]) {
    await page.evaluate('window.scrollTo(0, document.body.scrollHeight)');
    await page
      .locator('.trade-list .row-link')
      .nth(wanted - 1)
      .waitFor();
  }
  t.equal(await cards(), 120);
  t.equal(await page.locator('.more-row').count(), 0);
  t.notOk(await overflows(page));
  t.same(await accessibilityFaults(page), []);
  t.same(complaints, []);
});

void t.test('a wide screen turns pages and loads no more by itself', needs('chromium'), async (t) => {
  const { page } = await opened(t, 'desktop');
  await page.evaluate('window.scrollTo(0, document.body.scrollHeight)');
  await page.locator('.list-pager a[rel="next"]').click();
  await page.waitForURL(/page=2/);
  await page.locator('.list-place', { hasText: '51\u2013100 of 120' }).waitFor();
  t.equal(await page.locator('.trade-list .row-link').count(), 50);
});
