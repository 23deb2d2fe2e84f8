import t from 'tap';
import { person } from '../../testing/cast.js';
import { complaintsOf, launchChromium, screens } from '../../testing/chromium.js';
import { freePort } from '../../testing/free-port.js';
import { needs } from '../../testing/needs.js';
import { sellingApp } from '../../testing/stripe/world.js';

t.setTimeout(120_000);

void t.test(
  'a browser goes to the payment service and comes back with the plan',
  needs('chromium'),
  async (t) => {
    const browser = await launchChromium();
    t.teardown(() => browser.close());
    for (const [screen, viewport] of Object.entries(screens)) {
      const port = await freePort();
      const world = await sellingApp(t, { env: { PORT: String(port) } });
      await world.app.listen({ host: '127.0.0.1', port });
      const url = `http://127.0.0.1:${port}`;
      const anna = await person(world, 'anna');
      const name = world.kit.cookies.session;
      const context = await browser.newContext({ viewport });
      await context.addCookies([{ name, value: anna.browser.cookie(name) ?? '', url }]);
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(`${url}/settings/plan`);
      await page.getByRole('button', { name: /^Choose Pro/ }).click();
      await page.getByRole('button', { name: 'Pay', exact: true }).click();
      await page.waitForURL(`${url}/settings/plan?back=paid`);
      t.ok(await page.getByText('12.99 USD a month').first().isVisible(), screen);
      t.ok(await page.getByRole('button', { name: 'Cancel at the end' }).isVisible());
      // A picture may still be on its way when the page is left.
      t.same(
        complaints.filter((line) => !line.endsWith('net::ERR_ABORTED')),
        [],
        screen,
      );
      await context.close();
    }
  },
);
