import { generateSync } from 'otplib';
import type { BrowserContext, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { closeSession } from '../data/sessions.js';
import { testApp, type TestApp } from '../testing/app.js';
import { password, person } from '../testing/cast.js';
import { complaintsOf, launchChromium, screens, withoutReplaced } from '../testing/chromium.js';
import { freePort } from '../testing/free-port.js';
import { needs } from '../testing/needs.js';
import { scriptedSync } from '../testing/scripted-sync.js';
import { seedAccount } from '../testing/trading.js';

async function visit(
  t: Test,
  options: Parameters<typeof testApp>[1] = {},
): Promise<{ world: TestApp; url: string; context: BrowserContext; page: Page }> {
  const port = await freePort();
  const world = await testApp(t, { env: { PORT: String(port) }, ...options });
  await world.app.listen({ host: '127.0.0.1', port });
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const context = await browser.newContext({ viewport: screens.desktop, timezoneId: 'Europe/Berlin' });
  return { world, url: `http://127.0.0.1:${port}`, context, page: await context.newPage() };
}

async function signedIn(t: Test, path: string, options: Parameters<typeof testApp>[1] = {}) {
  const visited = await visit(t, options);
  const { world, context, page, url } = visited;
  const owner = await person(world, 'owner');
  const name = world.kit.cookies.session;
  await context.addCookies([{ name, value: owner.browser.cookie(name) ?? '', url }]);
  await page.goto(url + path);
  return { ...visited, owner };
}

void t.test('a person at a real browser', needs('chromium'), async (t) => {
  await t.test('the first visitor becomes administrator, in their own time zone', async (t) => {
    const { url, page, world } = await visit(t, { isEmpty: true });
    const complaints = complaintsOf(page);
    await page.goto(url);
    await page.getByLabel('Email').fill('first@example.org');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.waitForURL('**/welcome');
    t.match(await page.locator('#toasts').innerText(), /This installation is yours/);
    await page.goto(`${url}/settings/profile`);
    t.equal(await page.getByLabel('Time zone').inputValue(), 'Europe/Berlin');
    await page.goto(`${url}/dashboard`);
    await page.locator('.user-menu summary').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/login');
    t.equal(
      await world.db.lookup('email', 'first@example.org', new Date()).then((found) => found?.role),
      'admin',
    );
    t.same(complaints, []);
  });

  await t.test('a token is shown once, made once by a double click, and revoked', async (t) => {
    const { page, world, owner } = await signedIn(t, '/settings/tokens');
    const complaints = complaintsOf(page);
    await page.getByLabel('Name').fill('spreadsheet');
    await page.getByRole('button', { name: 'Make token' }).dblclick();
    const token = await page.locator('#new-token').innerText();
    t.match(token, /^rj_[\w-]{43}$/);
    const me = { authorization: `Bearer ${token}` };
    t.equal((await world.browser().get('/api/v1/me', me)).json<{ email: string }>().email, owner.email);
    t.equal(await page.locator('#tokens tbody tr').count(), 1);
    await page.reload();
    t.equal(await page.locator('#new-token').count(), 0);
    page.on('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No tokens yet').waitFor();
    t.equal((await world.browser().get('/api/v1/me', me)).statusCode, 401);
    t.same(complaints, []);
  });

  await t.test('bad input gets a sentence and loses nothing that was typed', async (t) => {
    const { page } = await signedIn(t, '/settings/tokens');
    const long = 'x'.repeat(70);
    await page.getByLabel('Name').fill(long);
    await page.getByRole('button', { name: 'Make token' }).click();
    await page.getByText('Please keep it within 60 characters.').waitFor();
    t.equal(await page.getByLabel('Name').inputValue(), long);
    t.equal(await page.evaluate('document.activeElement.name'), 'name');
  });

  await t.test('the second factor is set up and asked for', async (t) => {
    const { page, world } = await signedIn(t, '/settings/security');
    const complaints = complaintsOf(page);
    await page.locator('#two-factor').getByLabel('Your password').fill(password);
    await page.getByRole('button', { name: 'Set up' }).click();
    const secret = (await page.locator('#factor-secret').innerText()).replaceAll(/\s/g, '');
    const code = (): string =>
      generateSync({ secret, epoch: Math.floor(world.clock.now().getTime() / 1000) });
    await page.getByLabel('Code the app shows').fill(code());
    await page.getByRole('button', { name: 'Turn on' }).click();
    const codes = (await page.locator('#recovery-codes').innerText()).trim().split('\n');
    t.equal(codes.length, 10);
    await page.locator('.user-menu summary').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/login');
    await page.getByLabel('Email').fill('owner@example.org');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/login/code**');
    world.clock.advance(30_000);
    await page.getByLabel('Code', { exact: true }).fill(code());
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL('**/dashboard');
    t.same(complaints, []);
  });

  await t.test('a region that cannot be loaded says so, and Retry mends it', async (t) => {
    const { page } = await signedIn(t, '/settings/security');
    await page.route('**/settings/security/sessions', (route) => route.abort());
    await page.evaluate('htmx.trigger("#sessions", "refresh")');
    await page.getByText('The list of sessions could not be loaded.').waitFor();
    await page.unroute('**/settings/security/sessions');
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.locator('#sessions .failed').waitFor({ state: 'detached' });
    t.match(await page.locator('#sessions').innerText(), /Firefox on Linux/);
  });

  await t.test(
    'Ctrl-K reaches an account by a part of its name, and a page behind another one',
    async (t) => {
      const { page, world, owner } = await signedIn(t, '/settings/profile');
      const complaints = complaintsOf(page);
      const { accountId } = await seedAccount(world, owner.userId, { label: 'Evening gold', trades: 2 });
      const chosen = page.locator('#palette [aria-selected="true"]');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('evening');
      await chosen.getByText('Evening gold').waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/accounts/${accountId}`);
      await page.keyboard.press('Control+k');
      await page.keyboard.type('eurus');
      await chosen.getByText('EURUSD').waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/trades?symbol=EURUSD');
      await page.getByRole('button', { name: /Go to/ }).click();
      await page.keyboard.type('tokens');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/settings/tokens');
      t.same(withoutReplaced(complaints), []);
    },
  );

  await t.test(
    'a live page whose session has ended leads to the sign-in, but keeps what is typed',
    async (t) => {
      const { page, world, owner, context } = await signedIn(t, '/dashboard', { sync: scriptedSync() });
      const typing = await context.newPage();
      await typing.goto(new URL('/settings/profile', page.url()).href);
      await typing.getByLabel('Name').fill('half a na');
      await world.db.withTenant('app', owner.userId, (tx) => closeSession(tx, owner.userId, owner.sessionId));
      world.clock.advance(5_000);
      await page.waitForURL('**/login**');
      await typing.locator('#sync-state[data-cut="ended"]').waitFor();
      t.equal(await typing.getByLabel('Name').inputValue(), 'half a na');
    },
  );
});
