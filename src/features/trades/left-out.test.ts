import t, { type Test } from 'tap';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades, type WishedTrade } from '../../testing/trades.js';

t.setTimeout(600_000);

const idsOf = (html: string): string[] =>
  [...html.matchAll(/class="row-link" href="\/trades\/([0-9a-f-]{36})/g)].map(([, id]) => id ?? '');

async function desk(t: Test, wishes: readonly WishedTrade[]) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { label: 'Swing', trades: 0 });
  const ids = await seedTrades(world, { userId: anna.userId, accountId }, wishes);
  return { anna, ids };
}

const noticesIn = (html: string): string[] =>
  [...html.matchAll(/data-kind="warn"[\s\S]*?<p>([^<]*)<\/p>/g)].map(([, text]) => text ?? '');

void t.test('what was not understood is said above the list, and the rest counts', async (t) => {
  const { anna, ids } = await desk(t, [{ side: 'buy' }, { side: 'sell' }]);
  const said = async (query: string): Promise<string[]> => {
    const { body, statusCode } = await anna.browser.get(`/trades?side=sell&${query}`);
    t.equal(statusCode, 200, query);
    const sentences = noticesIn(body);
    if (sentences.length > 0) t.ok(body.indexOf('data-kind="warn"') > body.indexOf('</details>'), query);
    return sentences;
  };
  t.same(await said('magic=abc'), ['Magic “abc” was left out. A magic number is made of digits.']);
  t.same(await said('from=2026-03-02&to=2026-03-01'), [
    'The stretch ends, on 1 Mar 2026, before it begins, on 2 Mar 2026: its end was left out.',
  ]);
  t.same(await said('magic=1&magic=2'), ['Magic was left out. Give this once.']);
  t.match(await said('sort=luck'), [/^Order “luck” was left out\. Trades can be sorted by/]);
  t.match(await said(`ea=${'x'.repeat(101)}`), [/^EA “x{40}…” was left out\./]);
  t.same(await said('page=9999'), ['There is no page 9\u202f999: this is the last one.']);
  t.same(await said('page=two'), ['The page that was asked for is none: this is the first one.']);
  t.same(await said('symbol=GBPUSD'), ['You have no trades of “GBPUSD”.']);
  t.same(await said('account=8f14e45f-ceea-467f-a3d5-7c1f0a1b2c3d'), [
    'The account that was asked for is not among yours.',
  ]);
  for (const query of ['page=1', 'page=', 'symbol=EURUSD.r', 'account=Real', 'to=2026-03-01'])
    t.same(await said(query), [], query);
  const { body } = await anna.browser.get('/trades?side=sell&magic=abc&page=9999');
  t.same(idsOf(body), [ids[1]]);
  t.equal(noticesIn(body).length, 2);
});
