import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { mergeLabel, labelsOf } from '../../data/labels.js';
import { testApp } from '../../testing/app.js';
import { person, tokenOf, type Person } from '../../testing/cast.js';
import { rowsOf } from '../../testing/rows.js';

t.setTimeout(600_000);

async function desk(t: Test) {
  const world = await testApp(t);
  return { world, anna: await person(world, 'anna') };
}

const fields = {
  ...{ symbol: 'eurusd', side: 'sell', seenAt: '2026-02-03T10:00', setup: 'Gap', mood: 'fearful' },
  ...{ reason: 'Away from the desk', expectedR: '2.5', notes: 'as planned\r\nthe day before' },
};
const add = ({ browser }: Person, more: Record<string, string> = {}) =>
  browser.fill('/journal/missed/new', '/journal/missed', { ...fields, formId: randomUUID(), ...more });
const idOf = async ({ browser }: Person): Promise<string> =>
  /\/journal\/missed\/([0-9a-f-]{36})"/.exec((await browser.get('/journal')).body)?.[1] ?? '';

void t.test('a missed trade is kept, changed and deleted', async (t) => {
  const { anna } = await desk(t);
  const { browser } = anna;
  const formId = randomUUID();
  t.equal((await add(anna, { formId })).statusCode, 303);
  t.equal((await add(anna, { formId })).statusCode, 303, 'the second click');
  const { body: list } = await browser.get('/journal');
  t.equal(list.match(/class="entry"/g)?.length, 1);
  for (const text of [
    'EURUSD',
    'SELL',
    '>missed<',
    'Away from the desk',
    'as planned the day before',
    'Gap',
    'Fearful',
    '+2.5 R expected',
  ])
    t.match(list, text);
  for (const q of ['desk', 'planned'])
    t.match((await browser.get(`/journal?q=${q}`)).body, '1 entry found', q);

  const path = `/journal/missed/${await idOf(anna)}`;
  const { body: form } = await browser.get(path);
  for (const text of [
    'value="EURUSD"',
    'value="2026-02-03T10:00:00"',
    'value="2.5"',
    'as planned\nthe day before',
  ])
    t.match(form, text);
  t.equal((await browser.post(path, { ...fields, reason: 'asleep', version: '1' })).statusCode, 303);
  t.match((await browser.get('/journal')).body, 'asleep');
  t.match((await browser.get('/journal?q=desk')).body, 'Nothing found');

  t.match((await browser.get(`${path}/removal/dialog`)).body, 'Delete this missed trade?');
  t.equal((await browser.post(`${path}/removal`)).statusCode, 303);
  t.equal((await browser.get(path)).statusCode, 404);
  t.equal((await browser.post(`${path}/removal`)).statusCode, 404, 'the second click');
});

void t.test('a second tab is told, and what was typed in it stays', async (t) => {
  const { anna } = await desk(t);
  await add(anna);
  const path = `/journal/missed/${await idOf(anna)}`;
  await anna.browser.get(path);
  t.equal((await anna.browser.post(path, { ...fields, notes: 'first tab', version: '1' })).statusCode, 303);
  const late = await anna.browser.post(path, {
    ...fields,
    notes: 'second tab',
    setup: 'Brand new',
    version: '1',
  });
  t.equal(late.statusCode, 422);
  for (const text of [
    'changed in another tab',
    'second tab</textarea>',
    '>first tab<',
    'value="Brand new"',
    'name="version" value="2"',
  ])
    t.match(late.body, text);
  t.notMatch((await anna.browser.get('/settings/tags')).body, 'Brand new', 'nothing was made');
  t.equal(
    (await anna.browser.post(path, { ...fields, notes: 'first tab', version: '1' })).statusCode,
    303,
    'the same again',
  );
  t.equal(
    (await anna.browser.post(path, { ...fields, notes: 'second tab', version: '2' })).statusCode,
    303,
    'knowing it',
  );
  t.match((await anna.browser.get(path)).body, 'second tab</textarea>');
});

void t.test('what cannot be used gets a sentence and stays as it was typed', async (t) => {
  const { world, anna } = await desk(t);
  await add(anna);
  const id = await idOf(anna);
  const before = await rowsOf(world.login, anna.userId);
  const tries: [Record<string, string>, string][] = [
    [{ symbol: '' }, 'Please fill this in.'],
    [{ side: 'both' }, 'Choose buy or sell.'],
    [{ seenAt: '2026-02-30T10:00' }, 'This is not a date and a time'],
    [{ expectedR: 'two' }, 'This is not a number'],
    [{ mood: 'happy' }, 'Choose a mood'],
    [{ setup: 'a, b' }, 'A comma stands between names'],
    [{ reason: 'x'.repeat(201) }, 'within 200 characters'],
    [{ notes: 'x'.repeat(20_001) }, 'Please shorten it.'],
    [{ formId: 'x', version: 'x' }, 'The form is damaged.'],
  ];
  for (const [wrong, sentence] of tries)
    for (const path of ['/journal/missed', `/journal/missed/${id}`]) {
      const body = { ...fields, formId: randomUUID(), version: '1', reason: 'typed reason', ...wrong };
      await anna.browser.get('/journal');
      const refused = await anna.browser.post(path, body);
      t.equal(refused.statusCode, 422, `${path} ${JSON.stringify(wrong).slice(0, 40)}`);
      t.match(refused.body, sentence);
      if (wrong['reason'] === undefined) t.match(refused.body, 'value="typed reason"');
    }
  t.same(await rowsOf(world.login, anna.userId), before);
});

void t.test('setups that become one are one of missed trades too', async (t) => {
  const { world, anna } = await desk(t);
  await add(anna);
  await add(anna, { setup: 'Fade', symbol: 'GBPUSD' });
  await world.db.withTenant('app', anna.userId, async (tx) => {
    const setups = await labelsOf(tx, anna.userId, 'setups');
    const id = (name: string): string => setups.find((one) => one.name === name)?.id ?? '';
    t.ok(await mergeLabel(tx, anna.userId, { kind: 'setups', id: id('Gap'), into: id('Fade') }));
  });
  const { body } = await anna.browser.get('/journal?setup=Fade');
  t.equal(body.match(/class="entry"/g)?.length, 2);
});

void t.test('programs keep missed trades the same way', async (t) => {
  const { world, anna } = await desk(t);
  const token = await tokenOf(world, anna);
  const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object) =>
    anna.browser.request({
      method,
      url: `/api/v1/missed-trades${path}`,
      headers: { authorization: `Bearer ${token}` },
      ...(payload === undefined ? {} : { payload }),
    });
  const wanted = {
    symbol: 'EURUSD',
    side: 'buy',
    seenAt: '2026-02-03T10:00:00+01:00',
    setup: 'Gap',
    expectedR: '-0.5',
  };
  const made = await call('POST', '', wanted);
  t.equal(made.statusCode, 201);
  const { id } = made.json<{ id: string }>();
  const whole = {
    ...wanted,
    seenAt: '2026-02-03T09:00:00.000Z',
    mood: null,
    reason: '',
    notes: '',
    version: 1,
  };
  t.match((await call('GET', `/${id}`)).json(), whole);
  t.match((await call('GET', '?limit=1')).json(), { items: [{ id }], nextCursor: null });
  t.match((await call('PUT', `/${id}`, { ...wanted, notes: 'n', version: 1 })).json(), {
    version: 2,
    notes: 'n',
  });
  const late = await call('PUT', `/${id}`, { ...wanted, notes: 'other', version: 1 });
  t.equal(late.statusCode, 409);
  t.match(late.json(), { error: { code: 'stale' } });
  t.equal((await call('POST', '', { ...wanted, side: 'x' })).statusCode, 400);
  for (let more = 0; more < 4; more += 1) await call('POST', '', wanted);
  const seen = new Set<string>();
  let query = '?limit=2';
  for (let page = 0; page < 3; page += 1) {
    const { items, nextCursor } = (await call('GET', query)).json<{
      items: { id: string }[];
      nextCursor: string | null;
    }>();
    for (const item of items) seen.add(item.id);
    query = `?limit=2&cursor=${nextCursor ?? ''}`;
    t.equal(nextCursor === null, page === 2);
  }
  t.equal(seen.size, 5, 'of one moment each once');
  t.equal((await call('DELETE', `/${id}`)).statusCode, 204);
  t.equal((await call('GET', `/${id}`)).statusCode, 404);
});
