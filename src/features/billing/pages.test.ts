import t from 'tap';
import { person, type Person } from '../../testing/cast.js';
import { launchChromium } from '../../testing/chromium.js';
import { freePort } from '../../testing/free-port.js';
import { inspectAll } from '../../testing/inspected.js';
import { needs } from '../../testing/needs.js';
import { sellingApp, subscribe, type SellingWorld } from '../../testing/stripe/world.js';

t.setTimeout(600_000);

const cookieOf = ({ kit }: SellingWorld, { browser }: Person): { name: string; value: string } => {
  const name = kit.cookies.session;
  return { name, value: browser.cookie(name) ?? '' };
};

void t.test('where plans are sold their pages are in order', needs('chromium'), async (t) => {
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const port = await freePort();
  const world = await sellingApp(t, { env: { PORT: String(port) } });
  await world.app.listen({ host: '127.0.0.1', port });
  const url = `http://127.0.0.1:${port}`;
  await inspectAll(t, browser, { url, pages: { '/': 200, '/pricing': 200 } });
  const anna = await person(world, 'anna');
  const cookie = cookieOf(world, anna);
  const limited = {
    '/analytics/figures': 402,
    '/accounts/new': 200,
    '/trades/new': 200,
    '/trades/import': 200,
  };
  await inspectAll(t, browser, { url, cookie, pages: { '/settings/plan': 200, ...limited } });
  const subscription = await subscribe(world, anna, 'price_elite_month');
  await world.stripe.renew(subscription, 'failed');
  const late = { '/settings/plan?back=paid': 200, '/dashboard?period=week': 200 };
  await inspectAll(t, browser, { url, cookie, pages: late });
  const admin = await person(world, 'admin', 'admin');
  const pages = { '/admin/revenue': 200, '/settings/plan?as=admin': 200 };
  await inspectAll(t, browser, { url, cookie: cookieOf(world, admin), pages });
});
