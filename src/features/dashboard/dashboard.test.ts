import type { KyselyPlugin } from 'kysely';
import t, { type Test } from 'tap';
import { removeAccount } from '../../data/accounts.js';
import { saveCandles } from '../../data/brokers.js';
import { setProfile } from '../../data/users.js';
import type { Database } from '../../data/database.js';
import { Tx } from '../../data/transaction.js';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { withoutChance, withoutHelp } from '../../testing/steps.js';
import { seedTrades } from '../../testing/trades.js';
import { ask } from '../../testing/steps.js';
import { seedAccount } from '../../testing/trading.js';
import { readAll, regionNames, type RegionName } from './board.js';
import { serverDayStart } from '../../domain/server-day.js';
import { sparkPath } from '../../web/spark.js';

t.setTimeout(600_000);

const setting = async (t: Test) => {
  const sync = scriptedSync();
  const world = await testApp(t, { sync });
  const owner = await person(world, 'owner');
  const get = async (path = ''): Promise<string> => (await owner.browser.get(`/dashboard${path}`)).body;
  return { sync, world, owner, userId: owner.userId, get };
};

/** The text of a piece of HTML, its white space as one space. */
const textOf = (html: string): string =>
  withoutHelp(html)
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('\u202f', ' ')
    .trim();

const regionIn = (page: string, name: RegionName): string =>
  new RegExp(`<section[^>]* id="${name}"[^]*?</section>`).exec(page)?.[0] ?? '';

void t.test('a stranger is sent to sign in, by the board and by each region', async (t) => {
  const world = await testApp(t);
  for (const path of ['', ...regionNames.map((name) => `/${name}`)]) {
    const answer = await world.browser().get(`/dashboard${path}`);
    t.equal(answer.statusCode, 303, path);
    t.match(answer.headers.location, /^\/login/, path);
  }
});

void t.test('a board with nothing on it says what to do', async (t) => {
  const { get } = await setting(t);
  const text = textOf(await get());
  t.match(text, 'No account is connected yet');
  t.notMatch(text, 'Nothing is open', 'one invitation, not five empty regions');
  t.match(textOf(await get('/positions')), 'Nothing is open');
  t.match(textOf(await get('/closed')), 'No closed trade yet');
  t.match(textOf(await get('/figures')), 'No trade was closed this month');
  t.match(textOf(await get('/curve')), 'Nothing to draw yet');
  t.notMatch(text, /undefined|NaN|null/);
});

void t.test(
  'while a first history comes there is no balance to draw, and soon it is asked for again',
  async (t) => {
    const { world, userId, get } = await setting(t);
    await seedAccount(world, userId, { label: 'Swing' });
    t.match(await get('/curve'), /hx-trigger="refresh, every 60s"[^]*data-columns=/);
    await ask(world, "update accounts set connected_at = null, state = 'connecting'");
    const coming = await get('/curve');
    t.match(textOf(coming), 'Nothing to draw yet');
    t.match(coming, 'hx-trigger="refresh, every 5s"');
  },
);

void t.test('an account, its positions and its trades stand on the board', async (t) => {
  const { world, userId, get } = await setting(t);
  const { accountId } = await seedAccount(world, userId, { label: 'Swing', login: '51482', isExposed: true });
  const page = await get();
  const row = textOf(new RegExp(`id="account-${accountId}"[^]*?</tr>`).exec(page)?.[0] ?? '');
  t.match(row, 'Swing');
  t.match(row, 'Example-Live · 51482');
  t.match(row, '1 014.95');
  t.match(row, '1 027.25 USD');
  t.match(row, '+12.30');
  t.match(row, '800 %');
  t.match(row, '+27.25', 'closed today and floating');
  t.match(row, 'to the cent');
  const positions = textOf(regionIn(page, 'positions'));
  t.match(positions, '1 in 1 account');
  t.match(positions, /GBPUSD .*SELL.* 0\.30/);
  t.match(positions, '+12.70 USD');
  t.match(textOf(regionIn(page, 'closed')), /EURUSD BUY 0\.10 \+9\.65/);
  t.match(textOf(regionIn(page, 'figures')), /Net result .*\+14\.95/);
});

void t.test('each region alone is what stands in the page', async (t) => {
  const { world, userId, get } = await setting(t);
  await seedAccount(world, userId, { isExposed: true });
  await seedAccount(world, userId, { label: 'Training', category: 'Demo', isExposed: true });
  for (const search of ['', '?account=Real']) {
    const page = await get(search);
    for (const name of regionNames) {
      const alone = (await get(`/${name}${search}`)).trim();
      t.match(alone, new RegExp(`^<section[^>]* id="${name}"`));
      t.ok(withoutChance(page).includes(withoutChance(alone)), `${name}${search}`);
    }
  }
});

void t.test('nobody sees the accounts of another, whatever is asked for', async (t) => {
  const { world, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId, { label: 'Secret', isExposed: true });
  const other = await person(world, 'other');
  for (const path of ['', ...regionNames.map((name) => `/${name}`)])
    for (const search of ['', `?account=${accountId}`, '?account=Real']) {
      const { statusCode, body } = await other.browser.get(`/dashboard${path}${search}`);
      t.equal(statusCode, 200);
      t.notMatch(body, /Secret|GBPUSD|EURUSD|Example-Live/, path + search);
    }
});

void t.test('a category or an account keeps everything else away', async (t) => {
  const { world, userId, get } = await setting(t);
  const one = await seedAccount(world, userId, { label: 'Alpha', trades: 1, isExposed: true });
  await seedAccount(world, userId, { label: 'Beta', trades: 2, isExposed: true });
  await seedAccount(world, userId, { label: 'Gamma', category: 'Demo', trades: 3, isExposed: true });
  const shown = (page: string): string[] =>
    ['Alpha', 'Beta', 'Gamma'].filter((label) => page.includes(`>${label}</a>`));
  const closed = (page: string): number => page.match(/id="closed-/g)?.length ?? 0;
  const open = (page: string): number => page.match(/id="position-/g)?.length ?? 0;
  const all = await get();
  t.same([shown(all), closed(all), open(all)], [['Alpha', 'Beta', 'Gamma'], 6, 3]);
  const real = await get('?account=Real');
  t.same([shown(real), closed(real), open(real)], [['Alpha', 'Beta'], 3, 2]);
  t.match(real, 'hx-get="/dashboard/positions?account=Real"');
  const alpha = await get(`?account=${one.accountId}`);
  t.same([shown(alpha), closed(alpha), open(alpha)], [['Alpha'], 1, 1]);
  t.same(shown(await get('?account=nonsense')), ['Alpha', 'Beta', 'Gamma']);
  const none = await get('?account=Funded');
  t.match(textOf(none), 'No account of this kind');
  t.notMatch(textOf(none), 'No account is connected yet');
});

void t.test('totals stand for several accounts of one category and one currency only', async (t) => {
  const { world, userId, get } = await setting(t);
  for (const wishes of [
    { label: 'A' },
    { label: 'B', trades: 1 },
    { label: 'C', currency: 'EUR' },
    { label: 'D', category: 'Demo' as const },
  ])
    await seedAccount(world, userId, wishes);
  const totals = [...(await get('/accounts')).matchAll(/<tr class="total">[^]*?<\/tr>/g)].map(([row]) =>
    textOf(row),
  );
  t.equal(totals.length, 1);
  t.match(totals[0], /^USD, 2 accounts 2 024\.60 2 024\.60 /);
  const figures = textOf(await get('/figures'));
  for (const label of ['Real USD', 'Real EUR', 'Demo USD']) t.match(figures, label);
});

void t.test('today and this month are those of the user’s time zone', async (t) => {
  const { world, userId, get } = await setting(t);
  const { accountId } = await seedAccount(world, userId, { trades: 0 });
  const close = (at: string, gross: number) => ({
    openedAt: new Date(Date.parse(at) - 60_000),
    closedAt: new Date(at),
    gross,
    commission: 0,
  });
  await seedTrades(world, { userId, accountId }, [
    close('2026-01-31T14:59:00Z', 50_000),
    close('2026-01-31T15:01:00Z', 300),
    close('2026-02-28T14:59:00Z', 400),
    close('2026-02-28T15:01:00Z', 1_000),
    close('2026-03-01T14:59:00Z', 2_000),
    close('2026-03-01T15:01:00Z', 4_000),
  ]);
  const netOf = async () =>
    /Net result n \d+ (\S+) USD (.*?) Win rate/.exec(textOf(await get('/figures')))?.slice(1);
  t.same(await netOf(), ['+60.00', '▲ 46.00 on February']);
  await world.db.withTenant('app', userId, (tx) => setProfile(tx, userId, { timeZone: 'Asia/Tokyo' }));
  t.same(await netOf(), ['+70.00', '▲ 63.00 on February'], 'the month began at 15:00 UTC');
  t.match(textOf(await get('/accounts')), '+40.00', 'and so did the day');
});

void t.test(
  'a stretch of time is chosen by its name, and keeps to the accounts that are shown',
  async (t) => {
    const { world, userId, get } = await setting(t);
    world.clock.advance(Date.parse('2026-03-11T12:00:00Z') - world.clock.now().getTime());
    const { accountId } = await seedAccount(world, userId, { trades: 0 });
    const close = (at: string, gross: number) => ({
      closedAt: new Date(at),
      openedAt: new Date(Date.parse(at) - 60_000),
      gross,
      commission: 0,
    });
    await seedTrades(world, { userId, accountId }, [
      close('2025-06-01T12:00:00Z', 100),
      close('2026-01-05T12:00:00Z', 200),
      close('2026-03-02T12:00:00Z', 400),
      close('2026-03-09T00:00:00Z', 800),
      close('2026-03-11T00:00:00Z', 1_600),
    ]);
    const shown = async (period: string) => textOf(await get(`/figures?period=${period}&account=Real`));
    for (const [period, net, note] of [
      ['today', '+16.00', 'after 0.00 commission'],
      ['week', '+24.00', '▲ 20.00 on last week'],
      ['month', '+28.00', 'after 0.00 commission'],
      ['year', '+30.00', '▲ 29.00 on 2025'],
      ['all', '+31.00', 'after 0.00 commission'],
      ['nonsense', '+28.00', 'after 0.00 commission'],
    ] as const)
      t.match(await shown(period), `${net} USD ${note}`, period);
    const page = await get('?period=week&account=Real');
    t.match(page, /hx-get="\/dashboard\/figures\?account=Real&amp;period=week"/);
    t.match(page, /href="\/dashboard\?account=Real&amp;period=year"/);
    t.match(page, /<a href="\/dashboard\?account=Real&amp;period=week" aria-current="true">/);
    t.match(textOf(await get('/figures?account=Demo')), 'No trade was closed this month');
  },
);

void t.test('the ticker shows each symbol held once, by the freshest price there is', async (t) => {
  const { world, userId, get } = await setting(t);
  const { accountId } = await seedAccount(world, userId, { isExposed: true });
  await seedAccount(world, userId, { label: 'Second', isExposed: true });
  const bare = await get('/ticker');
  t.equal(bare.match(/id="tick-/g)?.length, 1);
  t.match(textOf(bare), /GBPUSD 1\.26487$/, 'no candles, no change, no line');
  const bar = (at: string, close: number) => ({
    ...{ openedAt: new Date(at), open: close, high: close, low: close, close, volume: 1 },
  });
  await world.db.withTenant('sync', userId, async (tx) => {
    await saveCandles(tx, { name: 'GBPUSD', timeframe: 'D1' }, [
      bar('2026-02-27T00:00:00Z', 1.25),
      bar('2026-03-02T22:00:00Z', 9),
    ]);
    const hours = [bar('2026-03-02T07:00:00Z', 1.25), bar('2026-03-02T08:00:00Z', 1.26)];
    await saveCandles(tx, { name: 'GBPUSD', timeframe: 'H1' }, hours);
  });
  const full = await get('/ticker');
  t.match(textOf(full), 'GBPUSD 1.26487 +1.19 %');
  t.match(full, 'M0.0 22.0L160.0 2.0');
  await world.db.withTenant('app', userId, (tx) => removeAccount(tx, userId, accountId));
  t.match(await get('/ticker?account=Demo'), /<section[^>]*>\s*<\/section>/, 'nothing held, nothing shown');
});

void t.test('the board says in words where no prices are read, and only there', async (t) => {
  const { sync, world, userId, get } = await setting(t);
  const missing = /No prices are read at present/;
  sync.readsPrices = () => false;
  t.notMatch(await get('/ticker'), missing, 'nothing is held, nothing is missed');
  await seedAccount(world, userId, { isExposed: true });
  t.match(await get('/ticker'), missing);
  t.match(await get(), missing);
  sync.readsPrices = () => true;
  t.notMatch(await get(), missing);
});

void t.test('a line through prices stays in its box', async (t) => {
  t.equal(sparkPath([]), null);
  t.equal(sparkPath([1]), null);
  t.equal(sparkPath([1, 1]), 'M0.0 12.0L160.0 12.0');
  t.equal(sparkPath([1, 3, 2]), 'M0.0 22.0L80.0 2.0L160.0 12.0');
});

void t.test('a server’s day begins at five in the afternoon in New York, summer and winter', async (t) => {
  const began = (now: string): string => serverDayStart(new Date(now)).toISOString();
  t.equal(began('2026-01-15T21:59:59Z'), '2026-01-14T22:00:00.000Z');
  t.equal(began('2026-01-15T22:00:00Z'), '2026-01-15T22:00:00.000Z');
  t.equal(began('2026-07-15T20:59:59Z'), '2026-07-14T21:00:00.000Z');
  t.equal(began('2026-07-15T21:00:00Z'), '2026-07-15T21:00:00.000Z');
});

void t.test('the whole board is three questions', async (t) => {
  const { world, userId } = await setting(t);
  await seedAccount(world, userId, { isExposed: true });
  const { db } = world.kit;
  const asked: string[] = [];
  const listen: KyselyPlugin = {
    transformQuery: ({ node }) => {
      asked.push(node.kind);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const listening: Database = {
    ...db,
    withTenant: (role, id, work) =>
      db.withTenant(role, id, (tx) => work(new Tx(tx.getExecutor().withPlugin(listen)))),
  };
  const looker = { userId, timeZone: 'UTC' };
  await listening.withTenant('app', userId, (tx) => readAll(tx, looker, world.clock.now()));
  t.equal(asked.length, 3, 'accounts, positions, and the lists');
});
