import t from 'tap';
import { testApp } from '../../testing/app.js';
import { tokenOf } from '../../testing/cast.js';
import { callerWith } from '../../testing/caller.js';
import { estate } from '../../testing/estate.js';
import { changes, isApi, routes } from '../../testing/route-table.js';
import { sellingApp } from '../../testing/stripe/world.js';

t.setTimeout(600_000);

/** What only somebody says who sells. A plan of the day is something else. */
const words = /pricing|subscri(?:be|ption)|stripe|settings\/plan|your plan does|See the plans|Elite/i;

const pages = routes.filter((route) => !changes(route) && !isApi(route) && route.access !== 'asset');

void t.test('without keys no page speaks of plans, to nobody', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'owner', { role: 'admin' });
  const ids = [owner.accountId, owner.tradeId, owner.importId, owner.backtestId, owner.manualTradeId];
  let seen = 0;
  for (const { url } of pages) {
    const paths = url.includes(':') ? ids.map((id) => url.replace(/:\w+/, id)) : [url];
    for (const path of paths)
      for (const browser of [owner.browser, world.browser()]) {
        const { statusCode, body } = await browser.get(path);
        if (statusCode === 200) seen += 1;
        t.notMatch(body, words, path);
      }
  }
  t.ok(seen > 60, `${seen} pages were seen`);
});

void t.test('the words are those that are said where plans are sold', async (t) => {
  const world = await sellingApp(t);
  for (const path of ['/', '/pricing']) t.match((await world.browser().get(path)).body, words, path);
});

void t.test('without keys nobody is limited, and nothing is counted', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'owner');
  const { call } = callerWith(world, await tokenOf(world, owner));
  const live = { type: 'live', label: 'Live', category: 'Real', server: 'S', investorPassword: 'look-only' };
  for (const login of ['1', '2', '3', '4', '5', '6', '7'])
    t.equal((await call('POST', '/accounts', { ...live, login })).statusCode, 201);
  const trade = {
    symbol: 'EURUSD',
    side: 'buy',
    volume: '1',
    openPrice: '1.08',
    account: owner.manualAccountId,
  };
  for (let count = 0; count < 20; count += 1)
    t.equal((await call('POST', '/trades', { ...trade, openedAt: '2026-02-03T10:00:00Z' })).statusCode, 201);
  t.equal((await call('GET', '/analytics/equity-curve')).statusCode, 200);
  t.equal(
    (await call('PUT', `/imports/${owner.importId}/confirmation`, { label: 'x', category: 'Real' }))
      .statusCode,
    200,
  );
  const counted = await world.db.withTenant('app', owner.userId, (tx) =>
    tx
      .selectFrom('imports')
      .where('user_id', '=', owner.userId)
      .where('counted_at', 'is not', null)
      .select('id')
      .execute(),
  );
  t.equal(counted.length, 0);
  for (const path of ['/pricing', '/settings/plan']) t.equal((await owner.browser.get(path)).statusCode, 404);
});

void t.test('with them the privacy notice that is shipped names who takes payments', async (t) => {
  const world = await sellingApp(t);
  const { body } = await world.browser().get('/privacy');
  t.match(body, 'Stripe, which is given your email address');
  t.notMatch(body, '{{');
});
