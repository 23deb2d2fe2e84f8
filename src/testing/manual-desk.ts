import type { LightMyRequestResponse } from 'fastify';
import type { Test } from 'tap';
import { testApp, type TestApp } from './app.js';
import type { Browser } from './browser.js';
import { person, type Person } from './cast.js';
import { ask } from './steps.js';

/** The fields of an account that is made with its first trade. */
export const firstAccount = { label: 'By hand', currency: 'USD', balance: '1000' };

/** Ten pips of a lot at 150: 66.67 USD. */
export const yen = {
  ...{ symbol: 'USDJPY', side: 'buy', lots: '1', openedAt: '2026-02-03T10:00:00', openPrice: '149.90' },
  ...{ closedAt: '2026-02-03T10:30:00', closePrice: '150.00' },
};

export const formIdOf = (html: string): string => /name="formId" value="([^"]+)"/.exec(html)?.[1] ?? '';

/** Opens the form of a new trade and sends it. */
export async function addTrade(
  browser: Browser,
  fields: Record<string, string>,
): Promise<LightMyRequestResponse> {
  const formId = formIdOf((await browser.get('/trades/new')).body);
  return browser.post('/trades', { formId, ...fields });
}

interface Desk {
  world: TestApp;
  anna: Person;
  browser: Browser;
}

/** Somebody without any account. */
export async function deskByHand(t: Test): Promise<Desk> {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  return { world, anna, browser: anna.browser };
}

/** Somebody whose account by hand has the trade of the yen; the account's id, and the address of the trade. */
export async function deskWithTrade(t: Test): Promise<Desk & { accountId: string; path: string }> {
  const desk = await deskByHand(t);
  const first = await addTrade(desk.browser, { ...yen, ...firstAccount });
  const [row] = await ask<{ id: string }>(desk.world, 'select id from accounts');
  return { ...desk, accountId: row?.id ?? '', path: first.headers.location ?? '' };
}
