import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import type { Test } from 'tap';
import { accessibilityFaults, complaintsOf, overflows, screens } from './chromium.js';
import { projectRoot } from './database.js';

const pictures = join(projectRoot, 'var', 'screenshots');

/** Opens a page at one size; every complaint of browser, policy or axe is a line. */
async function inspect(
  context: BrowserContext,
  url: string,
  name: string,
  status: number,
): Promise<string[]> {
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  const answer = await page.goto(url, { waitUntil: 'networkidle' });
  const found = [
    ...(answer?.status() === status ? [] : [`answered ${answer?.status() ?? 'nothing'}`]),
    // Chromium itself calls a page that answers 404 an error.
    ...complaints.filter((line) => status === 200 || !line.startsWith('Failed to load resource')),
    ...(await accessibilityFaults(page)),
    ...((await overflows(page)) ? ['scrolls sideways'] : []),
  ];
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  await page.close();
  return found;
}

/** Opens pages (each with the status it answers with) at every size; whatever is amiss fails the test. */
export async function inspectAll(
  t: Test,
  browser: Browser,
  {
    url,
    cookie,
    pages,
  }: { url: string; cookie?: { name: string; value: string }; pages: Record<string, number> },
): Promise<void> {
  await mkdir(pictures, { recursive: true });
  for (const [screen, viewport] of Object.entries(screens)) {
    const context = await browser.newContext({ viewport });
    if (cookie !== undefined) await context.addCookies([{ ...cookie, url }]);
    for (const [path, status] of Object.entries(pages)) {
      const name = `${path.replaceAll(/[/?=]/g, '-').slice(1) || 'landing'}-${screen}`;
      t.same(await inspect(context, url + path, name, status), [], `${path} on a ${screen}`);
    }
    await context.close();
  }
}
