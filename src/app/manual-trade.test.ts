import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import t from 'tap';
import { testApp } from '../testing/app.js';
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
import { needs } from '../testing/needs.js';
import { ask } from '../testing/steps.js';

const pictures = join(projectRoot, 'var', 'screenshots');

/** Ten pips of a lot at 150: 66.67 USD. */
async function typeYen(page: Page): Promise<void> {
  const fields: [string, string][] = [
    ['Symbol', 'usdjpy'],
    ['Lots', '1'],
    ['Opened', '2026-02-03T10:00:00'],
    ['Entry price', '149.90'],
    ['Stop loss optional', '149.80'],
    ['Take profit optional', '150.20'],
    ['Closed', '2026-02-03T10:30:00'],
    ['Exit price', '150.00'],
  ];
  for (const [label, text] of fields) await page.getByLabel(label, { exact: true }).fill(text);
}

void t.test('a trade typed at a real browser', needs('chromium'), async (t) => {
  await mkdir(pictures, { recursive: true });
  const port = await freePort();
  const world = await testApp(t, { env: { PORT: String(port) } });
  await world.app.listen({ host: '127.0.0.1', port });
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const url = `http://127.0.0.1:${port}`;
  const name = world.kit.cookies.session;

  for (const [screen, viewport] of Object.entries(screens))
    await t.test(`is reckoned while it is typed, and saved as it was shown, on a ${screen}`, async (t) => {
      const owner = await person(world, screen);
      const context = await browser.newContext({ viewport });
      await context.addCookies([{ name, value: owner.browser.cookie(name) ?? '', url }]);
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      const picture = (what: string) =>
        page.screenshot({ path: join(pictures, `manual-${what}-${screen}.png`), fullPage: true });
      await page.goto(`${url}/trades/new`);
      await picture('empty');
      await page.getByLabel('Start balance optional').fill('1 000');
      await typeYen(page);
      const preview = page.locator('#trade-preview');
      await preview.getByText('+66.67').first().waitFor();
      for (const text of ['+10.0', '+1.00', '1 : 3.00', 'estimated', '6.67 USD'])
        t.ok((await preview.innerText()).includes(text), text);
      t.equal(
        await page.getByLabel('Symbol', { exact: true }).inputValue(),
        'usdjpy',
        'the field is left alone',
      );
      await picture('typed');
      t.same(await accessibilityFaults(page), []);
      t.notOk(await overflows(page));

      await page.getByRole('button', { name: 'Save trade' }).dblclick();
      await page.waitForURL(/\/trades\/[0-9a-f-]{36}$/);
      t.match(await page.locator('.trade-net').innerText(), /\+66\.67\s+USD/);
      await picture('saved');
      t.same(await accessibilityFaults(page), []);
      t.notOk(await overflows(page));
      const made = await ask(
        world,
        `select net from trades t join users u using (user_id) where u.email like '${screen}%'`,
      );
      t.same(made, [{ net: '66.67' }], 'one trade by a double click');

      await page.getByRole('link', { name: 'Change' }).click();
      await page.getByLabel('Lots', { exact: true }).fill('2');
      await preview.getByText('+133.33').first().waitFor();
      await picture('edit');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('The trade is changed.').waitFor();
      await page.getByRole('link', { name: 'Delete' }).click();
      await page.getByRole('button', { name: 'Delete trade' }).click();
      await page.waitForURL('**/trades');
      // What is typed on goes before what was asked a moment ago.
      const isOvertaken = (line: string): boolean => line.endsWith('/trades/preview net::ERR_ABORTED');
      t.same(
        complaints.filter((line) => !isOvertaken(line)),
        [],
      );
      await context.close();
    });
});
