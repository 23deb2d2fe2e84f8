import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import t from 'tap';
import { testApp, type TestApp } from '../testing/app.js';
import { person } from '../testing/cast.js';
import {
  accessibilityFaults,
  complaintsOf,
  launchChromium,
  overflows,
  screens,
} from '../testing/chromium.js';
import { projectRoot } from '../testing/database.js';
import { freePort } from '../testing/free-port.js';
import { unknownTable } from '../testing/imported.js';
import { needs } from '../testing/needs.js';
import { ask } from '../testing/steps.js';
import { smallReport } from '../testing/small-report.js';

t.setTimeout(300_000);

const pictures = join(projectRoot, 'var', 'screenshots');
const importPage = /\/trades\/import\/[0-9a-f-]{36}/;

/** Drops a file on the form, as a hand would. */
async function drop(page: Page, name: string, content: Buffer): Promise<void> {
  const text = JSON.stringify(content.toString('base64'));
  const dropped = await page.evaluateHandle(`
    const transfer = new DataTransfer();
    const bytes = Uint8Array.from(atob(${text}), (one) => one.charCodeAt(0));
    transfer.items.add(new File([bytes], ${JSON.stringify(name)}));
    transfer;`);
  await page.dispatchEvent('#import-drop', 'drop', { dataTransfer: dropped });
  await page.waitForURL(importPage);
}

/** Pastes text on the page, as from a sheet. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate(`
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ${JSON.stringify(text)});
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));`);
  await page.waitForURL(importPage);
}

interface Desk {
  page: Page;
  url: string;
  look: (what: string) => Promise<void>;
  trades: () => Promise<unknown[]>;
}

async function importsAReport({ page, look, trades }: Desk): Promise<void> {
  await drop(page, 'ReportHistory.html', smallReport());
  await page.getByText('ready to save').waitFor();
  await page.getByText(/\d+ of \d+ equal/).waitFor();
  await look('preview');
  t.same(await trades(), [{ count: 0, net: null }]);
  await page.getByRole('button', { name: 'Save', exact: true }).dblclick();
  await page.getByRole('link', { name: 'Take it back' }).waitFor();
  await look('saved');
  t.same(await trades(), [{ count: 2, net: '4.30' }]);
}

async function takesItBack({ page, look, trades }: Desk): Promise<void> {
  await page.getByRole('link', { name: 'Take it back' }).click();
  const dialog = page.getByRole('dialog', { name: 'Take this import back?' });
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  t.equal(await dialog.count(), 0);
  t.match(await trades(), [{ count: 2 }]);
  await page.getByRole('link', { name: 'Take it back' }).click();
  await look('withdrawal');
  await dialog.getByRole('button', { name: 'Take it back' }).click();
  await page.getByText('nothing of it is left').waitFor();
  t.match(await trades(), [{ count: 0 }]);
}

async function sendsAWrongFile({ page, url, look }: Desk): Promise<void> {
  await page.goto(`${url}/trades/import`);
  await drop(page, 'report.html', Buffer.from('%PDF-1.4 not a report'));
  await page.getByText('not readable').waitFor();
  await look('wrong');
  await page.getByRole('link', { name: 'Send another file' }).click();
  await page.waitForURL('**/trades/import');
}

async function saysTheColumns({ page, look }: Desk): Promise<void> {
  await paste(page, unknownTable.replaceAll(';', '\t'));
  await page.getByText('Which column holds what?').waitFor();
  await look('columns');
  const columns: [string, string][] = [
    ['Symbol', '#1'],
    ['Opened', '#2'],
    ['Side (buy or sell)', '#3'],
    ['Lots', '#4'],
    ['Opening price', '#5'],
    ['Closed', '#6'],
    ['Closing price', '#7'],
  ];
  for (const [label, value] of columns) await page.getByLabel(label, { exact: true }).selectOption(value);
  await page.getByRole('button', { name: 'Read the table' }).click();
  await page.getByText('Choose this one or the net result.').waitFor();
  t.equal(
    await page.getByLabel('Closing price', { exact: true }).inputValue(),
    '#7',
    'what was chosen stays',
  );
  await page.getByLabel('Profit before costs').selectOption('#8');
  await page.getByRole('button', { name: 'Read the table' }).click();
  await page.getByText('ready to save').waitFor();
  await look('mapped');
}

async function deskOf(
  world: TestApp,
  context: BrowserContext,
  { url, screen }: { url: string; screen: string },
) {
  const owner = await person(world, screen);
  const name = world.kit.cookies.session;
  await context.addCookies([{ name, value: owner.browser.cookie(name) ?? '', url }]);
  const page = await context.newPage();
  const look = async (what: string): Promise<void> => {
    await page.screenshot({ path: join(pictures, `import-${what}-${screen}.png`), fullPage: true });
    t.same(await accessibilityFaults(page), [], what);
    t.notOk(await overflows(page), what);
  };
  const sums = `select count(*)::int, sum(net)::text as net from trades t join users u using (user_id) where u.email like '${screen}%'`;
  return { page, url, look, trades: () => ask(world, sums) };
}

void t.test('a report at a real browser', needs('chromium'), async (t) => {
  await mkdir(pictures, { recursive: true });
  const port = await freePort();
  const world = await testApp(t, { env: { PORT: String(port) } });
  await world.app.listen({ host: '127.0.0.1', port });
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const url = `http://127.0.0.1:${port}`;
  for (const [screen, viewport] of Object.entries(screens))
    await t.test(`is dropped, saved, taken back, refused and explained on a ${screen}`, async (t) => {
      const context = await browser.newContext({ viewport });
      const desk = await deskOf(world, context, { url, screen });
      const complaints = complaintsOf(desk.page);
      await desk.page.goto(`${url}/trades/import`);
      await desk.look('empty');
      await importsAReport(desk);
      await takesItBack(desk);
      await sendsAWrongFile(desk);
      await saysTheColumns(desk);
      await desk.page.goto(`${url}/trades/import`);
      await desk.look('list');
      t.same(
        complaints.filter((line) => !/422|ERR_ABORTED/.test(line)),
        [],
      );
      await context.close();
    });
});
