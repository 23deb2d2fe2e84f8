import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import t, { type Test } from 'tap';
import { tagTrades, pickedTrades, taggingAlone } from '../../data/journal-bulk.js';
import { ensureLabels, labelsOf, removeLabel } from '../../data/labels.js';
import { notFound } from '../../lib/fault.js';
import { noLimits } from '../../testing/limits.js';
import { limitTable } from '../../web/limits.js';
import { testApp } from '../../testing/app.js';
import { person, type Person } from '../../testing/cast.js';
import { rowsOf } from '../../testing/rows.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades, type WishedTrade } from '../../testing/trades.js';

t.setTimeout(600_000);

async function desk(t: Test, wishes: readonly WishedTrade[], limits = noLimits) {
  const world = await testApp(t, { limits });
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { trades: 0 });
  const ids = await seedTrades(world, { userId: anna.userId, accountId }, wishes);
  const tags = await world.db.withTenant('app', anna.userId, (tx) => labelsOf(tx, anna.userId, 'tags'));
  const news = tags.find(({ name }) => name === 'News')?.id ?? '';
  await anna.browser.get('/trades');
  return { world, anna, ids, news };
}

/** Sends the form with several trades picked, and goes where it leads. */
async function tag({ browser }: Person, ids: readonly string[], fields: Record<string, string>) {
  const form = new URLSearchParams({ _csrf: browser.token, ...fields });
  for (const id of ids) form.append('ids', id);
  const answer = await browser.request({
    method: 'POST',
    url: '/trades/tags',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    payload: form.toString(),
  });
  const { location } = answer.headers;
  return {
    status: answer.statusCode,
    location,
    body: location === undefined ? answer.body : (await browser.get(location)).body,
  };
}

const count = async ({ browser }: Person, query: string): Promise<number> =>
  (await browser.get(`/trades${query}`)).body.match(/name="ids"/g)?.length ?? 0;

void t.test('a tag is given to what is picked, and taken away again', async (t) => {
  const { anna, ids, news } = await desk(t, [{}, {}, {}]);
  const two = ids.slice(0, 2);
  const added = await tag(anna, two, { tag: news, action: 'add', query: '?side=buy' });
  t.equal(added.location, `/trades?side=buy&changed=added.${news}.2`);
  t.match(added.body, '“News” was added to 2 trades.');
  t.match(
    (await tag(anna, two, { tag: news, action: 'add' })).body,
    'all of these trades have “News” already',
  );
  t.match((await tag(anna, ids, { tag: news, action: 'add' })).body, 'was added to 1 trade.');
  t.equal(await count(anna, `?tag=${news}`), 3);
  t.match((await tag(anna, ids, { tag: news, action: 'take' })).body, 'was taken from 3 trades.');
  t.equal(await count(anna, `?tag=${news}`), 0);
  t.match((await tag(anna, ids, { name: 'Fresh', action: 'add' })).body, '“Fresh” was added to 3 trades.');
  t.match((await tag(anna, ids, { name: 'fresh', action: 'take' })).body, '“Fresh” was taken from 3 trades.');
});

void t.test('all of a list is exactly what its filter says', async (t) => {
  const { anna, news } = await desk(
    t,
    Array.from({ length: 70 }, (_, n) => ({ side: n % 2 === 0 ? 'buy' : 'sell' })),
  );
  t.match((await anna.browser.get('/trades?side=sell')).body, 'All 35 trades of this list');
  const fields = { tag: news, scope: 'all', query: '?side=sell' };
  t.match((await tag(anna, [], { ...fields, action: 'add' })).body, 'was added to 35 trades.');
  t.match((await anna.browser.get(`/trades?tag=${news}&side=buy`)).body, 'Nothing matches these filters');
  t.equal(await count(anna, `?tag=${news}`), 35);
  t.match((await tag(anna, [], { ...fields, action: 'take' })).body, 'was taken from 35 trades.');
  t.equal(await count(anna, '?tag=none'), 50);
});

void t.test('a page that has not seen the tag does not take it away', async (t) => {
  const { anna, ids, news } = await desk(t, [{}]);
  const id = ids[0] ?? '';
  await anna.browser.fill(`/trades/${id}`, `/trades/${id}/journal`, { notes: 'old', version: '0' });
  await tag(anna, ids, { tag: news, action: 'add' });
  const late = await anna.browser.post(`/trades/${id}/journal`, { notes: 'new', version: '1' });
  t.equal(late.statusCode, 422);
  t.equal(await count(anna, `?tag=${news}&notes=yes`), 1);
});

void t.test('what cannot be done is said, and what was picked stays', async (t) => {
  const { world, anna, ids, news } = await desk(t, [{}, {}]);
  const before = await rowsOf(world.login, anna.userId);
  const tries: [string[], Record<string, string>, string][] = [
    [[], { tag: news, action: 'add' }, 'Select the trades first'],
    [ids, { action: 'add' }, 'Choose a tag'],
    [ids, { tag: news }, 'Choose whether'],
    [ids, { name: 'unheard', action: 'take' }, 'No tag is called “unheard”.'],
    [ids, { name: 'none', action: 'add' }, 'choose another name'],
    [[], { tag: news, action: 'add', scope: 'all', query: '?side=up' }, 'Nothing was changed.'],
  ];
  for (const [picked, fields, sentence] of tries) {
    const { status, body } = await tag(anna, picked, fields);
    t.equal(status, 422, sentence);
    t.match(body, sentence);
    t.equal(body.match(/name="ids"[^>]* checked/g)?.length ?? 0, picked.length);
    t.match(body, /tag-menu" data-menu open/);
  }
  t.same(await rowsOf(world.login, anna.userId), before);
});

void t.test('nobody tags the trades of another, or with the tag of another', async (t) => {
  const { world, anna, ids, news } = await desk(t, [{}]);
  const bert = await person(world, 'bert');
  await seedAccount(world, bert.userId, { trades: 1 });
  const before = await rowsOf(world.login, anna.userId);
  await bert.browser.get('/trades');
  for (const other of [news, randomUUID()])
    t.equal((await tag(bert, ids, { tag: other, action: 'add' })).status, 404);
  t.match((await tag(bert, ids, { name: 'Mine', action: 'add' })).body, 'Nothing was changed');
  t.match((await tag(bert, [], { name: 'Mine', scope: 'all', action: 'add' })).body, 'added to 1 trade.');
  t.same(await rowsOf(world.login, anna.userId), before);
});

/** Something that others wait for, and that ends when it is told to. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

void t.test('of two who tag at once one is told to try again, and neither loses anything', async (t) => {
  const { world, anna, ids, news } = await desk(t, [{}, {}]);
  const [held, release] = [gate(), gate()];
  const first = world.db.withTenant('app', anna.userId, (tx) =>
    taggingAlone(tx, anna.userId, async () => {
      held.open();
      await release.opened;
      const change = { tagId: news, at: world.clock.now(), most: 30 };
      return tagTrades(tx, anna.userId, pickedTrades(anna.userId, ids), change);
    }),
  );
  await held.opened;
  const second = await tag(anna, ids, { name: 'Fresh', action: 'add' });
  t.equal(second.status, 422);
  t.match(second.body, 'Trades of yours are being tagged already. Try again in a moment.');
  t.equal(second.body.match(/name="ids"[^>]* checked/g)?.length, 2);
  release.open();
  t.same(await first, { n: 2, full: 0 });
  t.match((await tag(anna, ids, { name: 'Fresh', action: 'add' })).body, '“Fresh” was added to 2 trades.');
  t.equal(await count(anna, `?tag=${news}`), 2);
});

void t.test('a note that is saved while trades are tagged has the tag too', async (t) => {
  const { world, anna, ids, news } = await desk(t, [{}]);
  const [written, release] = [gate(), gate()];
  const note = world.db.withTenant('app', anna.userId, async (tx) => {
    await sql`
      insert into journal_entries
        (user_id, account_id, trade_id, position_id, opened_ms, deal_tickets, symbol, side, volume, net, opened_at, closed_at,
         notes, version, updated_at)
      select user_id, account_id, id, position_id, opened_ms, deal_tickets, name, side, volume, net, opened_at, closed_at,
        'kept', 1, ${world.clock.now()}
      from trades where user_id = ${anna.userId}`.execute(tx);
    written.open();
    await release.opened;
  });
  await written.opened;
  const tagging = tag(anna, ids, { tag: news, action: 'add' });
  setTimeout(release.open, 300);
  await note;
  t.match((await tagging).body, 'was added to 1 trade.');
  t.equal(await count(anna, `?tag=${news}&notes=yes`), 1);
});

void t.test('a trade that has as many tags as it can have is left out', async (t) => {
  const { world, anna, ids, news } = await desk(t, [{}, {}]);
  const names = Array.from({ length: 30 }, (_, n) => `T${n}`);
  await world.db.withTenant('app', anna.userId, (tx) =>
    ensureLabels(tx, anna.userId, 'tags', { names, at: world.clock.now() }),
  );
  const path = `/trades/${ids[0] ?? ''}`;
  await anna.browser.fill(path, `${path}/journal`, { newTags: names.join(', '), version: '0' });
  t.equal(await count(anna, '?tag=T29'), 1);
  const added = await tag(anna, ids, { tag: news, action: 'add' });
  t.match(added.body, '“News” was added to 1 trade. 1 trade has 30 tags already and was left out.');
  const again = await tag(anna, ids, { tag: news, action: 'add' });
  t.match(again.body, 'Nothing was changed: 1 trade has 30 tags already and was left out.');
  t.match((await tag(anna, ids, { name: 'T0', action: 'add' })).body, '“T0” was added to 1 trade.');
});

void t.test('a tag that goes while trades are tagged is not there, and none goes meanwhile', async (t) => {
  const { world, anna, ids, news } = await desk(t, [{}]);
  const { userId } = anna;
  const change = { tagId: news, at: world.clock.now(), most: 30 };
  const [held, release] = [gate(), gate()];
  const tagging = world.db.withTenant('app', userId, (tx) =>
    taggingAlone(tx, userId, async () => {
      await tagTrades(tx, userId, pickedTrades(userId, ids), change);
      held.open();
      await release.opened;
    }),
  );
  await held.opened;
  const removal = await anna.browser.post(`/settings/tags/${news}/removal`);
  t.equal(removal.statusCode, 409);
  t.match(removal.body, 'Trades of yours are being tagged already.');
  release.open();
  await tagging;
  t.equal(await count(anna, `?tag=${news}`), 1);
  await world.db.withTenant('app', userId, (tx) => removeLabel(tx, userId, 'tags', news));
  const late = world.db.withTenant('app', userId, (tx) =>
    taggingAlone(tx, userId, () => tagTrades(tx, userId, pickedTrades(userId, ids), change)),
  );
  await t.rejects(late, notFound());
});

void t.test('who tags too often is told to wait', async (t) => {
  const limits = { ...noLimits, tagByUser: limitTable.tagByUser };
  const { anna, ids, news } = await desk(t, [{}], limits);
  for (let n = 0; n < 30; n += 1) await tag(anna, [], { action: 'add' });
  const refused = await tag(anna, ids, { tag: news, action: 'add' });
  t.equal(refused.status, 429);
  t.match(refused.body, 'Too many tries.');
  t.equal(await count(anna, `?tag=${news}`), 0);
});
