import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { ensureLabels, mostLabels, usedLabels } from '../../data/labels.js';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { rowsOf } from '../../testing/rows.js';
import { seedAccount } from '../../testing/trading.js';

t.setTimeout(600_000);

async function desk(t: Test) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { tradeIds } = await seedAccount(world, anna.userId, { trades: 3 });
  const { browser } = anna;
  await browser.get('/settings/tags');
  const page = async (): Promise<string> => (await browser.get('/settings/tags')).body;
  /** The address of a word, by its name. */
  const path = async (name: string): Promise<string> => {
    const item = (await page()).split('<li>').find((part) => part.includes(`<span>${name}</span>`)) ?? '';
    return /action="(\/settings\/\w+\/[0-9a-f-]{36})"/.exec(item)?.[1] ?? '';
  };
  const write = (at: number, fields: Record<string, string>) =>
    browser.post(`/trades/${tradeIds[at] ?? ''}/journal`, { version: '0', ...fields });
  return { world, anna, browser, page, path, write };
}

const idOf = (path: string): string => path.split('/').at(-1) ?? '';

void t.test('words are added, renamed and counted', async (t) => {
  const { browser, page, path, write } = await desk(t);
  t.equal((await browser.post('/settings/tags', { name: ' Late   entry ' })).statusCode, 303);
  t.equal((await browser.post('/settings/tags', { name: 'late ENTRY' })).statusCode, 303, 'the second click');
  t.equal((await page()).match(/<span>late entry<\/span>/gi)?.length, 1);
  await write(0, { newTags: 'Late entry', setup: 'Gap' });
  await write(1, { newTags: 'late entry' });
  t.match(await page(), /Late entry[\s\S]*?2 trades/);
  t.match(await page(), /Gap[\s\S]*?1 trade</);
  t.equal(
    (await browser.post(await path('Late entry'), { name: 'LATE entry', colour: '3' })).statusCode,
    303,
  );
  t.match(await page(), /data-tint="3"><span>LATE entry</);
  const taken = await browser.post(await path('LATE entry'), { name: 'news', colour: '3' });
  t.equal(taken.statusCode, 422);
  t.match(taken.body, 'Merge this one into it instead.');
  for (const name of ['', 'a,b', 'None', 'x'.repeat(41)])
    t.equal((await browser.post('/settings/setups', { name })).statusCode, 422, name);
});

void t.test('one word is merged into another, also in the lists somebody keeps', async (t) => {
  const { browser, page, path, write } = await desk(t);
  await write(0, { newTags: 'Fomo', setup: 'Gap' });
  await write(1, { newTags: 'Fomo, News', setup: 'Fade' });
  const [fomo, news] = [await path('Fomo'), await path('News')];
  await browser.post('/trades/views', { name: 'Mine', query: `?tag=${idOf(fomo)}` });
  t.equal((await browser.post(`${fomo}/merger`, { into: idOf(news) })).statusCode, 303);
  t.match(await page(), /News[\s\S]*?2 trades/);
  t.notMatch(await page(), '<span>Fomo<');
  t.match((await browser.get('/trades')).body, `href="/trades?tag=${idOf(news)}">Mine<`);
  t.equal((await browser.post(`${fomo}/merger`, { into: idOf(news) })).statusCode, 404, 'the second click');
  const [gap, fade] = [await path('Gap'), await path('Fade')];
  await browser.post(`${gap}/merger`, { into: idOf(fade) });
  t.match(await page(), /Fade[\s\S]*?2 trades/);
  t.equal((await browser.post(`${fade}/merger`, { into: '' })).statusCode, 422);
  t.equal((await browser.post(`${fade}/merger`, { into: idOf(fade) })).statusCode, 404);
  t.equal((await browser.post(`${news}/merger`, { into: idOf(fade) })).statusCode, 404, 'a tag is no setup');
});

void t.test('a word is deleted from its trades, and their notes stay', async (t) => {
  const { browser, page, path, write } = await desk(t);
  await write(0, { notes: 'kept', newTags: 'Fomo', setup: 'Gap' });
  t.match(await page(), 'It is taken from 1 trade; their notes stay.');
  for (const name of ['Fomo', 'Gap']) {
    const at = await path(name);
    t.equal((await browser.post(`${at}/removal`)).statusCode, 303);
    t.equal((await browser.post(`${at}/removal`)).statusCode, 404, 'the second click');
  }
  t.match((await browser.get('/trades?notes=yes&tag=none&setup=none')).body, 'Has notes');
});

void t.test('nobody touches the words of another', async (t) => {
  const { world, anna, path, browser } = await desk(t);
  await browser.post('/settings/setups', { name: 'Secret' });
  const [tag, setup] = [await path('News'), await path('Secret')];
  const before = await rowsOf(world.login, anna.userId);
  const bert = await person(world, 'bert');
  t.notMatch((await bert.browser.get('/settings/tags')).body, 'Secret');
  for (const at of [tag, setup, `/settings/tags/${randomUUID()}`, '/settings/setups/x']) {
    t.equal((await bert.browser.post(at, { name: 'Mine' })).statusCode, 404);
    t.equal((await bert.browser.post(`${at}/merger`, { into: idOf(tag) })).statusCode, 404);
    t.equal((await bert.browser.post(`${at}/removal`)).statusCode, 404);
  }
  t.same(await rowsOf(world.login, anna.userId), before);
});

void t.test('there are never more words than the bound, and those that are there need no room', async (t) => {
  const { world, anna, browser, page } = await desk(t);
  const { userId } = anna;
  const at = world.clock.now();
  const ensure = (names: readonly string[]) =>
    world.db.withTenant('app', userId, (tx) => ensureLabels(tx, userId, 'setups', { names, at }));
  const numbered = Array.from({ length: mostLabels - 1 }, (_, n) => `S${n}`);
  t.equal((await ensure(numbered))?.length, mostLabels - 1);
  t.equal(await ensure(['One', 'Two']), null);
  const both = await Promise.all([ensure(['One']), ensure(['Two']), ensure(['Three'])]);
  t.equal(both.filter((made) => made !== null).length, 1, 'of several at once one has the last place');
  const all = await world.db.withTenant('app', userId, (tx) => usedLabels(tx, userId, 'setups'));
  t.equal(all.length, mostLabels);
  t.equal((await ensure(['s1', 'S2', 's2']))?.length, 2);
  t.equal((await browser.post('/settings/setups', { name: 's3' })).statusCode, 303, 'the second click');
  const more = await browser.post('/settings/setups', { name: 'Surplus' });
  t.equal(more.statusCode, 422);
  t.match(more.body, `There are ${mostLabels} already`);
  t.notMatch(await page(), '<span>Surplus<');
});
