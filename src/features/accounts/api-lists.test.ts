import t, { type Test } from 'tap';
import { testApp } from '../../testing/app.js';
import { callerWith } from '../../testing/caller.js';
import { person, tokenOf } from '../../testing/cast.js';
import { addCash, addSamples } from '../../testing/account-rows.js';
import { seedAccount } from '../../testing/trading.js';

t.setTimeout(600_000);

const setting = async (t: Test) => {
  const world = await testApp(t);
  const owner = await person(world, 'caller');
  return { world, ...owner, ...callerWith(world, await tokenOf(world, owner)) };
};

void t.test('lists are paged without a gap and without a repeat', async (t) => {
  const { world, pages, userId } = await setting(t);
  const whole = async (path: string, limit: number) => {
    const read = await pages(path, limit);
    for (const page of read) t.ok(page.length > 0 && page.length <= limit, 'no page is empty');
    return read.flat();
  };
  const labels = Array.from({ length: 7 }, (_, index) => `Account ${index}`);
  const ids: string[] = [];
  for (const label of labels) ids.push((await seedAccount(world, userId, { label, trades: 0 })).accountId);
  t.same((await whole('/accounts', 3)).map(({ id }) => id).sort(), ids.sort());
  const { accountId } = await seedAccount(world, userId, { trades: 20 });
  await addCash(world, { userId, accountId }, 33);
  await addSamples(world, { userId, accountId }, 24);
  for (const [name, key, total] of [
    ['deals', 'ticket', 74],
    ['ledger', 'ticket', 34],
    ['snapshots', 'at', 25],
  ] as const)
    for (const limit of [1, 7, total, 1000]) {
      const items = await whole(`/accounts/${accountId}/${name}`, limit);
      t.equal(items.length, total, `${name} by ${limit}`);
      t.equal(new Set(items.map((item) => item[key])).size, total);
      const times = items.map(({ at }) => String(at));
      t.same(times, [...times].sort(), 'the oldest first');
    }
});

void t.test('positions, deals, cash and samples have their shapes, in decimal strings and UTC', async (t) => {
  const { world, call, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId, { trades: 1, isExposed: true });
  const first = async (name: string) =>
    (await call('GET', `/accounts/${accountId}/${name}`)).json<{ items: object[] }>().items[0];
  t.same(await first('positions'), {
    positionId: '990001',
    ticket: '990001',
    symbol: 'GBPUSD',
    name: 'GBPUSD',
    side: 'sell',
    volume: '0.3',
    openPrice: '1.2661',
    currentPrice: '1.26487',
    stopLoss: '1.2705',
    takeProfit: null,
    swap: '-0.40',
    profit: '12.70',
    pips: 12.3,
    magic: '0',
    comment: 'manual',
    openedAt: '2026-03-02T07:57:00.000Z',
  });
  t.same(await first('deals'), {
    ticket: '1',
    order: '0',
    positionId: '0',
    at: '2026-03-02T06:00:00.000Z',
    serverTime: '2026-03-02T06:00:00.000',
    type: 2,
    entry: 0,
    reason: 3,
    magic: '77',
    symbol: '',
    volume: '0',
    price: '0',
    profit: '1000.00',
    swap: '0.00',
    commission: '0.00',
    fee: '0.00',
    comment: 'Deposit',
    isListed: true,
    source: 'live',
  });
  t.same(await first('ledger'), {
    ticket: '1',
    at: '2026-03-02T06:00:00.000Z',
    type: 2,
    kind: 'deposit',
    amount: '1000.00',
    comment: 'Deposit',
  });
  t.same(await first('snapshots'), {
    at: '2026-03-02T09:00:00.000Z',
    balance: '1009.65',
    equity: '1021.95',
    floating: '12.30',
    margin: '126.50',
    freeMargin: '1009.65',
    marginLevel: 800,
    leverage: 100,
    lowEquity: '1021.95',
    highEquity: '1021.95',
    grain: 'sample',
  });
});

void t.test('limits and cursors that are none of ours are refused', async (t) => {
  const { world, call, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId);
  const cursors = ['x', '!!', 'MQ', 'OTk5OTk5OTk5OTk5OTk5OTk5OTkgMQ', 'MSAyOyBkcm9w', 'a'.repeat(201)];
  const lists = ['positions', 'deals', 'ledger', 'snapshots'].map((name) => `/accounts/${accountId}/${name}`);
  for (const path of ['/accounts', ...lists]) {
    for (const limit of ['0', '1001', '-1', '1.5', 'many', ''])
      t.equal((await call('GET', `${path}?limit=${limit}`)).statusCode, 400, `${path} by ${limit}`);
    for (const cursor of cursors.filter((each) => !(path.endsWith('snapshots') && each === 'MQ')))
      t.equal((await call('GET', `${path}?cursor=${encodeURIComponent(cursor)}`)).statusCode, 400, cursor);
  }
});
