import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { testApp, type TestApp } from '../testing/app.js';
import { person, type Person } from '../testing/cast.js';
import {
  accessibilityFaults,
  complaintsOf,
  launchChromium,
  overflows,
  screens,
} from '../testing/chromium.js';
import { projectRoot } from '../testing/database.js';
import { freePort } from '../testing/free-port.js';
import { needs } from '../testing/needs.js';
import { scriptedSync } from '../testing/scripted-sync.js';
import { seedAccount } from '../testing/trading.js';
import { seedTrades } from '../testing/trades.js';

const pictures = join(projectRoot, 'var', 'screenshots');

interface Desk {
  world: TestApp;
  owner: Person;
  ids: string[];
  url: string;
  context: BrowserContext;
  /** says to every open page that this trade has closed */
  close: (tradeId: string) => void;
}

/** Somebody with trades, at a real browser. */
async function desk(t: Test, viewport: { width: number; height: number } = screens.desktop): Promise<Desk> {
  const port = await freePort();
  const sync = scriptedSync();
  const world = await testApp(t, { env: { PORT: String(port) }, sync });
  await world.app.listen({ host: '127.0.0.1', port });
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const owner = await person(world, 'anna');
  const { accountId } = await seedAccount(world, owner.userId, { label: 'Swing', trades: 0 });
  const ids = await seedTrades(world, { userId: owner.userId, accountId }, [{}, {}]);
  const url = `http://127.0.0.1:${port}`;
  const name = world.kit.cookies.session;
  const context = await browser.newContext({ viewport });
  await context.addCookies([{ name, value: owner.browser.cookie(name) ?? '', url }]);
  const close = (tradeId: string): void =>
    sync.feed.publish(owner.userId, [{ type: 'NEW_TRADE', accountId, tradeId }]);
  return { world, owner, ids, url, context, close };
}

const notes = (page: Page) => page.getByLabel('Notes', { exact: true });
const pick = (page: Page, name: string) => page.locator('.tag-pick', { hasText: name }).first();
const isPicked = (page: Page, name: string) => pick(page, name).locator('input').isChecked();
const says = (page: Page, text: string) =>
  page.locator('[data-saved]', { hasText: text }).first().waitFor({ timeout: 20_000 });

void t.test('what is written of a trade saves by itself', needs('chromium'), async (t) => {
  const { context, url, ids } = await desk(t);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(`${url}/trades/${ids[0] ?? ''}`);
  await notes(page).fill('**Late**, but with the trend.');
  await pick(page, 'Confident').click();
  await pick(page, 'News').click();
  await pick(page, 'Moved the stop').click();
  await says(page, 'Saved ');
  await page.getByLabel('New tags').fill('Second try');
  await page.getByLabel('New tags').press('Enter');
  await pick(page, 'Second try').waitFor();
  await page.reload();
  t.equal(await notes(page).inputValue(), '**Late**, but with the trend.');
  for (const name of ['Confident', 'News', 'Moved the stop', 'Second try'])
    t.ok(await isPicked(page, name), name);
  await page.locator('.notes-read summary').click();
  t.equal(await page.locator('.prose strong').innerText(), 'Late');
  t.same(await accessibilityFaults(page), []);
  t.same(complaints, []);
});

void t.test('half a name makes no tag', needs('chromium'), async (t) => {
  const { context, url, ids } = await desk(t);
  const page = await context.newPage();
  await page.goto(`${url}/trades/${ids[0] ?? ''}`);
  await page.getByLabel('New tags').pressSequentially('Sec');
  await pick(page, 'Greedy').click();
  await pick(page, 'Sec').waitFor();
  await page.goto(`${url}/settings/tags`);
  t.equal(await page.locator('.label-name', { hasText: 'Sec' }).count(), 1, 'leaving the field makes it');
  await page.goto(`${url}/trades/${ids[1] ?? ''}`);
  await notes(page).fill('first');
  await page.getByLabel('New tags').pressSequentially('Hal');
  await says(page, 'Saved ');
  const other = await context.newPage();
  await other.goto(`${url}/settings/tags`);
  t.equal(await other.locator('.label-name', { hasText: 'Hal' }).count(), 0, 'writing it does not');
});

void t.test('what was written without a connection arrives later', needs('chromium'), async (t) => {
  const { context, url, ids } = await desk(t);
  const page = await context.newPage();
  await page.goto(`${url}/trades/${ids[0] ?? ''}`);
  await context.setOffline(true);
  await notes(page).fill('written in a tunnel');
  await says(page, 'kept in this browser');
  await context.setOffline(false);
  await says(page, 'Saved ');
  await page.reload();
  t.equal(await notes(page).inputValue(), 'written in a tunnel');

  await context.setOffline(true);
  await notes(page).fill('and the page was closed');
  await says(page, 'kept in this browser');
  await page.close();
  await context.setOffline(false);
  const again = await context.newPage();
  await again.goto(`${url}/trades/${ids[0] ?? ''}`);
  await says(again, 'Saved ');
  t.equal(await notes(again).inputValue(), 'and the page was closed');
});

void t.test('leaving at once loses nothing', needs('chromium'), async (t) => {
  const { context, url, ids } = await desk(t);
  const page = await context.newPage();
  await page.goto(`${url}/trades/${ids[0] ?? ''}`);
  await notes(page).fill('typed and gone');
  await page.goto(`${url}/trades`);
  await page.goto(`${url}/trades/${ids[0] ?? ''}`);
  t.equal(await notes(page).inputValue(), 'typed and gone');
});

void t.test('of two tabs the second is told, and nothing is lost', needs('chromium'), async (t) => {
  const { owner, context, url, ids } = await desk(t);
  const [one, two] = [await context.newPage(), await context.newPage()];
  for (const page of [one, two]) await page.goto(`${url}/trades/${ids[0] ?? ''}`);
  await notes(one).fill('the first tab');
  await says(one, 'Saved ');
  await notes(two).fill('the second tab');
  await two.getByText('changed in another tab').waitFor();
  t.equal(await notes(two).inputValue(), 'the second tab', 'what was typed');
  t.match(await two.locator('.meanwhile').innerText(), /the first tab/, 'and what was saved');
  await notes(two).fill('the second tab, knowing of the first');
  await two.waitForTimeout(3_000);
  const kept = await owner.browser.get(`/trades/${ids[0] ?? ''}/journal`);
  t.match(kept.body, 'the first tab</textarea>', 'nothing is replaced before somebody says so');
  await two.getByRole('button', { name: 'Save mine instead' }).click();
  await says(two, 'aved ');
  await two.locator('form[data-autosave="by-itself"]').waitFor();
  await one.reload();
  t.equal(await notes(one).inputValue(), 'the second tab, knowing of the first');
});

void t.test('an ended session keeps what is written', needs('chromium'), async (t) => {
  const { context, url, ids, world } = await desk(t);
  const page = await context.newPage();
  await page.goto(`${url}/trades/${ids[0] ?? ''}`);
  const cookies = await context.cookies();
  await context.clearCookies();
  await notes(page).fill('who are you');
  await says(page, 'you are signed out');
  await context.addCookies(cookies.filter(({ name }) => name === world.kit.cookies.session));
  await page.goto(`${url}/trades/${ids[0] ?? ''}`);
  await says(page, 'Saved ');
  t.equal(await notes(page).inputValue(), 'who are you');
});

for (const [screen, viewport] of Object.entries(screens))
  void t.test(`the editor opens beside the list of trades, on a ${screen}`, needs('chromium'), async (t) => {
    await mkdir(pictures, { recursive: true });
    const { context, url, ids } = await desk(t, viewport);
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${url}/trades`);
    await page.locator(`a.row-journal[href*="${ids[0] ?? ''}"]`).click();
    const drawer = page.locator('dialog.journal-drawer');
    await drawer.getByLabel('Notes', { exact: true }).fill('from the list');
    await pick(page, 'Disciplined').click();
    await says(page, 'Saved ');
    await page.screenshot({ path: join(pictures, `journal-drawer-${screen}.png`) });
    t.same(await accessibilityFaults(page), []);
    t.notOk(await overflows(page));
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    await page.goto(`${url}/trades/${ids[0] ?? ''}`);
    t.equal(await notes(page).inputValue(), 'from the list');
    t.same(complaints, []);
  });

void t.test(
  'from the toast of a closed trade to note, tag and mood, on a phone',
  needs('chromium'),
  async (t) => {
    await mkdir(pictures, { recursive: true });
    const { context, url, ids, owner, close } = await desk(t, screens.phone);
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    const isFollowed = page.waitForEvent('websocket');
    await page.goto(`${url}/dashboard`);
    await (await isFollowed).waitForEvent('framereceived');
    close(ids[0] ?? '');
    const start = performance.now();
    await page.getByRole('link', { name: 'Add notes' }).click();
    await page.locator('dialog.journal-drawer[open]').waitFor();
    await page.keyboard.type('Took it late, got away with it.');
    await pick(page, 'Uncertain').click();
    await pick(page, 'News').click();
    await says(page, 'Saved ');
    t.comment(`${((performance.now() - start) / 1000).toFixed(1)} s from the toast to all of it saved`);
    await page.screenshot({ path: join(pictures, 'journal-toast-phone.png') });
    t.notOk(await overflows(page));
    t.same(await accessibilityFaults(page), []);
    const { body } = await owner.browser.get(`/trades/${ids[0] ?? ''}/journal`);
    t.match(body, 'Took it late, got away with it.</textarea>');
    t.match(body, /value="uncertain" checked/);
    t.same(complaints, []);
  },
);

void t.test(
  'a week is written of by itself, and the numbers join what stands there',
  needs('chromium'),
  async (t) => {
    const { context, url } = await desk(t);
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${url}/journal/weeks`);
    await page.getByLabel('Review', { exact: true }).fill('A quiet week.');
    await says(page, 'Saved ');
    await page.getByLabel('Review', { exact: true }).fill('A quiet week, after all.');
    await page.locator('button[name="start"]').click();
    await page.waitForFunction(`document.querySelector('[name="review"]').value.includes('Net')`);
    t.match(await page.getByLabel('Review', { exact: true }).inputValue(), /^A quiet week, after all\.\n/);
    await page.getByLabel('Lessons', { exact: true }).fill('Wait.');
    await says(page, 'Saved ');
    await page.reload();
    t.equal(await page.getByLabel('Lessons', { exact: true }).inputValue(), 'Wait.');
    t.equal(await page.locator('.meanwhile').count(), 0, 'nobody was overtaken');
    t.same(complaints, []);
  },
);
