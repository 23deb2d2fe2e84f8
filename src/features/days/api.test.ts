import t from 'tap';
import { callerWith } from '../../testing/caller.js';
import { person, tokenOf } from '../../testing/cast.js';
import { closedAt, dayWorld } from '../../testing/day-world.js';
import { rowsOf } from '../../testing/rows.js';

t.setTimeout(600_000);

const empty = { plan: '', review: '', lessons: '', mood: null, version: 0, updatedAt: null };

void t.test('a program reads and writes a day, by the version it has read', async (t) => {
  const { caller, get } = await dayWorld(t, [closedAt('2026-02-03T10:00:00Z', 3_000)]);
  const { call } = await caller();
  t.match((await call('GET', '/days/2026-02-03')).json(), {
    ...{ date: '2026-02-03', ...empty },
    figures: [
      { category: 'Real', currency: 'USD', trades: 1, wins: 1, winRate: 1, net: '30.00', bestTrade: '30.00' },
    ],
  });
  t.same((await call('GET', '/days/2026-02-04')).json(), { date: '2026-02-04', ...empty, figures: [] });
  const written = await call('PUT', '/days/2026-02-03', { plan: 'a\nb', mood: 'neutral', version: 0 });
  t.match(written.json(), {
    plan: 'a\nb',
    review: '',
    mood: 'neutral',
    version: 1,
    updatedAt: '2026-03-02T09:00:00.000Z',
  });
  t.match((await call('PUT', '/days/2026-02-03', { review: 'later', version: 1 })).json(), {
    ...{ plan: 'a\nb', review: 'later', version: 2 },
  });
  const late = await call('PUT', '/days/2026-02-03', { plan: 'old', version: 1 });
  t.equal(late.statusCode, 409);
  t.match(late.json(), { error: { code: 'stale', message: /changed in the meantime/ } });
  t.match(await get('/journal/days/2026-02-03'), 'later</textarea>');
});

void t.test('reviews are named by their Monday and by their month', async (t) => {
  const { caller } = await dayWorld(t, [
    closedAt('2026-02-03T10:00:00Z', 3_000),
    closedAt('2026-02-08T10:00:00Z', -1_000),
    closedAt('2026-02-09T10:00:00Z', 500),
  ]);
  const { call } = await caller();
  t.match((await call('PUT', '/reviews/weeks/2026-02-02', { review: 'w', version: 0 })).json(), {
    ...{ date: '2026-02-02', review: 'w', version: 1, figures: [{ net: '20.00', trades: 2 }] },
  });
  t.match((await call('PUT', '/reviews/months/2026-02', { lessons: 'm', version: 0 })).json(), {
    ...{ month: '2026-02', lessons: 'm', version: 1, figures: [{ net: '25.00', trades: 3 }] },
  });
  const tuesday = await call('GET', '/reviews/weeks/2026-02-03');
  t.equal(tuesday.statusCode, 404);
  t.match(tuesday.json(), { error: { message: 'A week is named by its Monday, this one 2026-02-02.' } });
  for (const path of ['/reviews/months/2026-13', '/reviews/months/2026-02-01', '/days/2026-02-30', '/days/x'])
    t.equal((await call('PUT', path, { nonsense: true })).statusCode, 404, path);
});

void t.test('a list has the days on which something stands or closed, the latest first', async (t) => {
  const { caller } = await dayWorld(t, [
    closedAt('2026-02-03T10:00:00Z', 3_000),
    closedAt('2026-01-01T10:00:00Z', 3_000),
  ]);
  const { call } = await caller();
  await call('PUT', '/days/2026-02-10', { plan: 'p', version: 0 });
  const named = async (path: string, name: 'date' | 'month') =>
    (await call('GET', path)).json<{ items: Record<string, string>[] }>().items.map((item) => item[name]);
  t.same(await named('/days', 'date'), ['2026-02-10', '2026-02-03'], 'the last 31 days');
  t.same(await named('/days?from=2026-02-04&to=2026-02-10', 'date'), ['2026-02-10']);
  t.same(await named('/days?from=2026-01-01&to=2026-01-01', 'date'), ['2026-01-01']);
  t.same(await named('/reviews/weeks?from=2026-02-05', 'date'), ['2026-02-02'], 'weeks are whole');
  t.same(await named('/reviews/months', 'month'), ['2026-02', '2026-01']);
});

void t.test('what cannot be used gets a sentence', async (t) => {
  const { caller } = await dayWorld(t);
  const { call } = await caller();
  const tries: [string, object][] = [
    ['/days?from=x', { from: /looks like 2026-11-21/ }],
    ['/days?from=2026-02-03&to=2026-02-02', { to: /before the first/ }],
    ['/days?from=2020-01-01&to=2026-02-02', { from: 'Ask for up to 366 days at once.' }],
    ['/days?since=2026-02-03', { since: /Nothing here has this name/ }],
  ];
  for (const [path, fields] of tries) {
    const answer = await call('GET', path);
    t.equal(answer.statusCode, 400, path);
    t.match(answer.json(), { error: { code: 'invalid', fields } });
  }
  const bodies: object[] = [
    { plan: 'x' },
    { version: 0, mood: 'tired' },
    { version: 0, plan: 'x'.repeat(20_001) },
    { version: 0, text: 'x' },
  ];
  for (const body of bodies)
    t.equal((await call('PUT', '/days/2026-02-03', body)).statusCode, 400, JSON.stringify(body).slice(0, 40));
});

void t.test('another’s program reads and writes its own days', async (t) => {
  const { app, anna, caller } = await dayWorld(t, [closedAt('2026-02-03T10:00:00Z', 3_000)]);
  const { call } = await caller();
  await call('PUT', '/days/2026-02-03', { plan: 'secret', version: 0 });
  const before = await rowsOf(app.login, anna.userId);
  const bert = await person(app, 'bert');
  const his = callerWith(app, await tokenOf(app, bert));
  t.same((await his.call('GET', '/days/2026-02-03')).json(), { date: '2026-02-03', ...empty, figures: [] });
  t.equal((await his.call('PUT', '/days/2026-02-03', { plan: 'his', version: 0 })).statusCode, 200);
  t.same((await his.call('GET', '/reviews/weeks')).json(), { items: [], nextCursor: null });
  t.same(await rowsOf(app.login, anna.userId), before);
});
