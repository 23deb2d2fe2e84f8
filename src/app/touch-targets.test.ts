import { randomUUID } from 'node:crypto';
import t from 'tap';
import { testApp } from '../testing/app.js';
import { person } from '../testing/cast.js';
import { launchChromium, screens } from '../testing/chromium.js';
import { asAdministrator } from '../testing/database.js';
import { freePort } from '../testing/free-port.js';
import { needs } from '../testing/needs.js';
import { seedAccount } from '../testing/trading.js';

t.setTimeout(600_000);

/**
 * What can be seen and pressed and is narrower or lower than 24 px, with its size. Links in a sentence are as high as its
 * line, and a link that covers its row is as large as that.
 */
const small = `[...document.querySelectorAll('a, button, summary, select, input:not([type="hidden"])')]
  .filter((one) => one.checkVisibility() && !one.closest('p, dialog, label, .skip') && !one.matches('.row-link, .skip'))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, { width, height }]) => width > 0 && (width < 24 || height < 24))
  .map(([one, { width, height }]) => one.outerHTML.slice(0, 90) + ' ' + width.toFixed(0) + ' x ' + height.toFixed(0))`;

void t.test('on a phone nothing to be pressed is smaller than a fingertip', needs('chromium'), async (t) => {
  const port = await freePort();
  const world = await testApp(t, { env: { PORT: String(port) } });
  await world.app.listen({ host: '127.0.0.1', port });
  const url = `http://127.0.0.1:${port}`;
  const anna = await person(world, 'anna');
  await seedAccount(world, anna.userId, { label: 'Swing', trades: 60 });
  await asAdministrator(world.login, (client) =>
    client.query(
      `insert into imports (user_id, id, kind, state, created_at, file_name) values ($1, $2, 'report', 'failed', now(), 'a.html')`,
      [anna.userId, randomUUID()],
    ),
  );
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const context = await browser.newContext({ viewport: screens.phone });
  const name = world.kit.cookies.session;
  await context.addCookies([{ name, value: anna.browser.cookie(name) ?? '', url }]);
  const page = await context.newPage();
  for (const path of ['/trades', '/trades?side=buy&sort=-net', '/trades/import', '/accounts']) {
    await page.goto(url + path, { waitUntil: 'networkidle' });
    t.same(await page.evaluate(small), [], path);
  }
});
