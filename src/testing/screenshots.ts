import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import { testApp } from './app.js';
import { person, type Person } from './cast.js';
import { formOf, type FormFile } from './pictures.js';
import { seedAccount } from './trading.js';

/** A person with two trades, and the folder in which pictures of them lie. */
export async function pictureDesk(t: Test, options: Parameters<typeof testApp>[1] = {}) {
  const world = await testApp(t, options);
  const anna = await person(world, 'anna');
  const { accountId, tradeIds } = await seedAccount(world, anna.userId, { trades: 2 });
  const [id = '', otherId = ''] = tradeIds;
  await anna.browser.get('/settings/profile');
  return { world, anna, accountId, id, otherId, folder: join(world.stateDir, 'screenshots') };
}

export const file = (content: Buffer | string, name = 'chart.png'): FormFile => ({ name, content });

/** Sends the form of a trade's pictures. */
export const sendPictures = (
  { browser }: Person,
  tradeId: string,
  files: FormFile[],
  fields: Record<string, string> = {},
) =>
  browser.request({
    method: 'POST',
    url: `/trades/${tradeId}/screenshots`,
    ...formOf(files, { _csrf: browser.token, ...fields }),
  });

/** The region that shows them. */
export const region = async ({ browser }: Person, tradeId: string): Promise<string> =>
  (await browser.get(`/trades/${tradeId}/screenshots`)).body;

/** The ids of those that it shows. */
export const shown = async (who: Person, tradeId: string): Promise<string[]> =>
  [...(await region(who, tradeId)).matchAll(/href="\/screenshots\/([^"/]+)"/g)].map(([, id]) => id ?? '');

export const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
