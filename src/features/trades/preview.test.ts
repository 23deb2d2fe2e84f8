import t from 'tap';
import type { TestApp } from '../../testing/app.js';
import type { Browser } from '../../testing/browser.js';
import { addTrade, deskByHand, deskWithTrade, yen } from '../../testing/manual-desk.js';
import { rowsOf } from '../../testing/rows.js';
import { ask } from '../../testing/steps.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades } from '../../testing/trades.js';

t.setTimeout(600_000);

const goldOf = (world: TestApp): Promise<object[]> =>
  ask(world, "select gross from trades where symbol = 'XAUUSD'");

const preview = async (browser: Browser, fields: Record<string, string>): Promise<string> => {
  const answer = await browser.post('/trades/preview', fields);
  if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`);
  return answer.body;
};

void t.test('the preview says what a form would come to, and writes nothing', async (t) => {
  const { world, anna, browser } = await deskByHand(t);
  await browser.get('/trades/new');
  const before = await rowsOf(world.login, anna.userId);
  t.match(await preview(browser, {}), 'as soon as they are there');
  t.match(
    await preview(browser, { symbol: 'USDJPY', lots: 'x', openPrice: '1' }),
    'as soon as they are there',
  );
  const whole = await preview(browser, {
    ...yen,
    stopLoss: '149.80',
    takeProfit: '150.20',
    commission: '-7',
  });
  for (const sentence of [
    '+59.67',
    '+66.67',
    '+10.0',
    '1 : 3.00',
    '6.67',
    'estimated',
    '100\u202f000',
    '+0.90',
  ])
    t.match(whole, sentence);
  const open = await preview(browser, { ...yen, closedAt: '', closePrice: '', stopLoss: '149.80' });
  t.match(open, 'open: no result yet');
  t.match(open, '\u221266.76');
  const half = await preview(browser, { ...yen, openedAt: '', closedAt: '' });
  t.match(half, '+66.67', 'prices alone are enough to look at');
  t.match(await preview(browser, { ...yen, symbol: 'usdjpy' }), '+66.67', 'small letters do');
  t.match(await preview(browser, { ...yen, symbol: 'XTIUSD' }), 'contract size of this symbol is not known');
  t.match(await preview(browser, { ...yen, symbol: 'XTIUSD', contractSize: '100' }), '+10.00');
  t.match(await preview(browser, { ...yen, net: '5' }), 'as you typed');
  t.match(await preview(browser, { ...yen, commission: '7' }), 'A commission above zero adds');
  t.same(await rowsOf(world.login, anna.userId), before);
});

void t.test('a rate that is kept of another trade is offered, and a typed one goes before it', async (t) => {
  const { world, anna, browser, accountId } = await deskWithTrade(t);
  const live = await seedAccount(world, anna.userId, { trades: 0 });
  await seedTrades(world, { userId: anna.userId, accountId: live.accountId }, [
    {
      symbol: 'GBPUSD',
      name: 'GBPUSD',
      openedAt: new Date('2026-02-03T07:00:00Z'),
      closedAt: new Date('2026-02-03T08:30:00Z'),
      openPrice: 1.26,
      closePrice: 1.27,
    },
  ]);
  const cross = { ...yen, account: accountId, symbol: 'EURGBP', openPrice: '0.8500', closePrice: '0.8510' };
  const html = await preview(browser, cross);
  t.match(html, '+127.00');
  t.match(html, 'GBPUSD 1.27, the nearest price known: 2 h before the close');
  t.match(await preview(browser, { ...cross, rate: '1.30' }), '+130.00');
});

void t.test(
  'a contract size is learned from a synchronised trade, unless its owner says otherwise',
  async (t) => {
    const { world, anna, browser, accountId } = await deskWithTrade(t);
    const live = await seedAccount(world, anna.userId, { trades: 0 });
    await seedTrades(world, { userId: anna.userId, accountId: live.accountId }, [
      {
        symbol: 'XAUUSD.r',
        name: 'XAUUSD',
        openPrice: 2350,
        closePrice: 2355,
        volume: 1,
        gross: 5_000,
        pips: null,
      },
    ]);
    const gold = { ...yen, account: accountId, symbol: 'XAUUSD', openPrice: '2400', closePrice: '2402' };
    t.match(await preview(browser, gold), '+20.00');
    t.match(await preview(browser, gold), 'as your XAUUSD.r trade of');
    await addTrade(browser, { ...gold, contractSize: '50' });
    t.match(await goldOf(world), [{ gross: '100.00' }]);
    t.match(await preview(browser, gold), 'Contract size 50, from your instruments.');
    t.match((await browser.get('/settings/instruments')).body, '>XAUUSD<');
  },
);

void t.test('where nobody has said the currency of an account, its result has to be typed', async (t) => {
  const { world, browser, accountId } = await deskWithTrade(t);
  await ask(world, 'update accounts set currency = null');
  const html = await preview(browser, { ...yen, account: accountId });
  t.match(html, 'The currency of this account is not known');
  t.notMatch(html, 'XXX');
  const refused = await addTrade(browser, { ...yen, account: accountId });
  t.equal(refused.statusCode, 422);
  t.equal((await addTrade(browser, { ...yen, account: accountId, net: '5' })).statusCode, 303);
});
