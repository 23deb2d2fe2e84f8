import t, { type Test } from 'tap';
import { testApp } from '../../testing/app.js';
import { person, type Person } from '../../testing/cast.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { dial, until } from '../../testing/socket.js';
import { readAgain, seedAccount } from '../../testing/trading.js';
import { seedTrades } from '../../testing/trades.js';

t.setTimeout(600_000);

/** Somebody who holds a position at a broker, and has a page of its trade open. */
async function holding(t: Test) {
  const sync = scriptedSync();
  const world = await testApp(t, { sync });
  const anna = await person(world, 'anna');
  const account = await seedAccount(world, anna.userId, { isExposed: true, trades: 1 });
  const owned = { userId: anna.userId, accountId: account.accountId };
  const open = { positionId: '990001', symbol: 'GBPUSD', name: 'GBPUSD', closedAt: null } as const;
  const [id = ''] = await seedTrades(world, owned, [open]);
  const name = world.kit.cookies.session;
  const look = (who: Person, trade = id) =>
    dial(world, `/live?view=trade&trade=${trade}`, {
      origin: 'http://127.0.0.1:3000',
      cookie: `${name}=${who.browser.cookie(name) ?? ''}`,
    });
  return { sync, world, anna, owned, id, closedId: account.tradeIds[0] ?? '', look };
}

void t.test(
  'the page of an open trade says what its position is worth, how old that is, and follows it',
  async (t) => {
    const { sync, world, anna, owned, id, closedId, look } = await holding(t);
    const page = (await anna.browser.get(`/trades/${id}`)).body;
    t.match(page, `ws-connect="/live?view=trade&amp;trade=${id}"`);
    t.match(page, /id="trade-now"[^]*Price<\/dt><dd>1\.2[^]*\+12\.70[^]*data-level="fresh"/);
    const region = (await anna.browser.get(`/trades/${id}/now`)).body;
    const line = await look(anna);
    await until(t, 'the region', () => line.heard.length === 1);
    t.ok(line.heard[0]?.includes(region.trim().replace(/^<section/, '<section hx-swap-oob="morph"')));
    world.clock.advance(15_000);
    const reading = await readAgain(world, owned, '4321.00');
    sync.feed.publish(anna.userId, [{ type: 'POSITION_UPDATE', accountId: owned.accountId, reading }]);
    await until(t, 'what has changed', () => line.heard.length === 2);
    t.match(
      line.heard[1],
      /The last reading of its account lists no such position/,
      'it was closed just now',
    );
    const past = (await anna.browser.get(`/trades/${closedId}`)).body;
    t.notMatch(past, 'trade-now', 'a closed trade has no such region');
    t.match((await anna.browser.get(`/trades/${closedId}/now`)).body, /It has been closed/);
  },
);

void t.test('nobody follows another one’s trade, nor what is no trade', async (t) => {
  const { world, id, look } = await holding(t);
  const bob = await person(world, 'bob');
  t.equal((await bob.browser.get(`/trades/${id}/now`)).statusCode, 404);
  for (const trade of [id, 'nothing', '', "x' or 1=1"]) {
    const line = await look(bob, encodeURIComponent(trade));
    await until(t, 'the header', () => line.heard.length === 1);
    t.notMatch(line.heard[0], /trade-now|GBPUSD|12\.70/, trade);
    line.socket.close();
  }
});
