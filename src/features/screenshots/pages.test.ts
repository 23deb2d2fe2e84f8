import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { screenshotsOf, type Screenshot } from '../../data/screenshots.js';
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
import { pngOf } from '../../testing/pictures.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades } from '../../testing/trades.js';

t.setTimeout(600_000);

const hourMs = 3_600_000;

/** The page of a trade with its candles, as its owner sees it, and what is kept of it. */
async function opened(t: Test, screen: keyof typeof screens) {
  const port = await freePort();
  const world = await testApp(t, { sync: scriptedSync(), env: { PORT: String(port) } });
  await world.app.listen({ host: '127.0.0.1', port });
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { trades: 0 });
  const openedAt = new Date(world.clock.now().getTime() - 30 * hourMs);
  const [id = ''] = await seedTrades(world, { userId: anna.userId, accountId }, [
    { openedAt, closedAt: new Date(openedAt.getTime() + 5 * hourMs) },
  ]);
  for (const frame of ['M30', 'H1', 'H4'] as const) await keepBars(world, frame, 200);
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const context = await browser.newContext({ viewport: screens[screen] });
  const name = world.kit.cookies.session;
  const url = `http://127.0.0.1:${port}`;
  await context.addCookies([{ name, value: anna.browser.cookie(name) ?? '', url }]);
  const page = await context.newPage();
  const all = complaintsOf(page);
  // A redirect that a script does not follow is told as a request that was broken off.
  const complaints = (): string[] => all.filter((line) => !line.endsWith(`/trades/${id} net::ERR_ABORTED`));
  await page.goto(`${url}/trades/${id}`, { waitUntil: 'networkidle' });
  await page.waitForSelector('#picture-drop');
  const kept = (): Promise<Screenshot[]> =>
    world.db.withTenant('app', anna.userId, (tx) => screenshotsOf(tx, anna.userId, id));
  return { page, url, complaints, kept, id };
}

/** A picture of so many pixels, larger than anything that is taken, as an event hands it over. */
const handed = (event: string, target: string): string => `(async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 6000, height: 4000 });
  const context = canvas.getContext('2d');
  const noise = context.createImageData(1500, 1000);
  for (let at = 0; at < noise.data.length; at += 65536) crypto.getRandomValues(noise.data.subarray(at, at + 65536));
  for (let x = 0; x < 6000; x += 1500) for (let y = 0; y < 4000; y += 1000) context.putImageData(noise, x, y);
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/png'));
  const files = new DataTransfer();
  files.items.add(new File([blob], 'large.png', { type: 'image/png' }));
  const more = { bubbles: true, cancelable: true, dataTransfer: files, clipboardData: files };
  document.querySelector(${JSON.stringify(target)}).dispatchEvent(new ${event}(more));
  return blob.size;
})()`;
const dropped = handed('DragEvent', 'main').replace('DragEvent(', "DragEvent('drop', ");
const pasted = (target: string): string =>
  handed('ClipboardEvent', target).replace('ClipboardEvent(', "ClipboardEvent('paste', ");

const pictures = (page: Page) => page.locator('.picture');

/** Waits until an expression is true in the page. */
async function until(page: Page, expression: string): Promise<void> {
  for (let turn = 0; turn < 600; turn += 1) {
    if (await page.evaluate<boolean>(expression)) return;
    await page.waitForTimeout(100);
  }
  throw new Error(`This never became true: ${expression}`);
}

const appears = (page: Page, count: number): Promise<void> =>
  until(page, `document.querySelectorAll('.picture').length === ${count}`);
const loaded = 'document.querySelector(".picture-box img").naturalWidth > 0';
const said = (page: Page): Promise<string> => page.locator('#picture-state').innerText();

void t.test('pictures are dropped, pasted, chosen and snapped on a desk', needs('chromium'), async (t) => {
  const { page, url, complaints, kept, id } = await opened(t, 'desktop');
  await page.fill('textarea[name="notes"]', 'still being written');

  const sent = page.waitForRequest(
    (request) => request.url().endsWith('/screenshots') && request.method() === 'POST',
  );
  t.ok((await page.evaluate<number>(dropped)) > 15 * 1024 * 1024, 'larger than anything that is taken');
  t.ok(
    Number(await (await sent).headerValue('content-length')) < 5 * 1024 * 1024,
    'and smaller when it is sent',
  );
  await appears(page, 1);
  t.match(await kept(), [{ width: 1920, height: 1280 }]);

  await page.click('[data-snap]');
  await appears(page, 2);
  const captions = (await kept()).map(({ caption }) => caption).filter((caption) => caption !== '');
  t.match(captions, [/^EURUSD (M30|H1|H4), .* to .* \(UTC\)$/]);
  await page.click('[data-snap]');
  await until(page, 'document.querySelector("[data-snap]").getAttribute("aria-busy") === null');
  t.equal((await kept()).length, 2, 'the same chart again is the same picture');

  await page.evaluate(pasted('textarea[name=notes]'));
  await page.waitForTimeout(500);
  await until(page, 'document.getElementById("picture-state").textContent === ""');
  await appears(page, 3);
  await page.evaluate(pasted('[name="newTags"]'));
  await page.waitForTimeout(500);
  t.equal((await kept()).length, 3, 'any other field keeps what is pasted into it');

  const files = [
    { name: 'one.png', mimeType: 'image/png', buffer: pngOf(11, 11) },
    { name: 'false.png', mimeType: 'image/png', buffer: Buffer.from('<script>alert(1)</script>') },
    { name: 'two.png', mimeType: 'image/png', buffer: pngOf(22, 22) },
  ];
  await page.setInputFiles('#picture-files', files);
  await appears(page, 5);
  await page.waitForSelector('.picture-failed');
  t.match(await said(page), 'false.png: This is no PNG, JPEG or WebP picture.');
  t.equal(await page.inputValue('textarea[name="notes"]'), 'still being written');
  t.equal(page.url(), `${url}/trades/${id}`);
  t.same(await accessibilityFaults(page), []);
  // Chromium itself calls the answer to the false picture an error.
  t.same(
    complaints().filter((line) => !line.includes('422')),
    [],
  );
});

void t.test('captions are edited in place, and pictures looked at by keys', needs('chromium'), async (t) => {
  const { page, url, complaints, kept, id } = await opened(t, 'desktop');
  const files = [1, 2].map((n) => ({ name: `${n}.png`, mimeType: 'image/png', buffer: pngOf(n * 300, 200) }));
  await page.setInputFiles('#picture-files', files);
  await appears(page, 2);
  const [first, second] = [pictures(page).nth(0), pictures(page).nth(1)];
  // The chart is swapped before the pictures have settled.
  await page.evaluate(`document.addEventListener('htmx:afterSwap', ({ detail }) => {
    if (detail.target.id !== 'screenshots') return;
    const target = document.getElementById('trade-chart');
    document.dispatchEvent(new CustomEvent('htmx:beforeSwap', { detail: { target } }));
  })`);
  await first.locator('[name="caption"]').fill('Before the news');
  await first.locator('[name="caption"]').press('Enter');
  await second.locator('[name="caption"]').fill('half a word');
  await until(page, `document.querySelector('.picture [name="caption"]').defaultValue === 'Before the news'`);
  await page.waitForTimeout(500);
  t.equal(await second.locator('[name="caption"]').inputValue(), 'half a word', 'what is being typed stays');
  t.equal((await kept())[0]?.caption, 'Before the news');

  await first.locator('.picture-frame').click();
  const box = page.locator('dialog.picture-box');
  t.match(await box.innerText(), 'Before the news');
  t.match(await box.innerText(), '1 of 2');
  t.same(await accessibilityFaults(page), []);
  await until(page, loaded);
  await page.keyboard.press('ArrowRight');
  t.match(await box.innerText(), '2 of 2');
  await until(page, loaded);
  await page.keyboard.press('ArrowRight');
  t.match(await box.innerText(), '1 of 2', 'round and round');
  t.equal(page.url(), `${url}/trades/${id}`, 'the arrows of the page rest');
  await page.keyboard.press('Escape');
  t.notOk(await box.isVisible());
  t.same(complaints(), []);
});

void t.test('what did not arrive goes once more at a click', needs('chromium'), async (t) => {
  const { page, kept } = await opened(t, 'desktop');
  await page.route('**/screenshots', (route) => route.abort());
  await page.setInputFiles('#picture-files', [{ name: 'a.png', mimeType: 'image/png', buffer: pngOf(9, 9) }]);
  await page.waitForSelector('.picture-failed');
  t.match(await said(page), 'The server did not answer.');
  t.same(await kept(), []);
  await page.unroute('**/screenshots');
  await page.getByRole('button', { name: 'Try again' }).click();
  await appears(page, 1);
  await until(page, 'document.getElementById("picture-state").textContent === ""');
});

void t.test('a picture is added and deleted on a phone', needs('chromium'), async (t) => {
  const { page, complaints, kept } = await opened(t, 'phone');
  await page.setInputFiles('#picture-files', [
    { name: 'a.png', mimeType: 'image/png', buffer: pngOf(900, 1600) },
  ]);
  await appears(page, 1);
  t.notOk(await overflows(page));
  await pictures(page).locator('.picture-removal > summary').click();
  t.match(await pictures(page).innerText(), 'It cannot be brought back.');
  t.notOk(await overflows(page));
  t.same(await accessibilityFaults(page), []);
  await pictures(page).getByRole('button', { name: 'Delete', exact: true }).click();
  await appears(page, 0);
  t.same(await kept(), []);
  t.same(complaints(), []);
});

void t.test('without scripts a plain form sends pictures', needs('chromium'), async (t) => {
  const { page, url, kept, id } = await opened(t, 'desktop');
  const context = await page.context().browser()?.newContext({ javaScriptEnabled: false });
  if (context === undefined) throw new Error('There is no browser.');
  await context.addCookies(await page.context().cookies());
  const plain = await context.newPage();
  await plain.goto(`${url}/trades/${id}`);
  await plain.setInputFiles('#plain-pictures', [
    { name: 'a.png', mimeType: 'image/png', buffer: pngOf(20, 20) },
    { name: 'b.png', mimeType: 'image/png', buffer: pngOf(30, 20) },
  ]);
  await plain.locator('noscript button, #screenshots form button').first().click();
  await plain.waitForURL(`${url}/trades/${id}#screenshots`);
  t.equal((await kept()).length, 2);
  await plain.setInputFiles('#plain-pictures', [
    { name: 'c.png', mimeType: 'image/png', buffer: Buffer.from('x') },
  ]);
  await plain.locator('noscript button, #screenshots form button').first().click();
  await plain.waitForLoadState();
  t.match(await plain.locator('main').innerText(), 'This is no PNG, JPEG or WebP picture.');
});
