import t, { type Test } from 'tap';
import { labelsOf, type LabelKind } from '../../data/labels.js';
import { testApp } from '../../testing/app.js';
import { callerWith } from '../../testing/caller.js';
import { person, tokenOf, type Person } from '../../testing/cast.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades, type WishedTrade } from '../../testing/trades.js';

t.setTimeout(600_000);

async function desk(t: Test, wishes: readonly WishedTrade[] = [{}]) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { label: 'Swing', trades: 0 });
  const ids = await seedTrades(world, { userId: anna.userId, accountId }, wishes);
  const idOf = async (kind: LabelKind, name: string): Promise<string> => {
    const labels = await world.db.withTenant('app', anna.userId, (tx) => labelsOf(tx, anna.userId, kind));
    return labels.find((one) => one.name === name)?.id ?? '';
  };
  const { call } = callerWith(world, await tokenOf(world, anna));
  return { world, anna, ids, id: ids[0] ?? '', idOf, call };
}

const write = ({ browser }: Person, id: string, fields: Record<string, string | string[]>) =>
  browser.fill(`/trades/${id}`, `/trades/${id}/journal`, { version: '0', ...fields });

void t.test('mood, quality, plan and mistakes stand there again, and programs read them', async (t) => {
  const { anna, id, idOf, call } = await desk(t);
  const said = { mood: 'fearful', quality: '4', plan: 'no', mistakes: await idOf('mistakes', 'No plan') };
  t.equal((await write(anna, id, { ...said, newMistakes: 'Looked away' })).statusCode, 303);
  const { body } = await anna.browser.get(`/trades/${id}/journal`);
  for (const [name, value] of Object.entries({ mood: 'fearful', quality: '4', plan: 'no' }))
    t.match(body, new RegExp(`name="${name}" value="${value}" checked`), name);
  t.match((await call('GET', `/trades/${id}/journal`)).json(), {
    ...{ mood: 'fearful', quality: 4, followedPlan: false, mistakes: ['Looked away', 'No plan'] },
    ...{ adherence: null, checklist: [] },
  });
  t.match((await call('GET', '/mistakes')).json<{ items: unknown[] }>().items, { length: 8 });
});

void t.test('a setup asks its checklist, and the answer stays as it was given', async (t) => {
  const { anna, id, idOf, call } = await desk(t);
  await anna.browser.fill('/settings/tags', '/settings/setups', { name: 'Gap' });
  const setup = `/settings/setups/${await idOf('setups', 'Gap')}`;
  const lists = (checklist: string) => anna.browser.fill('/settings/tags', setup, { name: 'Gap', checklist });
  t.equal((await lists(' Trend is up \n\nVolume\nVolume\nNews is out')).statusCode, 303);
  t.equal((await write(anna, id, { setup: 'gap' })).statusCode, 303);
  const asked = (await anna.browser.get(`/trades/${id}/journal`)).body;
  t.same(
    [...asked.matchAll(/name="checks" value="([^"]+)"/g)].map(([, line]) => line),
    ['Trend is up', 'Volume', 'News is out'],
  );
  t.match(
    (await call('GET', `/trades/${id}/journal`)).json(),
    { adherence: null, checklist: [] },
    'untouched',
  );
  await write(anna, id, { setup: 'Gap', checks: ['Volume', 'News is out', 'made up'], version: '1' });
  const answered = {
    adherence: 2 / 3,
    checklist: [
      { line: 'Trend is up', kept: false },
      { line: 'Volume', kept: true },
      { line: 'News is out', kept: true },
    ],
  };
  t.match((await call('GET', `/trades/${id}/journal`)).json(), answered);
  await lists('Something else');
  t.match((await call('GET', `/trades/${id}/journal`)).json(), answered, 'a later list asks later trades');
  await write(anna, id, { setup: 'Gap', checks: 'Trend is up', version: '2' });
  t.match((await call('GET', `/trades/${id}/journal`)).json(), { adherence: 1 / 3 });
});

void t.test('a checklist that cannot be used gets a sentence and stays as it was typed', async (t) => {
  const { anna, idOf } = await desk(t);
  await anna.browser.fill('/settings/tags', '/settings/setups', { name: 'Gap' });
  const setup = `/settings/setups/${await idOf('setups', 'Gap')}`;
  const long = Array.from({ length: 21 }, (_, line) => `line ${line}`).join('\n');
  for (const [checklist, sentence] of [
    [long, 'up to 20 lines'],
    ['x'.repeat(121), 'up to 120 characters'],
  ] as const) {
    const refused = await anna.browser.fill('/settings/tags', setup, { name: 'Gap', checklist });
    t.equal(refused.statusCode, 422);
    t.match(refused.body, sentence);
    t.match(refused.body, `${checklist}</textarea>`);
  }
});

void t.test('the script that saves while one writes is told how it went', async (t) => {
  const { anna, id } = await desk(t);
  await anna.browser.get(`/trades/${id}`);
  const send = (fields: Record<string, string>) =>
    anna.browser.post(`/trades/${id}/journal`, fields, { accept: 'application/json' });
  const first = await send({ notes: 'one', version: '0' });
  t.match(first.json(), { version: 1, savedAt: /^\d\d:\d\d$/ });
  t.match((await send({ notes: 'one', version: '0' })).json(), { version: 1 }, 'the same again');
  const late = await send({ notes: 'two', version: '0' });
  t.equal(late.statusCode, 409);
  t.match(late.json(), { error: { code: 'stale', message: /changed in another tab/ } });
  const unfit = await send({ notes: 'two', quality: '6', version: '1' });
  t.equal(unfit.statusCode, 422);
  t.match(unfit.json(), { error: { code: 'invalid', fields: { quality: 'Quality is 1 to 5.' } } });
});

void t.test('trades are found and summed up by how they were judged', async (t) => {
  const { anna, ids, call } = await desk(t, [{ net: 1_000 }, { net: -400 }, { net: 700 }]);
  const [one = '', two = '', three = ''] = ids;
  await write(anna, one, { mood: 'neutral', quality: '5', plan: 'yes' });
  await write(anna, two, { mood: 'greedy', plan: 'no', newMistakes: 'Doubled up, Hurried' });
  const found = async (query: string): Promise<string[]> =>
    (await call('GET', `/trades?${query}`)).json<{ items: { id: string }[] }>().items.map(({ id }) => id);
  const cases: [string, string[]][] = [
    ['mood=greedy', [two]],
    ['mood=none', [three]],
    ['quality=5', [one]],
    ['quality=none', [two, three]],
    ['plan=yes', [one]],
    ['plan=none', [three]],
    ['mistake=hurried', [two]],
    ['mistake=none', [one, three]],
    ['mistake=none&plan=yes', [one]],
  ];
  for (const [query, wanted] of cases) t.same((await found(query)).sort(), [...wanted].sort(), query);
  t.equal((await call('GET', '/trades?mood=sad')).statusCode, 400);
  const parts = async (by: string) =>
    (await call('GET', `/analytics/breakdown?by=${by}`))
      .json<{ items: { key: string; label: string; trades: number; net: string }[] }>()
      .items.map(({ key, label, trades, net }) => [key, label, trades, net]);
  t.same((await parts('plan')).sort(), [
    ['', 'Plan not said', 1, '7.00'],
    ['no', 'Plan not followed', 1, '-4.00'],
    ['yes', 'Plan followed', 1, '10.00'],
  ]);
  t.same((await parts('mistake')).sort(), [
    ['', 'No mistake', 2, '17.00'],
    ['Doubled up', 'Doubled up', 1, '-4.00'],
    ['Hurried', 'Hurried', 1, '-4.00'],
  ]);
  for (const by of ['mood', 'quality', 'setup', 'tag', 'checklist'])
    t.equal((await anna.browser.get(`/analytics?by=${by}`)).statusCode, 200, by);
});

void t.test('long notes of any script find room', async (t) => {
  const { anna, id } = await desk(t);
  const notes = '値'.repeat(20_000);
  t.equal((await write(anna, id, { notes })).statusCode, 303);
  t.match((await anna.browser.get(`/trades/${id}/journal`)).body, notes);
});

void t.test('an entry tells its trade as that is, and is not another’s', async (t) => {
  const { world, anna, id } = await desk(t);
  await write(anna, id, { mood: 'neutral' });
  const bert = await person(world, 'bert');
  for (const path of ['', '/words', '/notes', '/dialog'])
    t.equal((await bert.browser.get(`/trades/${id}/journal${path}`)).statusCode, 404, path);
  t.match(
    (await anna.browser.get(`/trades/${id}/journal/dialog`)).body,
    /<dialog class="drawer[\s\S]*closed/,
  );
});
