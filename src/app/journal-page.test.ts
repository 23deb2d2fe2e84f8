import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { testApp } from '../testing/app.js';
import { person } from '../testing/cast.js';
import {
  accessibilityFaults,
  complaintsOf,
  launchChromium,
  overflows,
  screens,
} from '../testing/chromium.js';
import { freePort } from '../testing/free-port.js';
import { needs } from '../testing/needs.js';
import { seedAccount } from '../testing/trading.js';
import { seedTrades } from '../testing/trades.js';
import { writeOf } from '../testing/written.js';

t.setTimeout(600_000);

/** What somebody might write who wants a page to do something; `seen()` would be heard. */
const hostileNotes: readonly string[] = [
  ...[
    '<script>seen()</script>',
    '<img src=x onerror="seen()">',
    '<svg onload="seen()">',
    '<svg/onload=seen()>',
  ],
  ...[
    '<body onload=seen()>',
    '<iframe src="javascript:seen()"></iframe>',
    '<iframe srcdoc="<script>seen()</script>"></iframe>',
  ],
  ...[
    '<a href="javascript:seen()">x</a>',
    '[x](javascript:seen())',
    '[x](JaVaScRiPt:seen())',
    '![x](x" onerror="seen())',
  ],
  ...[
    '<style>@import "//evil.example"</style>',
    '<link rel=stylesheet href=//evil.example>',
    '<base href="//evil.example">',
  ],
  ...[
    '<meta http-equiv=refresh content="0;url=//evil.example">',
    '<form action=//evil.example><button autofocus onfocus=seen()>',
  ],
  ...[
    '<input autofocus onfocus="seen()">',
    '<details open ontoggle="seen()">',
    '<video><source onerror="seen()"></video>',
  ],
  ...[
    '<audio src=x onerror=seen()>',
    '<object data="javascript:seen()">',
    '<embed src="javascript:seen()">',
    '<math><mi xlink:href="javascript:seen()">',
  ],
  ...[
    '<div hx-get="/logout" hx-trigger="load">',
    '<div hx-post="/logout" hx-trigger="revealed">',
    '<div data-hx-get="/logout" data-hx-trigger="load">',
  ],
  ...[
    '<div hx-on:click="seen()">',
    '<div hx-on::load="seen()">',
    '<div hx-vals="js:{a:seen()}" hx-get="/" hx-trigger="load">',
  ],
  ...[
    '<div hx-ext="ws" ws-connect="//evil.example">',
    '<div hx-swap-oob="true" id="entries">',
    '<body hx-boost="true">',
  ],
  ...[
    '<div x-data x-init="seen()">',
    '<div x-data="{a: seen()}">',
    '<div x-html="seen()">',
    '<div x-data @click="seen()" x-effect="seen()">',
  ],
  ...[
    '<template x-if="seen()"><p></template>',
    '<div x-on:load="seen()">',
    '<div :class="seen()">',
    '<div x-text="seen()" x-cloak>',
  ],
  ...[
    '</p></div></article><script>seen()</script>',
    '</textarea><script>seen()</script>',
    '"><script>seen()</script>',
    `'><script>seen()</script>`,
  ],
  ...[
    '--><script>seen()</script>',
    ']]><script>seen()</script>',
    '</title><script>seen()</script>',
    '<<script>seen()//<</script>',
  ],
  ...[
    '<scr<script>ipt>seen()</scr</script>ipt>',
    '<mark>seen</mark><script>seen()</script>',
    '&lt;script&gt;seen()&lt;/script&gt;',
  ],
  ...[
    '&#60;script&#62;seen()',
    '\\x3cscript\\x3eseen()',
    '<% seen() %>',
    '<%~ seen() %>',
    '${seen()}',
    '{{seen()}}',
    '#{seen()}',
  ],
  ...[
    '<p style="background:url(javascript:seen())">',
    '<table background="javascript:seen()">',
    '<div style=position:fixed;inset:0>',
  ],
  ...[
    '<dialog open data-dialog-show>',
    '<button data-dialog-open="palette" autofocus>',
    '<div data-region hx-get="/journal/list" hx-trigger="load">',
  ],
];

async function opened(t: Test, screen: keyof typeof screens, notes: readonly string[]) {
  const port = await freePort();
  const world = await testApp(t, { env: { PORT: String(port) } });
  await world.app.listen({ host: '127.0.0.1', port });
  const url = `http://127.0.0.1:${port}`;
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { label: 'Swing', trades: 0 });
  const ids = await seedTrades(
    world,
    { userId: anna.userId, accountId },
    notes.map((_, n) => ({ openedAt: new Date(Date.UTC(2026, 0, 30) - n * 3_600_000) })),
  );
  for (const [at, text] of notes.entries())
    await writeOf(world, anna.userId, ids[at] ?? '', { notes: text, tags: [`tag ${at % 3}`] });
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const context = await browser.newContext({ viewport: screens[screen] });
  const name = world.kit.cookies.session;
  await context.addCookies([{ name, value: anna.browser.cookie(name) ?? '', url }]);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(`${url}/journal`, { waitUntil: 'networkidle' });
  return { world, anna, ids, page, url, complaints };
}

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `entry number${n} of many`);

const focusedEntry = (page: Page): Promise<number> =>
  page.evaluate('[...document.querySelectorAll(".entry")].indexOf(document.activeElement.closest(".entry"))');

for (const screen of ['desktop', 'phone'] as const)
  void t.test(
    `hostile notes do nothing and are read as they are, on a ${screen}`,
    needs('chromium'),
    async (t) => {
      const { page, url, complaints, ids, anna, world } = await opened(t, screen, hostileNotes);
      t.ok(hostileNotes.length >= 60, `${hostileNotes.length} of them`);
      const heard: string[] = [];
      await page.exposeFunction('seen', () => heard.push(page.url()));
      await writeOf(world, anna.userId, ids[0] ?? '', { notes: hostileNotes.join('\n\n'), seen: 1 });
      for (const query of [
        '',
        '?q=seen',
        '?q=script+seen&order=newest',
        '?q=onerror',
        '?q=%3Cscript%3Eseen()',
      ]) {
        await page.goto(`${url}/journal${query}`, { waitUntil: 'networkidle' });
        for (;;) {
          const foreign = await page.evaluate<number>(
            '[...document.querySelectorAll(".entry-text *, .written *")].filter((one) => one.matches(":not(mark)") || one.attributes.length > 0).length',
          );
          t.equal(foreign, 0, `${page.url()} has no element of a note`);
          if (screen === 'phone') break;
          const next = page.locator('.entry-pager a[rel="next"]');
          if ((await next.count()) === 0) break;
          const before = page.url();
          await next.click();
          await page.waitForURL((address) => address.toString() !== before);
        }
        t.notOk(await overflows(page), `${query} stays within the page`);
        t.match(page.url(), `${url}/journal`);
      }
      t.same(heard, [], 'nothing ran');
      t.same(complaints, [], 'the policy had nothing to refuse');
    },
  );

void t.test('the journal without a mouse', needs('chromium'), async (t) => {
  const { page, url, complaints } = await opened(t, 'desktop', numbered(40));
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  t.equal(await focusedEntry(page), 1);
  await page.keyboard.press('k');
  t.equal(await focusedEntry(page), 0);
  await page.keyboard.press('?');
  t.ok(await page.locator('dialog#keys').isVisible());
  t.same(await accessibilityFaults(page), []);
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.keyboard.type('number12?j');
  t.equal(await page.locator('#f-q').inputValue(), 'number12?j', 'who types means the field');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${url}/journal?q=number12`);
  await page.locator('.page-note', { hasText: '1 entry found' }).waitFor();
  t.same(await page.locator('.entry mark').allTextContents(), ['number12']);
  t.same(await accessibilityFaults(page), []);
  await page.locator('h1').click();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/trades\/[0-9a-f-]{36}$/);
  t.same(complaints, []);
});

void t.test('a filter is asked for at once, and its chip takes it off', needs('chromium'), async (t) => {
  const { page, url, complaints } = await opened(t, 'desktop', numbered(9));
  await page.locator('.tag-filter > summary').first().click();
  await page.locator('.tag-filter label', { hasText: 'tag 1' }).click();
  await page.waitForURL(/\?tag=/);
  await page.locator('.chip', { hasText: 'tag 1' }).first().waitFor();
  t.equal(await page.locator('.entry').count(), 3);
  await page.locator('.filter-chips .chip-remove').click();
  await page.waitForURL(`${url}/journal`);
  await page.locator('.entry').nth(8).waitFor();
  t.same(complaints, []);
});

void t.test('on a phone the entries go on while one scrolls', needs('chromium'), async (t) => {
  const { page, complaints } = await opened(t, 'phone', numbered(75));
  t.equal(await page.locator('.entry').count(), 30);
  t.notOk(await page.locator('.entry-pager').isVisible(), 'there is nothing to turn');
  for (const wanted of [60, 75]) {
    await page.evaluate('window.scrollTo(0, document.body.scrollHeight)');
    await page
      .locator('.entry')
      .nth(wanted - 1)
      .waitFor();
  }
  const days = await page.locator('.entry-day').allTextContents();
  t.equal(new Set(days).size, days.length, 'each day has one heading');
  t.equal(await page.locator('.more-entries').count(), 0);
  t.notOk(await overflows(page));
  t.same(await accessibilityFaults(page), []);
  t.same(complaints, []);
});

void t.test('a missed trade is written down and deleted through its dialog', needs('chromium'), async (t) => {
  const { page, url, complaints } = await opened(t, 'desktop', numbered(1));
  await page.locator('.page-tools a', { hasText: 'Add a missed trade' }).click();
  await page.locator('#f-symbol').fill('xauusd');
  await page.locator('label', { hasText: 'Sell' }).click();
  await page.locator('label', { hasText: 'Fearful' }).click();
  await page.locator('#f-reason').fill('Away from the desk');
  await page.locator('.missed-form button', { hasText: 'Save' }).click();
  await page.waitForURL(`${url}/journal`);
  await page.locator('.entry', { hasText: 'Away from the desk' }).locator('.row-link').click();
  await page.waitForURL(/\/journal\/missed\//);
  t.same(await accessibilityFaults(page), []);
  await page.locator('.page-tools a', { hasText: 'Delete' }).click();
  await page.locator('dialog#removal').waitFor();
  t.same(await accessibilityFaults(page), []);
  await page.locator('dialog#removal button', { hasText: 'Delete' }).click();
  await page.waitForURL(`${url}/journal`);
  t.equal(await page.locator('.entry').count(), 1);
  t.same(complaints, []);
});
