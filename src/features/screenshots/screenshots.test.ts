import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import t from 'tap';
import { removeAccount } from '../../data/accounts.js';
import { entryOf, writeEntry } from '../../data/journal.js';
import { pictureFiles } from '../../data/picture-files.js';
import { allScreenshotIds, screenshotLimits } from '../../data/screenshots.js';
import { noJudgement } from '../../domain/judgement.js';
import { kindOf } from '../../pictures/kind.js';
import type { TestApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { noLimits } from '../../testing/limits.js';
import { pngOf } from '../../testing/pictures.js';
import { rowsOf } from '../../testing/rows.js';
import { file, namesIn, pictureDesk, region, sendPictures, shown } from '../../testing/screenshots.js';
import { seedAccount } from '../../testing/trading.js';
import { limitTable } from '../../web/limits.js';

t.setTimeout(600_000);

void t.test('a picture of a trade is kept, shown, and served so that it can do nothing', async (t) => {
  const { anna, id, folder } = await pictureDesk(t);
  t.match(await region(anna, id), 'Up to 10 pictures more');
  t.match((await anna.browser.get(`/trades/${id}`)).body, `hx-get="/trades/${id}/screenshots"`);
  const answer = await sendPictures(anna, id, [file(pngOf(3_000, 2_000), '../../../etc/cron.d/x')], {
    caption: 'Entry <b>',
  });
  t.equal(answer.statusCode, 303);
  t.equal(answer.headers.location, `/trades/${id}#screenshots`);
  const body = await region(anna, id);
  t.match(body, '1 of 10');
  t.match(body, 'value="Entry &lt;b&gt;"');
  t.match(body, 'width="480" height="320"');
  const [picture = ''] = await shown(anna, id);
  for (const path of [`/screenshots/${picture}`, `/screenshots/${picture}/thumbnail`]) {
    const { statusCode, headers, rawPayload } = await anna.browser.get(path);
    t.equal(statusCode, 200);
    t.equal(kindOf(rawPayload), 'webp');
    t.match(headers, {
      'content-type': 'image/webp',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=31536000, immutable',
      'cross-origin-resource-policy': 'same-origin',
      'content-length': String(rawPayload.length),
    });
    t.equal(headers['content-disposition'], undefined);
  }
  t.same((await namesIn(folder)).sort(), [`${picture}.small.webp`, `${picture}.webp`]);
});

void t.test('the same file twice, or twice at once, is one picture; the eleventh is refused', async (t) => {
  const { anna, id, folder } = await pictureDesk(t);
  const twice = [1, 2].map(() => sendPictures(anna, id, [file(pngOf(7, 7))]));
  for (const answer of await Promise.all(twice)) t.equal(answer.statusCode, 303);
  t.equal((await sendPictures(anna, id, [file(pngOf(7, 7), 'another name.png')])).statusCode, 303);
  t.equal((await shown(anna, id)).length, 1);
  for (let at = 2; at <= 9; at += 1) await sendPictures(anna, id, [file(pngOf(at * 8, 1))]);
  const race = [101, 102, 103].map((width) => sendPictures(anna, id, [file(pngOf(width, 1))]));
  const statuses = (await Promise.all(race)).map(({ statusCode }) => statusCode).sort();
  t.same(statuses, [303, 422, 422], 'there is room for one of three');
  t.equal((await shown(anna, id)).length, 10);
  t.equal((await namesIn(folder)).length, 20, 'the files of the others are gone');
  const body = await region(anna, id);
  t.match(body, 'There is room for no more.');
  t.notMatch(body, 'type="file"');
  t.match((await sendPictures(anna, id, [file(pngOf(99, 99))])).body, 'This trade has 10 screenshots');
  t.equal((await sendPictures(anna, id, [file(pngOf(7, 7))])).statusCode, 303, 'one that is there is there');
});

void t.test('500 MB are all there is for one person, and it is said in time', async (t) => {
  const { world, anna, id, otherId } = await pictureDesk(t);
  await sendPictures(anna, otherId, [file(pngOf(5, 5))]);
  const fill = (bytes: number): Promise<unknown> =>
    world.db.withTenant('app', anna.userId, (tx) =>
      sql`update screenshots set bytes = ${bytes} where user_id = ${anna.userId}`.execute(tx),
    );
  await fill(0.85 * screenshotLimits.bytes);
  t.match(await region(anna, id), 'Your screenshots take up 425 of 500 MB.');
  t.equal((await sendPictures(anna, id, [file(pngOf(6, 6))])).statusCode, 303);
  await fill(screenshotLimits.bytes);
  const refused = await sendPictures(anna, id, [file(pngOf(8, 8))]);
  t.equal(refused.statusCode, 422);
  t.match(refused.body, 'take up 500 MB, which is all there is room for');
  const bert = await person(world, 'bert');
  const his = (await seedAccount(world, bert.userId, { trades: 1 })).tradeIds[0] ?? '';
  await bert.browser.get('/settings/profile');
  t.equal((await sendPictures(bert, his, [file(pngOf(8, 8))])).statusCode, 303, 'others have their own');
});

void t.test('sixty within an hour', async (t) => {
  const limits = { ...noLimits, pictureByUser: { ...limitTable.pictureByUser, count: 2 } };
  const { anna, id } = await pictureDesk(t, { limits });
  for (const width of [1, 2]) await sendPictures(anna, id, [file(pngOf(width, 1))]);
  const refused = await sendPictures(anna, id, [file(pngOf(3, 1))]);
  t.equal(refused.statusCode, 422);
  t.match(refused.body, 'Sixty pictures within an hour are the limit.');
  t.equal((await shown(anna, id)).length, 2);
});

void t.test('a caption is changed, and one that cannot be used stays as it was typed', async (t) => {
  const { anna, id } = await pictureDesk(t);
  await sendPictures(anna, id, [file(pngOf(3, 3))]);
  const [picture = ''] = await shown(anna, id);
  const path = `/screenshots/${picture}/caption`;
  const saved = await anna.browser.post(path, { caption: '  Before the news  ' });
  t.equal(saved.statusCode, 303);
  t.match(await region(anna, id), 'value="Before the news"');
  const typed = 'y'.repeat(201);
  const refused = await anna.browser.post(path, { caption: typed });
  t.equal(refused.statusCode, 422);
  t.match(refused.body, 'within 200 characters');
  t.match(refused.body, `value="${typed}"`);
  t.match(await region(anna, id), 'value="Before the news"');
  await anna.browser.post(path, { caption: '' });
  t.match(await region(anna, id), 'Add a caption');
});

void t.test('a deleted picture is gone with its files, and the second click finds nothing', async (t) => {
  const { world, anna, id, folder } = await pictureDesk(t);
  const before = await rowsOf(world.login, anna.userId);
  await sendPictures(anna, id, [file(pngOf(3, 3)), file(pngOf(4, 4))]);
  const all = await shown(anna, id);
  for (const picture of all) {
    t.equal((await anna.browser.post(`/screenshots/${picture}/removal`)).statusCode, 303);
    t.equal((await anna.browser.get(`/screenshots/${picture}`)).statusCode, 404);
    t.equal((await anna.browser.post(`/screenshots/${picture}/removal`)).statusCode, 404);
  }
  t.equal(all.length, 2);
  t.same(await namesIn(folder), []);
  t.same(await rowsOf(world.login, anna.userId), before, 'no empty entry is left behind');
});

const write = ({ db, clock }: TestApp, userId: string, tradeId: string, seen: number): Promise<boolean> =>
  db.withTenant('app', userId, (tx) =>
    writeEntry(tx, userId, tradeId, {
      ...{ ...noJudgement, notes: 'written', setupId: null, tagIds: [], mistakeIds: [] },
      ...{ seen, at: clock.now() },
    }),
  );

void t.test('a picture makes no editor stale, and stays when what is written goes on', async (t) => {
  const { world, anna, id, otherId } = await pictureDesk(t);
  await sendPictures(anna, id, [file(pngOf(3, 3))]);
  const entry = await world.db.withTenant('app', anna.userId, (tx) => entryOf(tx, anna.userId, id));
  t.match(entry, { version: 0, notes: '', updatedAt: null }, 'as if nothing was ever written');
  t.ok(await write(world, anna.userId, id, 0), 'an editor that was open before saves');
  t.equal(await write(world, anna.userId, id, 0), false, 'once');
  await write(world, anna.userId, otherId, 0);
  await sendPictures(anna, otherId, [file(pngOf(4, 4))]);
  t.ok(await write(world, anna.userId, otherId, 1), 'one that was written before is as it was');
  for (const trade of [id, otherId]) t.equal((await shown(anna, trade)).length, 1);
  const [picture = ''] = await shown(anna, id);
  await anna.browser.post(`/screenshots/${picture}/removal`);
  t.match(
    await world.db.withTenant('app', anna.userId, (tx) => entryOf(tx, anna.userId, id)),
    { notes: 'written' },
    'the notes stay when the last picture goes',
  );
});

void t.test(
  'files of an account that was deleted go with the next sweep, those of others stay',
  async (t) => {
    const { world, anna, accountId, id, folder } = await pictureDesk(t);
    await sendPictures(anna, id, [file(pngOf(3, 3))]);
    const bert = await person(world, 'bert');
    const his = (await seedAccount(world, bert.userId, { trades: 1 })).tradeIds[0] ?? '';
    await bert.browser.get('/settings/profile');
    await sendPictures(bert, his, [file(pngOf(3, 3))]);
    const hour = new Date(Date.now() - 3_700_000);
    for (const name of await namesIn(folder)) await utimes(join(folder, name), hour, hour);
    const sweep = () => pictureFiles(folder).sweep(Date.now(), () => allScreenshotIds(world.db));
    t.equal(await sweep(), 0);
    await world.db.withTenant('app', anna.userId, (tx) => removeAccount(tx, anna.userId, accountId));
    t.equal(await sweep(), 2);
    const [picture = ''] = await shown(bert, his);
    t.same((await namesIn(folder)).sort(), [`${picture}.small.webp`, `${picture}.webp`]);
    t.equal((await bert.browser.get(`/screenshots/${picture}`)).statusCode, 200);
  },
);
