import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { labelsOf } from '../../data/labels.js';
import { testApp } from '../../testing/app.js';
import { callerWith } from '../../testing/caller.js';
import { person, tokenOf, type Person } from '../../testing/cast.js';
import { asAdministrator } from '../../testing/database.js';
import { rowsOf } from '../../testing/rows.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades, type WishedTrade } from '../../testing/trades.js';

t.setTimeout(600_000);

async function desk(t: Test, wishes: readonly WishedTrade[] = [{}]) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { label: 'Swing', trades: 0 });
  const ids = await seedTrades(world, { userId: anna.userId, accountId }, wishes);
  const tags = await world.db.withTenant('app', anna.userId, (tx) => labelsOf(tx, anna.userId, 'tags'));
  const tag = (name: string): string => tags.find((one) => one.name === name)?.id ?? '';
  return { world, anna, ids, id: ids[0] ?? '', tag };
}

const write = ({ browser }: Person, id: string, fields: Record<string, string>) =>
  browser.fill(`/trades/${id}`, `/trades/${id}/journal`, { version: '0', ...fields });
const versionIn = (html: string): string => /name="version" value="(\d+)"/.exec(html)?.[1] ?? '';
/** The ids that a list shows, in its order. */
const listed = async ({ browser }: Person, query: string): Promise<string[]> =>
  [...(await browser.get(`/trades${query}`)).body.matchAll(/name="ids" value="([^"]+)"/g)].flatMap(
    ([, id]) => id ?? [],
  );

void t.test('everybody begins with seven tags', async (t) => {
  const { anna } = await desk(t);
  const { body } = await anna.browser.get('/settings/tags');
  for (const name of ['Breakout', 'Trend Following', 'Range', 'News', 'Reversal', 'Scalp', 'Swing'])
    t.match(body, `<span>${name}</span>`);
});

void t.test('what is written of a trade stands there again, with words that are new', async (t) => {
  const { anna, id, tag } = await desk(t);
  const fields = {
    notes: '\n one\r\ntwo\n',
    tags: tag('News'),
    newTags: 'Late,  late , Early',
    setup: 'Gap',
  };
  const answer = await write(anna, id, { ...fields, query: '?side=buy&page=2' });
  t.equal(answer.statusCode, 303);
  t.equal(answer.headers.location, `/trades/${id}?side=buy&page=2`);
  const { body } = await anna.browser.get(`/trades/${id}/journal`);
  t.equal(versionIn(body), '1');
  t.match(body, '>\n\n one\ntwo\n</textarea>');
  t.match(body, 'value="Gap"');
  t.equal(body.match(/name="tags"[^>]* checked/g)?.length, 3);
  t.match((await anna.browser.get('/trades')).body, /title="\n one\ntwo\n"[\s\S]*?Has notes/);
  const twice = await write(anna, id, { ...fields, tags: tag('News'), newTags: 'late,early' });
  t.equal(twice.statusCode, 303, 'the second click');
  t.equal(versionIn((await anna.browser.get(`/trades/${id}/journal`)).body), '1');
});

void t.test('an old version is refused in words, and what was typed stays', async (t) => {
  const { anna, id, tag } = await desk(t);
  await write(anna, id, { notes: 'first tab', tags: tag('News') });
  const late = await write(anna, id, {
    notes: 'second tab',
    tags: tag('Scalp'),
    newTags: 'Neu',
    setup: 'Gap',
  });
  t.equal(late.statusCode, 422);
  for (const text of [
    'changed in another tab',
    'second tab</textarea>',
    '>first tab<',
    'value="Neu"',
    'value="Gap"',
  ])
    t.match(late.body, text);
  t.match(late.body, `value="${tag('Scalp')}" checked`);
  t.notMatch((await anna.browser.get('/settings/tags')).body, '>Neu<', 'nothing was made');
  t.match((await anna.browser.get(`/trades/${id}`)).body, 'first tab</textarea>');
  const version = versionIn(late.body);
  t.equal((await write(anna, id, { notes: 'second tab', version })).statusCode, 303, 'knowing it, one may');
  t.match((await anna.browser.get(`/trades/${id}`)).body, 'second tab</textarea>');
});

void t.test('what cannot be used gets a sentence and stays as it was typed', async (t) => {
  const { world, anna, id } = await desk(t);
  const before = await rowsOf(world.login, anna.userId);
  const tries: [Record<string, string>, string][] = [
    [{ notes: 'x'.repeat(20_001) }, 'Please shorten it.'],
    [{ notes: 'a\u0000b' }, 'cannot be shown'],
    [{ newTags: 'y'.repeat(41) }, 'within 40 characters'],
    [{ newTags: 'none' }, 'choose another name'],
    [{ setup: 'a, b' }, 'A comma stands between names'],
    [{ tags: randomUUID() }, 'One of these tags is gone.'],
    [{ tags: 'x' }, 'no tag of yours'],
    [{ version: 'x' }, 'The form is damaged.'],
  ];
  for (const [fields, sentence] of tries) {
    const refused = await write(anna, id, { notes: 'kept', ...fields });
    t.equal(refused.statusCode, 422, JSON.stringify(fields).slice(0, 40));
    t.match(refused.body, sentence);
    if (fields['notes'] === undefined) t.match(refused.body, 'kept</textarea>');
  }
  t.same(await rowsOf(world.login, anna.userId), before);
});

const hostile =
  '</textarea><script>alert(1)</script><img src=x onerror=alert(1)> <b hx-get="/logout" hx-trigger="load" x-init="a()">';

void t.test('hostile notes are text, in the list and on the page', async (t) => {
  const { anna, id } = await desk(t);
  await write(anna, id, { notes: hostile, newTags: '<i x-data>', setup: '"><script>' });
  await write(anna, id, { notes: 'other', version: '0' });
  for (const path of [
    '/trades',
    `/trades/${id}`,
    `/trades/${id}/journal`,
    '/settings/tags',
    '/trades?setup=none',
  ]) {
    const { body } = await anna.browser.get(path);
    t.notMatch(body, /<script>alert|<img src=x|<b hx-get|<i x-data|"><script>/, path);
  }
  t.match((await anna.browser.get(`/trades/${id}`)).body, '&lt;script&gt;alert(1)');
});

void t.test('the list is filtered by tags, setup and notes', async (t) => {
  const { anna, ids, tag } = await desk(t, [{}, {}, {}, {}]);
  const [one = '', two = '', three = '', four = ''] = ids;
  await write(anna, one, { tags: tag('News'), setup: 'Gap', notes: 'seen' });
  await write(anna, two, { tags: tag('Scalp') });
  await write(anna, three, { setup: 'Fade', notes: 'too' });
  const cases: [string, string[]][] = [
    [`?tag=${tag('News')}`, [one]],
    [`?tag=${tag('News')},${tag('Scalp')}`, [one, two]],
    [`?tag=${tag('News')}&tag=${tag('Scalp')}`, [one, two]],
    ['?tag=news', [one]],
    ['?tag=none', [three, four]],
    [`?tag=none,${tag('Scalp')}`, [two, three, four]],
    ['?setup=Gap,Fade', [one, three]],
    ['?setup=none', [two, four]],
    ['?notes=yes', [one, three]],
    ['?notes=no', [two, four]],
    ['?notes=yes&tag=none&setup=fade', [three]],
    [`?tag=${randomUUID()}`, []],
  ];
  for (const [query, wanted] of cases) t.same((await listed(anna, query)).sort(), [...wanted].sort(), query);
  const { body } = await anna.browser.get(`/trades?tag=${tag('News')},none`);
  t.match(body, 'Remove the filter News');
  t.match(body, 'Remove the filter Untagged');
  t.match(body, '3 trades');
  t.match((await anna.browser.get(`/trades?tag=${randomUUID()}`)).body, 'a tag that is not here');
  t.match((await anna.browser.get('/trades?notes=maybe')).body, 'Notes are yes or no.');
});

void t.test('a list by tags finds its trades by indexes', async (t) => {
  const { world, anna, id, tag } = await desk(t);
  await write(anna, id, { tags: tag('News') });
  const plan = await asAdministrator(world.login, async (client) => {
    await client.query('set enable_seqscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain select e.trade_id from entry_tags x join journal_entries e on e.user_id = x.user_id and e.id = x.entry_id
       where x.user_id = '${anna.userId}' and x.tag_id = '${tag('News')}'`,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
  t.match(plan, 'entry_tags_by_tag');
  t.notMatch(plan, 'Seq Scan');
});

void t.test('a trade of another, and a word of another, is not there', async (t) => {
  const { world, anna, id, tag } = await desk(t);
  await write(anna, id, { notes: 'secret plan', newTags: 'Secret tag', setup: 'Secret setup' });
  const bert = await person(world, 'bert');
  const { tradeIds } = await seedAccount(world, bert.userId, { trades: 1 });
  const before = await rowsOf(world.login, anna.userId);
  for (const other of [id, randomUUID(), 'x']) {
    t.equal((await bert.browser.get(`/trades/${other}/journal`)).statusCode, 404);
    t.equal((await bert.browser.post(`/trades/${other}/journal`, { notes: 'x' })).statusCode, 404);
  }
  const own = tradeIds[0] ?? '';
  const borrowed = await write(bert, own, { tags: tag('News') });
  t.equal(borrowed.statusCode, 422, 'a tag of hers is none of his');
  for (const path of [
    '/trades',
    `/trades?tag=${tag('News')}`,
    '/trades?tag=Secret+tag',
    `/trades/${own}`,
    '/settings/tags',
  ])
    t.notMatch((await bert.browser.get(path)).body, /secret plan|Secret (tag|setup)<|>Secret/, path);
  t.same(await rowsOf(world.login, anna.userId), before);
});

void t.test('programs read and write the same', async (t) => {
  const { world, anna, id } = await desk(t);
  const { browser } = anna;
  const token = await tokenOf(world, anna);
  const headers = { authorization: `Bearer ${token}` };
  const { call } = callerWith(world, token);
  const path = `/trades/${id}/journal`;
  const put = (body: object) =>
    browser.request({ method: 'PUT', url: `/api/v1${path}`, headers, payload: body });
  const unjudged = {
    ...{ mood: null, quality: null, followedPlan: null, mistakes: [] },
    ...{ checklist: [], adherence: null },
  };
  const empty = { notes: '', tags: [], setup: null, ...unjudged, version: 0, updatedAt: null };
  t.same((await call('GET', path)).json(), empty);
  const wanted = { notes: 'a\nb', tags: ['News', 'New one'], setup: 'Gap', version: 0 };
  t.match((await put(wanted)).json(), { ...wanted, tags: ['New one', 'News'], version: 1 });
  t.match((await put(wanted)).json(), { version: 1 }, 'again changes nothing');
  const late = await put({ ...wanted, notes: 'other' });
  t.equal(late.statusCode, 409);
  t.match(late.json(), { error: { code: 'stale', message: /changed in the meantime/ } });
  t.equal((await put({ ...wanted, tags: ['a,b'], version: 1 })).statusCode, 400);
  t.match((await call('GET', `/trades/${id}`)).json(), {
    tags: ['New one', 'News'],
    setup: 'Gap',
    hasNotes: true,
  });
  t.match((await call('GET', '/trades?tag=new+one&setup=gap&notes=yes')).json(), { items: [{ id }] });
  t.same((await call('GET', '/trades?tag=none')).json<{ items: unknown[] }>().items, []);
  const { items } = (await call('GET', '/tags')).json<{ items: { name: string; trades: number }[] }>();
  t.match(
    items.find(({ name }) => name === 'New one'),
    { trades: 1 },
  );
  t.match((await call('GET', '/setups')).json(), { items: [{ name: 'Gap', trades: 1, colour: null }] });
  const bert = await person(world, 'bert');
  const his = callerWith(world, await tokenOf(world, bert));
  t.equal((await his.call('GET', path)).statusCode, 404);
});
