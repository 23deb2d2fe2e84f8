import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { AxeResults } from 'axe-core';
import { programPath } from './needs.js';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The machine's own Chromium, without a window. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: programPath('chromium') ?? 'chromium', args: flags });

/** Sizes every page is looked at in. */
export const screens = { desktop: { width: 1280, height: 860 }, phone: { width: 375, height: 812 } } as const;

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Everything a page complained about so far: console errors, broken scripts, refused or failed requests. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) =>
    complaints.push(`${request.url()} ${request.failure()?.errorText ?? ''}`),
  );
  return complaints;
}

/** The same without questions of the palette that the next letter, or the way to another page, put an end to. */
export const withoutReplaced = (complaints: readonly string[]): string[] =>
  complaints.filter((line) => !/\/palette\S* net::ERR_ABORTED$/.test(line));

/** Resolves when nothing moves any more but what moves for ever: half-faded text has half its contrast. */
const atRest = (page: Page): Promise<unknown> =>
  page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime !== Infinity).map((one) => one.finished))
    .then(() => true)`);

/** What axe finds serious or critical, a line each: the rule and the element. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await atRest(page);
  // The page's own policy forbids injected scripts, so axe comes in through the debugger.
  await page.evaluate(axeSource);
  const results = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}

/** True when the page can be scrolled sideways, which no page of ours may. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
