import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import t from 'tap';
import { minuteMs, hourMs, secondMs } from '../lib/clock.js';
import { password } from '../testing/cast.js';
import { painted } from '../testing/chart-page.js';
import { withoutReplaced } from '../testing/chromium.js';
import { deskOf, pictures, press, type Desk } from '../testing/journey-desk.js';
import { needs } from '../testing/needs.js';
import { pngOf } from '../testing/pictures.js';
import { ask, pathIn } from '../testing/steps.js';

t.setTimeout(1_200_000);

const broker = { server: 'Simulated-NewYork', login: '5100122', password: 'inv-5100122' };

async function signsUp({ t, world, page, go, look }: Desk): Promise<void> {
  await go('/signup');
  await page.getByLabel('Email').fill('anna@example.org');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('I agree to the terms').check();
  await press(page, 'Create account');
  await page.getByRole('heading', { name: 'Look at your mail' }).waitFor();
  await look('letter-sent');
  await world.kit.afterwards.settled();
  await go(pathIn(world.mail.at(-1)));
  await page.getByLabel('Password', { exact: true }).fill(password);
  await press(page, 'Confirm');
  await page.waitForURL('**/welcome');
  await look('welcome');
  await press(page, 'Skip setting up');
  await page.waitForURL('**/dashboard');
  await look('empty-board');
  t.equal(await page.locator('main table').count(), 0, 'nothing is there, and no zeros stand for it');
  t.ok(await page.getByRole('link', { name: 'Connect account' }).first().isVisible());
}

const fields: [label: string, text: string][] = [
  ['Symbol', 'usdjpy'],
  ['Lots', '1'],
  ['Opened', '2026-07-03T10:00:00'],
  ['Entry price', '149.90'],
  ['Closed', '2026-07-03T10:30:00'],
  ['Exit price', '150.00'],
];

async function entersATrade({ page, go }: Pick<Desk, 'page' | 'go'>): Promise<void> {
  await go('/trades/new');
  for (const [label, text] of fields) await page.getByLabel(label, { exact: true }).fill(text);
  await press(page, 'Save trade');
}

async function tradesByHand({ t, page, go, look }: Desk): Promise<void> {
  await entersATrade({ page, go });
  await page.waitForURL(/\/trades\/[0-9a-f-]{36}$/);
  t.match(await page.locator('.trade-net').innerText(), /\+66\.67\s+USD/);
  await look('manual-trade');
}

/** Fourteen trades on workdays of June as another journal lists them, 5.00 each after costs. */
const list = [
  'Tags,Ticket,Open Date,Close Date,Symbol,Action,Units/Lots,SL,TP,Open Price,Close Price,Commission,Swap,Pips,Profit,Gain,Comment,Magic Number',
  ...Array.from({ length: 14 }, (_, at) => {
    const day = `06/${String(1 + at + 2 * Math.floor(at / 5)).padStart(2, '0')}/2026`;
    return `,${900_001 + at},${day} 09:00,${day} 10:00,EURUSD,Buy,0.10,0,0,1.08000,1.08050,-0.20,0.00,5.0,5.00,0.01,,0`;
  }),
].join('\n');

async function importsAList({ t, page, go, look }: Desk): Promise<void> {
  await go('/trades/import');
  await page.setInputFiles('input[type=file]', {
    ...{ name: 'history.csv', mimeType: 'text/csv', buffer: Buffer.from(list) },
  });
  await press(page, 'Read the report');
  await page.getByText('ready to save').waitFor();
  t.ok(await page.getByText('Free holds 1 account, and you have 1.').isVisible());
  await page.getByLabel('Account', { exact: true }).selectOption({ index: 1 });
  await page.getByText('Free holds 1 account, and you have 1.').waitFor({ state: 'detached' });
  await look('list-preview');
  await press(page, 'Save');
  await page.getByRole('link', { name: 'Take it back' }).waitFor();
  await go('/analytics');
  const cards = await page.locator('.desk-cards').innerText();
  t.match(cards, /Net result[\s\S]*\+136\.67/, '66.67 by hand, and 5.00 after costs 14 times');
  await look('analytics-free');
}

async function meetsTheLimit({ page, go, look }: Desk): Promise<void> {
  await entersATrade({ page, go });
  await page
    .getByText(/none is left/)
    .first()
    .waitFor();
  await look('sixteenth');
}

async function buysPro({ t, page, look }: Desk): Promise<void> {
  t.equal(await page.getByLabel('Symbol', { exact: true }).inputValue(), 'usdjpy', 'what was typed stays');
  await page.locator('main a[href="/settings/plan"]').first().click();
  await page.waitForURL('**/settings/plan');
  await look('plan-free');
  await page
    .getByRole('button', { name: /^Choose Pro/ })
    .first()
    .click();
  await press(page, 'Pay');
  await page.waitForURL('**/settings/plan?back=paid');
  await page.getByText('12.99 USD a month').first().waitFor();
  await look('plan-pro');
}

async function connects({ t, world, page, go, look }: Desk): Promise<string> {
  await go('/accounts/new');
  await page.getByLabel('Server', { exact: true }).fill(broker.server);
  await page.getByLabel('Login', { exact: true }).fill(broker.login);
  await page.getByLabel('Investor password').fill(broker.password);
  await page.getByLabel('Label').fill('New York');
  await look('connect');
  await press(page, 'Connect');
  await page.waitForURL(/\/accounts\/[0-9a-f-]{36}$/);
  await page.locator('.steps').waitFor();
  await look('connecting');
  await page.locator('#account-connection').getByText('History read').waitFor({ timeout: 120_000 });
  await page.locator('#account-positions tbody tr').first().waitFor();
  await look('account');
  t.match(await page.locator('main').innerText(), /equal to the broker|matches|to the cent/i);
  const [row] = await ask<{ deals: number; verdict: string }>(
    world,
    "select (select count(*)::int from deals d where d.account_id = a.id) as deals, r.verdict from accounts a join reconciliations r on r.account_id = a.id where a.login = '5100122'",
  );
  t.match(row, { verdict: 'equal' });
  t.ok((row?.deals ?? 0) > 4_000, `${row?.deals ?? 0} deals`);
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

const charts = ['analytics-curve', 'chart-mae', 'chart-mfe', 'rolling-won', 'rolling-factor', 'rolling-each'];

async function seesEveryChart({ t, page, go, look }: Desk, accountId: string): Promise<void> {
  await go(`/analytics?account=${accountId}`);
  await page.waitForLoadState('networkidle');
  for (const id of charts) t.ok((await painted(page, id)) > 500, id);
  await look('analytics-pro');
  await go('/charts');
  await page.locator('main a[href^="/charts/"]').first().click();
  await page.waitForSelector('.candles canvas', { timeout: 60_000 });
  await look('candles');
}

/** Shows the position on the board, and how long the toast came after the deal that closed it, in ms. */
async function seesAClose({ t, world, page, go, look }: Desk): Promise<number> {
  await go('/dashboard');
  await page.locator('#positions tr[id^="position-"]').nth(1).waitFor({ timeout: 180_000 });
  const before = await page.locator('#positions').innerText();
  t.match(before, /BUY|SELL/);
  await page.locator('#sync-state', { hasText: 'Live' }).waitFor();
  await look('live');
  const note = page.locator('#toasts').getByRole('link', { name: 'Add notes' }).first();
  await note.waitFor({ timeout: 240_000 });
  const seenMs = world.clock.now().getTime();
  const [closed] = await ask<{ closed: Date }>(world, 'select max(closed_at) as closed from trades');
  await look('closed');
  await note.click();
  return seenMs - (closed?.closed.getTime() ?? 0);
}

async function writesOfIt({ t, page, look }: Desk): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Notes', { exact: true }).fill('Out at the level, as planned.');
  await dialog.locator('.tag-pick', { hasText: 'Confident' }).first().click();
  await dialog.getByLabel('New tags').fill('Second half');
  await dialog.getByLabel('New tags').press('Enter');
  await dialog.locator('.tag-pick', { hasText: 'Second half' }).waitFor();
  await page.locator('[data-saved]', { hasText: 'Saved ' }).first().waitFor();
  await look('notes');
  const href = await page.locator('dialog a[href^="/trades/"]').first().getAttribute('href');
  await page.goto(new URL(href ?? '', page.url()).href);
  t.equal(await page.getByLabel('Notes', { exact: true }).inputValue(), 'Out at the level, as planned.');
}

interface Drawn {
  marks: { label: string }[];
}
const drawnOf = async (page: Page): Promise<Drawn> =>
  JSON.parse((await page.locator('[data-candles]').getAttribute('data-candles')) ?? '{}') as Drawn;

async function looksAtItsChart({ t, page, look }: Desk): Promise<void> {
  await page.setInputFiles('#picture-files', {
    ...{ name: 'level.png', mimeType: 'image/png', buffer: pngOf(640, 400) },
  });
  await page.locator('.picture').waitFor();
  await page.waitForSelector('#trade-chart .candles canvas', { timeout: 60_000 });
  t.same(
    (await drawnOf(page)).marks.map(({ label }) => label.replace(/^[\d.]+ /, '')),
    ['in', 'out'],
  );
  const frames = page.locator('#trade-chart .frames a');
  const other = frames.locator('xpath=self::*[not(@aria-current)]').last();
  const label = await other.innerText();
  await other.click();
  await page.locator('#trade-chart .frames a[aria-current]', { hasText: label }).waitFor();
  await page.waitForSelector('#trade-chart .candles canvas', { timeout: 60_000 });
  t.equal((await drawnOf(page)).marks.length, 2, `also at ${label}`);
  t.match(await page.locator('.trade-head').innerText(), /London|New York/, 'the session it was opened in');
  await look('trade');
}

/** Closes every page: five minutes later its account is read no more. */
async function goesAway({ t, world, page }: Desk, userId: string): Promise<void> {
  const readings = () => world.calls.filter(({ login }) => login === broker.login).length;
  await page.goto('about:blank');
  // The socket's end is on its way, and a leaping clock would make it late.
  for (let turn = 0; turn < 100 && world.sync.presenceOf(userId) === 'online'; turn += 1)
    await page.waitForTimeout(50);
  await world.clock.leap(minuteMs);
  t.equal(world.sync.presenceOf(userId), 'grace');
  await world.clock.leap(4 * minuteMs + 10 * secondMs);
  t.equal(world.sync.presenceOf(userId), 'offline');
  const before = readings();
  await world.clock.leap(10 * minuteMs);
  t.equal(readings(), before, 'nobody looks, and nothing is read');
}

async function comesBack({ t, world, page, go, look }: Desk): Promise<void> {
  const count = async (): Promise<number> =>
    (await ask<{ n: number }>(world, 'select count(*)::int as n from deals'))[0]?.n ?? 0;
  const before = await count();
  await world.leap(22 * hourMs);
  await go('/dashboard');
  await page.locator('#sync-state', { hasText: 'Live' }).waitFor({ timeout: 120_000 });
  for (let turn = 0; turn < 600 && (await count()) < before + 100; turn += 1) await page.waitForTimeout(200);
  t.ok((await count()) > before + 100, `${(await count()) - before} deals of the night are there`);
  const [row] = await ask<{ verdict: string }>(
    world,
    "select r.verdict from accounts a join reconciliations r on r.account_id = a.id where a.login = '5100122'",
  );
  t.match(row, { verdict: 'equal' });
  await go('/trades');
  await look('next-day');
  await go('/analytics');
  const named = await page
    .locator('section', { has: page.getByRole('heading', { name: 'Sessions' }) })
    .innerText();
  for (const place of ['London', 'New York', 'Asia']) t.match(named, place);
  await look('sessions');
}

async function travels(desk: Desk): Promise<void> {
  const { t, world } = desk;
  await signsUp(desk);
  await tradesByHand(desk);
  await importsAList(desk);
  await meetsTheLimit(desk);
  await buysPro(desk);
  const accountId = await connects(desk);
  await seesEveryChart(desk, accountId);
  const seenAfterMs = await seesAClose(desk);
  t.comment(`the close was told ${(seenAfterMs / 1000).toFixed(1)} s after its deal`);
  t.ok(seenAfterMs < minuteMs, 'within a minute of the broker’s own clock');
  await writesOfIt(desk);
  await looksAtItsChart(desk);
  const [user] = await ask<{ user_id: string }>(world, 'select user_id from users');
  await goesAway(desk, user?.user_id ?? '');
  await comesBack(desk);
}

/** Refusals that the journey asks for, and what it leaves before it has come. */
const isExpected = (line: string): boolean => /422|ERR_ABORTED/.test(line);

void t.test('from the first visit to the next day', needs('chromium'), async (t) => {
  await mkdir(pictures, { recursive: true });
  for (const screen of ['desktop', 'phone'] as const)
    await t.test(`on a ${screen}`, async (t) => {
      const desk = await deskOf(t, screen);
      await travels(desk).finally(() =>
        desk.page.screenshot({ path: join(pictures, `whole-end-${screen}.png`) }),
      );
      t.same(
        withoutReplaced(desk.complaints).filter((line) => !isExpected(line)),
        [],
      );
      t.same(desk.world.errors, []);
    });
});
