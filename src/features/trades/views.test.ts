import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { testApp } from '../../testing/app.js';
import { person, type Person } from '../../testing/cast.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades, type WishedTrade } from '../../testing/trades.js';

t.setTimeout(600_000);

async function desk(t: Test, wishes: readonly WishedTrade[] = [{}]) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { label: 'Swing', trades: 0 });
  const ids = await seedTrades(world, { userId: anna.userId, accountId }, wishes);
  return { world, anna, ids };
}

const keep = ({ browser }: Person, name: string, query = '') =>
  browser.fill('/trades', '/trades/views', { name, query });

/** The views that the menu offers, and where each leads. */
const offered = (html: string): Record<string, string> => {
  const menu = /views-menu[\s\S]*?<\/details>/.exec(html)?.[0] ?? '';
  const links = [...menu.matchAll(/<a href="([^"]*)"[^>]*>([^<]*)<\/a>/g)];
  return Object.fromEntries(
    links.map(([, href, name]) => [name ?? '', (href ?? '').replaceAll('&amp;', '&')]),
  );
};

const idOf = (html: string): string => /action="\/trades\/views\/([0-9a-f-]{36})"/.exec(html)?.[1] ?? '';

void t.test('a list is kept under a name, with what is in force and nothing else', async (t) => {
  const { anna } = await desk(t);
  const answer = await keep(anna, 'Losers', '?side=sell&sort=net&page=3&nonsense=1&from=soon');
  t.equal(answer.statusCode, 303);
  t.equal(answer.headers.location, '/trades?side=sell&sort=net');
  const { body } = await anna.browser.get('/trades?side=sell&sort=net');
  t.same(offered(body), { Losers: '/trades?side=sell&sort=net' });
  t.match(body, /aria-current="true">Losers</);
  await keep(anna, 'Losers', '?side=buy');
  t.same(
    offered((await anna.browser.get('/trades')).body),
    { Losers: '/trades?side=buy' },
    'the same name again',
  );
});

void t.test('a period in a view is the one of the day on which it is opened', async (t) => {
  const { world, anna, ids } = await desk(t, [
    { openedAt: new Date('2026-03-02T08:00:00Z'), closedAt: new Date('2026-03-02T08:30:00Z') },
  ]);
  await keep(anna, 'Lately', '?period=today');
  const url = offered((await anna.browser.get('/trades')).body)['Lately'] ?? '';
  t.equal(url, '/trades?period=today');
  const toDay = (text: string): void => {
    world.clock.advance(Date.parse(text) - world.clock.now().getTime());
  };
  toDay('2026-03-02T20:00:00Z');
  t.match((await anna.browser.get(url)).body, ids[0]);
  toDay('2026-03-03T20:00:00Z');
  t.notMatch((await anna.browser.get(url)).body, ids[0]);
});

void t.test('a view is renamed and removed', async (t) => {
  const { anna } = await desk(t);
  await keep(anna, 'One', '?side=buy');
  await keep(anna, 'Two', '?side=sell');
  const id = idOf((await anna.browser.get('/trades?side=sell')).body);
  const taken = await anna.browser.post(`/trades/views/${id}`, { name: 'One' });
  t.equal(taken.statusCode, 422);
  t.match(taken.body, 'Another view has this name.');
  t.equal(taken.headers['hx-push-url'], 'false');
  t.equal((await anna.browser.post(`/trades/views/${id}`, { name: 'Three' })).statusCode, 303);
  t.same(Object.keys(offered((await anna.browser.get('/trades')).body)), ['One', 'Three']);
  t.equal((await anna.browser.post(`/trades/views/${id}/removal`)).headers.location, '/trades?side=sell');
  t.same(Object.keys(offered((await anna.browser.get('/trades')).body)), ['One']);
  t.equal((await anna.browser.post(`/trades/views/${id}/removal`)).statusCode, 404);
});

void t.test('a name that cannot be used keeps the list and what was typed', async (t) => {
  const { anna, ids } = await desk(t, [{ side: 'sell' }, { side: 'buy' }]);
  for (const name of ['', ' ', 'x'.repeat(61), 'a\u0007b']) {
    const { statusCode, body } = await keep(anna, name, '?side=sell');
    t.equal(statusCode, 422);
    t.match(body, /id="view-name-error"/);
    t.match(body, /class="menu views-menu" data-menu open/);
    t.match(body, ids[0]);
    t.notMatch(body, ids[1], 'the filter holds');
  }
});

void t.test('there is an end to views, and the names that are there can still be given anew', async (t) => {
  const { anna } = await desk(t);
  await anna.browser.get('/trades');
  for (let n = 0; n < 50; n += 1) await anna.browser.post('/trades/views', { name: `View ${n}`, query: '' });
  t.match((await keep(anna, 'One more')).body, 'There are 50 views already.');
  t.equal((await keep(anna, 'View 7', '?side=buy')).statusCode, 303);
});

void t.test('nobody sees, renames or removes the view of another', async (t) => {
  const { world, anna } = await desk(t);
  await keep(anna, 'Secret plan', '?side=sell');
  const id = idOf((await anna.browser.get('/trades?side=sell')).body);
  const bert = await person(world, 'bert');
  await seedAccount(world, bert.userId, { trades: 1 });
  t.notMatch((await bert.browser.get('/trades?side=sell')).body, 'Secret plan');
  for (const other of [id, randomUUID(), 'x']) {
    t.equal((await bert.browser.post(`/trades/views/${other}`, { name: 'Mine' })).statusCode, 404);
    t.equal((await bert.browser.post(`/trades/views/${other}/removal`)).statusCode, 404);
  }
  t.same(Object.keys(offered((await anna.browser.get('/trades')).body)), ['Secret plan']);
});

const headsOf = (html: string): string[] =>
  [...html.matchAll(/id="sort-(\w+)"/g)].map(([, key]) => key ?? '');

void t.test(
  'columns are chosen once and hold on every list, until the usual ones are wanted again',
  async (t) => {
    const { anna } = await desk(t);
    const usual = headsOf((await anna.browser.get('/trades')).body);
    t.same(usual.slice(0, 3), ['closed', 'account', 'symbol']);
    const choose = (fields: Record<string, string>) =>
      anna.browser.post('/trades/columns', { query: '?side=buy', ...fields });
    t.equal((await choose({ columns: 'gross' })).headers.location, '/trades?side=buy');
    t.same(headsOf((await anna.browser.get('/trades?symbol=EURUSD')).body), ['closed', 'gross', 'net']);
    t.match((await anna.browser.get('/trades/rows')).body, '+10.00');
    await choose({ columns: 'password' });
    t.same(
      headsOf((await anna.browser.get('/trades')).body),
      ['closed', 'net'],
      'what is no column says nothing',
    );
    await choose({ usual: 'yes' });
    t.same(headsOf((await anna.browser.get('/trades')).body), usual);
  },
);
