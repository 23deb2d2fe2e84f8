import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Test } from 'tap';
import { accessibilityFaults, complaintsOf, launchChromium, overflows, screens } from './chromium.js';
import { projectRoot } from './database.js';
import { tradingWorld, type TradingWorld } from './trading-world.js';

export const pictures = join(projectRoot, 'var', 'screenshots');

/** Somebody at a browser, before a world in which accounts trade. */
export interface Desk {
  t: Test;
  world: TradingWorld;
  page: Page;
  go: (path: string) => Promise<unknown>;
  /** takes a picture, and looks for what nobody may meet: what cannot be read, or is wider than the screen */
  look: (what: string) => Promise<void>;
  /** everything the page complained about so far */
  complaints: string[];
}

export const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('button', { name, exact: true }).first().click();

export async function deskOf(t: Test, screen: keyof typeof screens): Promise<Desk> {
  const world = await tradingWorld(t);
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const viewport = screens[screen];
  const context = await browser.newContext({
    viewport,
    hasTouch: screen === 'phone',
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  const look = async (what: string): Promise<void> => {
    await page.screenshot({ path: join(pictures, `whole-${what}-${screen}.png`), fullPage: true });
    t.same(await accessibilityFaults(page), [], what);
    t.notOk(await overflows(page), what);
  };
  return { t, world, page, go: (path) => page.goto(world.url + path), look, complaints: complaintsOf(page) };
}
