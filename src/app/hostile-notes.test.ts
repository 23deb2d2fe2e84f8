import type { Page } from 'playwright-core';
import t from 'tap';
import { writeEntry } from '../data/journal.js';
import { ensureLabels } from '../data/labels.js';
import { noJudgement } from '../domain/judgement.js';
import { testApp, type TestApp } from '../testing/app.js';
import { person } from '../testing/cast.js';
import { complaintsOf, launchChromium } from '../testing/chromium.js';
import { freePort } from '../testing/free-port.js';
import { hostileNotes } from '../testing/hostile-notes.js';
import { needs } from '../testing/needs.js';
import { seedAccount } from '../testing/trading.js';
import { seedTrades } from '../testing/trades.js';

t.setTimeout(600_000);

/** A trade for each of them, with the same as its notes, and as far as there is room as its words. */
async function written(world: TestApp, userId: string): Promise<string[]> {
  const { accountId } = await seedAccount(world, userId, { label: 'Swing', trades: 0 });
  const ids = await seedTrades(
    world,
    { userId, accountId },
    hostileNotes.map(() => ({})),
  );
  const at = world.clock.now();
  await world.db.withTenant('app', userId, async (tx) => {
    for (const [place, notes] of hostileNotes.entries()) {
      const names = [notes.replace(/[,\s\u2028\u2029]/gu, '').slice(0, 38)];
      const entry = {
        ...noJudgement,
        notes,
        setupId: (await ensureLabels(tx, userId, 'setups', { names, at }))?.[0] ?? null,
        tagIds: (await ensureLabels(tx, userId, 'tags', { names, at })) ?? [],
        mistakeIds: (await ensureLabels(tx, userId, 'mistakes', { names, at })) ?? [],
      };
      await writeEntry(tx, userId, ids[place] ?? '', { ...entry, seen: 0, at });
    }
  });
  return ids;
}

/** What a page shows that only markup of somebody's own could have made. */
const strange = (page: Page): Promise<unknown> =>
  page.evaluate(`({
    hit: window.hit ?? null,
    made: [...document.querySelectorAll('.prose *')]
      .filter((one) => one.matches('script, img, svg, iframe, form, style, base, meta, [x-data], [hx-get], [hx-post], [style], dialog')
        || [...one.attributes].some(({ name }) => name.startsWith('on') || name.startsWith('hx') || name.startsWith('x-')))
      .map((one) => one.outerHTML.slice(0, 120)),
    links: [...document.querySelectorAll('.prose a')].map((one) => one.protocol).filter((one) => !/^(https?|mailto):$/.test(one)),
  })`);

const nothing = { hit: null, made: [], links: [] };

void t.test('hostile notes do nothing, wherever they are shown', needs('chromium'), async (t) => {
  t.ok(hostileNotes.length >= 60);
  const port = await freePort();
  const world = await testApp(t, { env: { PORT: String(port) } });
  await world.app.listen({ host: '127.0.0.1', port });
  const anna = await person(world, 'anna');
  const ids = await written(world, anna.userId);
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const url = `http://127.0.0.1:${port}`;
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const name = world.kit.cookies.session;
  await context.addCookies([{ name, value: anna.browser.cookie(name) ?? '', url }]);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const pages = [
    '/trades',
    '/trades?setup=none',
    '/settings/tags',
    '/analytics?by=tag',
    '/analytics?by=mistake',
  ];
  for (const path of [...ids.map((id) => `/trades/${id}`), ...pages]) {
    await page.goto(`${url}${path}`);
    for (const details of await page.locator('.notes-read:not([hidden]) summary').all())
      await details.click();
    t.same(await strange(page), nothing, path);
    t.equal(new URL(page.url()).pathname, path.split('?')[0], 'and the page stays where it is');
  }
  t.same(complaints, [], 'nothing was refused, because nothing was tried');
  t.same(
    asked.filter((each) => !each.startsWith(`${url}/`) && !each.startsWith('ws://127.0.0.1')),
    [],
  );
});
