import { randomUUID } from 'node:crypto';
import { readdir, readlink } from 'node:fs/promises';
import t from 'tap';
import { screenshotLimits } from '../../data/screenshots.js';
import { person } from '../../testing/cast.js';
import { exifOf, formOf, jpegOf, pngOf, type FormFile } from '../../testing/pictures.js';
import { rowsOf } from '../../testing/rows.js';
import { file, namesIn, pictureDesk, sendPictures, shown } from '../../testing/screenshots.js';

t.setTimeout(600_000);

void t.test('names from outside name nothing here', async (t) => {
  const { world, anna, id, folder } = await pictureDesk(t);
  const before = await namesIn(world.stateDir);
  const names = [
    '../x.png',
    '..\\x.png',
    '%2e%2e%2fx.png',
    '/etc/passwd',
    'a\u202Egnp.exe',
    'x'.repeat(4_000),
  ];
  for (const [at, name] of names.entries())
    t.equal(
      (await sendPictures(anna, id, [file(pngOf(at + 1, 1), name)])).statusCode,
      303,
      name.slice(0, 20),
    );
  t.same(
    (await namesIn(world.stateDir)).filter((name) => !before.includes(name)),
    ['screenshots'],
  );
  t.ok((await namesIn(folder)).every((name) => /^[\da-f-]{36}(\.small)?\.webp$/.test(name)));
  for (const path of [
    '/screenshots/..%2f..%2fcredentials',
    '/screenshots/%00',
    `/screenshots/${randomUUID()}`,
  ])
    t.equal((await anna.browser.get(path)).statusCode, 404, path);
});

void t.test('what is no picture gets a sentence, and nothing is kept of it', async (t) => {
  const { world, anna, id, folder } = await pictureDesk(t);
  const before = await rowsOf(world.login, anna.userId);
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
  const tries: [FormFile[], Record<string, string>, string][] = [
    [[file(svg)], {}, 'This is no PNG, JPEG or WebP picture.'],
    [[file(pngOf(14_000, 14_000))], {}, 'more than 40 million pixels'],
    [[file(jpegOf(800, 600).subarray(0, 600))], {}, 'damaged or cut off'],
    [[file(Buffer.alloc(screenshotLimits.sentBytes + 1))], {}, 'larger than 5 MB'],
    [[], {}, 'Choose a picture first.'],
    [[file('', '')], {}, 'Choose a picture first.'],
    [[file(pngOf(1, 1))], { caption: 'x'.repeat(201) }, 'within 200 characters'],
    [[file(pngOf(1, 1))], { caption: 'a\u0000b' }, 'visible characters'],
    [Array.from({ length: 11 }, () => file(svg)), {}, 'Send up to 10 pictures at once.'],
    [[file(svg, 'a"><script>.svg'), file(svg, 'b.svg')], {}, 'b.svg: This is no PNG'],
  ];
  for (const [files, fields, sentence] of tries) {
    const answer = await sendPictures(anna, id, files, fields);
    t.match([413, 422].includes(answer.statusCode), true, `${sentence} ${answer.statusCode}`);
    t.match(answer.body, sentence);
    t.notMatch(answer.body, 'a"><script>');
  }
  const plain = await anna.browser.post(`/trades/${id}/screenshots`, { file: 'x' });
  t.match(plain.body, 'Choose a picture first.');
  t.same(await rowsOf(world.login, anna.userId), before);
  t.same(await namesIn(folder), []);
});

void t.test('of several files the good ones are kept, and each other one is named', async (t) => {
  const { anna, id } = await pictureDesk(t);
  const answer = await sendPictures(anna, id, [
    file(pngOf(3, 3)),
    file('<html>', 'page.png'),
    file(jpegOf(8, 8), 'b.jpg'),
  ]);
  t.equal(answer.statusCode, 422);
  t.match(answer.body, 'page.png: This is no PNG');
  t.equal((await shown(anna, id)).length, 2);
});

void t.test('the place where a picture was taken is in no byte that is kept', async (t) => {
  const { anna, id } = await pictureDesk(t);
  const canary = 'CANARY-52N-13E';
  await sendPictures(anna, id, [file(jpegOf(64, 32, exifOf(canary)), 'phone.jpg')]);
  const [picture = ''] = await shown(anna, id);
  const { rawPayload } = await anna.browser.get(`/screenshots/${picture}`);
  for (const word of [canary, 'Exif', 'EXIF']) t.notOk(rawPayload.includes(word));
});

/** Open files of this process that have no name any more. */
async function nameless(): Promise<number> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((link) => /\.sent \(deleted\)$/.test(link)).length;
}

void t.test('a form without its token keeps nothing, and its files are let go', async (t) => {
  const { world, anna, id, folder } = await pictureDesk(t);
  const before = await rowsOf(world.login, anna.userId);
  const url = `/trades/${id}/screenshots`;
  for (const fields of [{}, { _csrf: 'x' }])
    t.equal(
      (await anna.browser.request({ method: 'POST', url, ...formOf([file(pngOf(2, 2))], fields) }))
        .statusCode,
      403,
    );
  t.same(await rowsOf(world.login, anna.userId), before);
  t.same(await namesIn(folder), []);
  t.equal((await sendPictures(anna, id, [file(pngOf(2, 2))])).statusCode, 303, 'with it, in the form itself');
  t.equal(await nameless(), 0);
});

void t.test('what belongs to somebody else is not there, whatever is sent to it', async (t) => {
  const { world, anna, id } = await pictureDesk(t);
  await sendPictures(anna, id, [file(pngOf(3, 3))], { caption: 'secret plan' });
  const [picture = ''] = await shown(anna, id);
  const bert = await person(world, 'bert');
  await bert.browser.get('/settings/profile');
  const before = await rowsOf(world.login, anna.userId);
  for (const other of [picture, randomUUID(), 'x']) {
    for (const path of [`/screenshots/${other}`, `/screenshots/${other}/thumbnail`])
      t.equal((await bert.browser.get(path)).statusCode, 404, path);
    for (const verb of ['caption', 'removal'])
      t.equal(
        (await bert.browser.post(`/screenshots/${other}/${verb}`, { caption: 'x' })).statusCode,
        404,
        verb,
      );
  }
  t.equal((await bert.browser.get(`/trades/${id}/screenshots`)).statusCode, 404);
  t.equal(
    (await sendPictures(bert, id, [file(Buffer.alloc(screenshotLimits.sentBytes + 1))])).statusCode,
    404,
  );
  t.same(await rowsOf(world.login, anna.userId), before);
  t.equal((await anna.browser.get(`/screenshots/${picture}`)).statusCode, 200);
});
