import type { Test } from 'tap';
import { setProfile } from '../data/users.js';
import { testApp } from './app.js';
import { callerWith, type Caller } from './caller.js';
import { person, tokenOf } from './cast.js';
import { seedAccount } from './trading.js';
import { seedTrades, type WishedTrade } from './trades.js';
import { withoutHelp } from './steps.js';

/** A trade that closed at an instant, with its result in cents and no costs. */
export const closedAt = (text: string, gross: number, more: Partial<WishedTrade> = {}): WishedTrade => ({
  openedAt: new Date(Date.parse(text) - 600_000),
  closedAt: new Date(text),
  gross,
  commission: 0,
  ...more,
});

/** What stands in a page as people read it: no marks, spaces between, narrow ones as plain. */
export const readable = (html: string): string =>
  withoutHelp(html)
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll(/[\s\u202f]+/g, ' ');

/** The version that the form of a page has seen. */
export const versionIn = (html: string): string => /name="version" value="(\d+)"/.exec(html)?.[1] ?? '';

/** Somebody with one account of these trades, who keeps a journal by the clock of a zone. */
export async function dayWorld(t: Test, wishes: readonly WishedTrade[] = [], timeZone = 'UTC') {
  const app = await testApp(t);
  const anna = await person(app, 'anna');
  await app.db.withTenant('app', anna.userId, (tx) => setProfile(tx, anna.userId, { timeZone }));
  const { accountId } = await seedAccount(app, anna.userId, { trades: 0 });
  const ids = await seedTrades(app, { userId: anna.userId, accountId }, wishes);
  const get = async (path: string): Promise<string> => {
    const answer = await anna.browser.get(path);
    t.equal(answer.statusCode, 200, path);
    return answer.body;
  };
  const write = (path: string, fields: Record<string, string>) =>
    anna.browser.fill(path, path, { version: '0', ...fields });
  const caller = async (): Promise<Caller> => callerWith(app, await tokenOf(app, anna));
  return { app, anna, accountId, ids, get, write, caller };
}
