import t from 'tap';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { launchChromium } from '../../testing/chromium.js';
import { freePort } from '../../testing/free-port.js';
import { needs } from '../../testing/needs.js';

t.setTimeout(600_000);

void t.test(
  'J, K and the arrows go from day to day, and are letters to whoever types',
  needs('chromium'),
  async (t) => {
    const port = await freePort();
    const world = await testApp(t, { env: { PORT: String(port) } });
    await world.app.listen({ host: '127.0.0.1', port });
    const url = `http://127.0.0.1:${port}`;
    const anna = await person(world, 'anna');
    const browser = await launchChromium();
    t.teardown(() => browser.close());
    const context = await browser.newContext();
    const name = world.kit.cookies.session;
    await context.addCookies([{ name, value: anna.browser.cookie(name) ?? '', url }]);
    const page = await context.newPage();
    await page.goto(`${url}/journal/days/2026-02-28`);
    for (const [key, day] of [
      ['j', '2026-03-01'],
      ['ArrowRight', '2026-03-02'],
      ['k', '2026-03-01'],
      ['ArrowLeft', '2026-02-28'],
    ] as const) {
      await page.keyboard.press(key);
      await page.waitForURL(`${url}/journal/days/${day}`);
    }
    await page.getByLabel('Plan').fill('just ');
    await page.getByLabel('Plan').press('End');
    await page.keyboard.type('jk');
    t.equal(await page.getByLabel('Plan').inputValue(), 'just jk');
    t.equal(page.url(), `${url}/journal/days/2026-02-28`);
    await page.getByRole('radio', { name: 'Disciplined' }).check({ force: true });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/^Saved /).waitFor();
    t.equal(await page.getByLabel('Plan').inputValue(), 'just jk');
    t.ok(await page.getByRole('radio', { name: 'Disciplined' }).isChecked());
  },
);
