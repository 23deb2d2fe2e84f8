import t from 'tap';
import { closedAt, dayWorld, versionIn } from '../../testing/day-world.js';
import { rowsOf } from '../../testing/rows.js';

t.setTimeout(600_000);

const day = '/journal/days/2026-02-03';

void t.test('an emptied page is gone, and no older tab takes its place for what it has seen', async (t) => {
  const { get, write } = await dayWorld(t, [closedAt('2026-02-04T10:00:00Z', 3_000)]);
  await write(day, { plan: 'first' });
  const mark = 'class="calendar-page written" href="/journal/days/2026-02-03"';
  t.match(await get('/calendar?month=2026-02'), mark);
  await write(day, { plan: '', version: '1' });
  const empty = await get(day);
  t.match(empty, 'Nothing written yet');
  t.notMatch(await get('/calendar?month=2026-02'), mark);
  await write(day, { plan: 'second', version: versionIn(empty) });
  const late = await write(day, { plan: 'of the first tab', version: '1' });
  t.equal(late.statusCode, 409);
  t.match(await get(day), 'second</textarea>');
});

void t.test('the second of two tabs is told so, and has both texts before it', async (t) => {
  const { get, write } = await dayWorld(t);
  await write(day, { plan: 'first tab', review: 'same', mood: 'fearful' });
  const late = await write(day, { plan: 'second tab', lessons: 'mine', mood: 'greedy' });
  t.equal(late.statusCode, 409);
  for (const text of [
    'changed in another tab',
    'second tab</textarea>',
    'mine</textarea>',
    '>first tab<',
    'Fearful',
  ])
    t.match(late.body, text);
  t.match(late.body, /value="greedy" checked/);
  t.match(await get(day), 'first tab</textarea>', 'nothing was written over');
  const known = await write(day, { plan: 'second tab', version: versionIn(late.body) });
  t.equal(known.statusCode, 303, 'knowing it, one may');
  const html = await get(day);
  t.match(html, 'second tab</textarea>');
  t.match(html, 'same</textarea>', 'what was not sent stays');
});

void t.test('of two tabs at once one is told', async (t) => {
  const { anna, get } = await dayWorld(t);
  await anna.browser.get(day);
  const statuses = await Promise.all(
    ['a', 'b', 'c'].map((plan) =>
      anna.browser.post(day, { plan, version: '0' }).then((one) => one.statusCode),
    ),
  );
  t.same(statuses.sort(), [303, 409, 409]);
  t.equal(versionIn(await get(day)), '1');
});

void t.test('the script that saves while one types is answered in its own words', async (t) => {
  const { anna } = await dayWorld(t);
  await anna.browser.get(day);
  const save = (fields: Record<string, string>) =>
    anna.browser.post(day, fields, { accept: 'application/json' });
  const first = await save({ plan: 'typed', version: '0' });
  t.equal(first.statusCode, 200);
  t.same(first.json(), { version: 1, savedAt: '09:00' });
  t.same((await save({ plan: 'typed', version: '0' })).json(), first.json(), 'an answer that was lost');
  const late = await save({ plan: 'other', version: '0' });
  t.equal(late.statusCode, 409);
  t.match(late.json(), { error: { code: 'stale', message: /another tab/ } });
  const long = await save({ plan: 'x'.repeat(20_001), version: '1' });
  t.equal(long.statusCode, 422);
  t.match(long.json(), { error: { code: 'invalid', fields: { plan: /Please shorten it/ } } });
  t.equal((await anna.browser.post('/journal/days/x', {}, { accept: 'application/json' })).statusCode, 404);
});

void t.test('what cannot be used gets a sentence, and stays as it was typed', async (t) => {
  const { app, anna, write } = await dayWorld(t);
  const before = await rowsOf(app.login, anna.userId);
  const tries: [Record<string, string>, string][] = [
    [{ plan: 'y'.repeat(20_001) }, 'Please shorten it.'],
    [{ lessons: 'a\u0000b' }, 'cannot be shown'],
    [{ mood: 'tired' }, 'Choose a mood from the list.'],
    [{ version: 'x' }, 'The form is damaged.'],
  ];
  for (const [fields, sentence] of tries) {
    const refused = await write(day, { review: 'kept', ...fields });
    t.equal(refused.statusCode, 422, sentence);
    t.match(refused.body, sentence);
    t.match(refused.body, 'kept</textarea>');
  }
  t.same(await rowsOf(app.login, anna.userId), before);
});

void t.test('three full fields of any script fit into the form', async (t) => {
  const { get, write } = await dayWorld(t);
  const full = '水'.repeat(20_000);
  t.equal((await write(day, { plan: full, review: full, lessons: full })).statusCode, 303);
  t.match(await get(day), full);
});
