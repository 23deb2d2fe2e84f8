import type { BrowserContextOptions, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { testApp } from '../testing/app.js';
import { person } from '../testing/cast.js';
import {
  accessibilityFaults,
  complaintsOf,
  launchChromium,
  overflows,
  screens,
  withoutReplaced,
} from '../testing/chromium.js';
import { freePort } from '../testing/free-port.js';
import { needs } from '../testing/needs.js';
import { seedAccount } from '../testing/trading.js';

t.setTimeout(600_000);

/** Somebody with trades, at a browser of that kind. */
async function looking(t: Test, path: string, options: BrowserContextOptions) {
  const port = await freePort();
  const world = await testApp(t, { env: { PORT: String(port) } });
  await world.app.listen({ host: '127.0.0.1', port });
  const url = `http://127.0.0.1:${port}`;
  const anna = await person(world, 'anna');
  await seedAccount(world, anna.userId, { label: 'Evening gold', trades: 25 });
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const context = await browser.newContext(options);
  const name = world.kit.cookies.session;
  await context.addCookies([{ name, value: anna.browser.cookie(name) ?? '', url }]);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(url + path, { waitUntil: 'networkidle' });
  return { world, url, page, complaints, context };
}

const help = (page: Page) => page.locator('#figure-help');
const inWindow = (page: Page): Promise<boolean> =>
  page.evaluate(`(() => {
    const { left, top, right, bottom } = document.getElementById('figure-help').getBoundingClientRect();
    return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
  })()`);

void t.test('what a figure is', needs('chromium'), async (t) => {
  await t.test('is told while one points at it or comes to it by the keyboard, until Escape', async (t) => {
    const { page, complaints } = await looking(t, '/analytics', { viewport: screens.desktop });
    const figure = page.locator('.desk-cards [data-help]', { hasText: 'Win rate' });
    await figure.hover();
    await help(page).waitFor();
    t.match(
      await help(page).innerText(),
      /Win rate\s+How often, and not how much.*Formula\s+won ÷ all trades.*n\s+25: closed trades/s,
    );
    t.equal(await figure.getAttribute('aria-describedby'), 'figure-help');
    t.ok(await inWindow(page));
    t.same(await accessibilityFaults(page), []);
    await page.mouse.move(5, 400);
    await help(page).waitFor({ state: 'hidden' });
    t.equal(await figure.getAttribute('aria-describedby'), null);
    await page.locator('.desk-cards [data-help]').first().focus();
    await page.keyboard.press('Tab');
    await help(page).waitFor();
    t.match(await help(page).innerText(), /^Win rate/);
    await page.keyboard.press('Escape');
    await help(page).waitFor({ state: 'hidden' });
    await page.keyboard.press('Tab');
    t.match(await help(page).innerText(), /^Profit factor/);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/help/figures#journal-profitFactor');
    t.ok(await page.locator('#journal-profitFactor').isVisible());
    t.same(complaints, []);
  });

  await t.test('is told by a tap on a phone, and the second tap leads to all of them', async (t) => {
    const phone = { viewport: screens.phone, hasTouch: true, isMobile: true };
    const { page, complaints } = await looking(t, '/dashboard', phone);
    const figure = page.locator('#figures [data-help]', { hasText: 'Expectancy' });
    await figure.tap();
    await help(page).waitFor();
    t.match(await help(page).innerText(), /net ÷ trades/);
    t.ok(await inWindow(page));
    t.match(page.url(), /\/dashboard$/);
    await page.locator('#figures .figure-value').first().tap();
    await help(page).waitFor({ state: 'hidden' });
    await figure.tap();
    await help(page).waitFor();
    await figure.tap();
    await page.waitForURL('**/help/figures#journal-expectancy');
    t.notOk(await overflows(page));
    t.same(complaints, []);
  });

  await t.test('without scripts its name is a link', async (t) => {
    const options = { viewport: screens.phone, javaScriptEnabled: false };
    const { page } = await looking(t, '/analytics/figures', options);
    await page.getByRole('link', { name: 'Calmar' }).click();
    await page.waitForURL('**/help/figures#journal-calmar');
    await page.getByLabel('Find a figure').fill('ruin');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/help/figures?q=ruin');
    t.match(await page.locator('.figure-entry h3').first().innerText(), /Risk of ruin/);
  });

  await t.test('is found while one types', async (t) => {
    const { page, complaints } = await looking(t, '/help/figures', { viewport: screens.desktop });
    await page.getByLabel('Find a figure').pressSequentially('deviation r');
    await page.locator('#journal-swap').waitFor({ state: 'detached' });
    t.ok(await page.locator('#journal-sqn').isVisible());
    t.equal(await page.getByLabel('Find a figure').inputValue(), 'deviation r');
    t.match(page.url(), /q=deviation\+r|q=deviation%20r/);
    await page.keyboard.type(' nothing');
    await page.getByText('No figure of these words').waitFor();
    t.same(complaints, []);
  });
});

void t.test('Ctrl-K', needs('chromium'), async (t) => {
  await t.test(
    'reaches a trade by its ticket, a page behind another one and a chart, by keys alone',
    async (t) => {
      const { page, complaints } = await looking(t, '/dashboard', { viewport: screens.desktop });
      const chosen = page.locator('#palette [aria-selected="true"]');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('#70000');
      await chosen.getByText(/^EURUSD BUY/).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/trades\/[\w-]{36}$/);
      await page.keyboard.press('Control+k');
      await page.keyboard.type('figures mean');
      await chosen.getByText('What figures mean').waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/help/figures');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('eurusd chart');
      await chosen.getByText('EURUSD').waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/charts/EURUSD');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('nothing of the kind');
      await page.getByText('Nothing of that name.').waitFor();
      await page.keyboard.press('Escape');
      t.notOk(await page.locator('#palette').isVisible());
      t.same(withoutReplaced(complaints), []);
    },
  );

  await t.test('is a button on a phone, and takes a thumb', async (t) => {
    const phone = { viewport: screens.phone, hasTouch: true, isMobile: true };
    const { page, complaints } = await looking(t, '/trades', phone);
    await page.getByRole('button', { name: /Go to/ }).tap();
    await page.keyboard.type('evening');
    const place = page.locator('#palette [role="option"]', { hasText: 'Evening gold' });
    await place.first().waitFor();
    t.same(await accessibilityFaults(page), []);
    t.notOk(await overflows(page));
    await place.first().tap();
    await page.waitForURL(/\/accounts\/[\w-]{36}/);
    t.same(withoutReplaced(complaints), []);
  });
});
