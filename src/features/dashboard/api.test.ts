import t, { type Test } from 'tap';
import { addAccount } from '../../data/accounts.js';
import { saveInstruments, type Instrument } from '../../data/brokers.js';
import { testApp } from '../../testing/app.js';
import { callerWith } from '../../testing/caller.js';
import { person, tokenOf } from '../../testing/cast.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { seedAccount } from '../../testing/trading.js';

t.setTimeout(600_000);

const setting = async (t: Test) => {
  const world = await testApp(t, { sync: scriptedSync() });
  const owner = await person(world, 'owner');
  return { world, ...owner, ...callerWith(world, await tokenOf(world, owner, 'read')) };
};

interface Dashboard {
  totals: { category: string; currency: string }[];
  accounts: { id: string }[];
  positions: number;
  closedToday: { trades: number };
}

void t.test('the dashboard of nobody’s accounts is empty, not wrong', async (t) => {
  const { call } = await setting(t);
  const answer = await call('GET', '/dashboard');
  t.equal(answer.statusCode, 200);
  t.same(answer.json(), { totals: [], accounts: [], positions: 0, closedToday: { trades: 0 } });
});

void t.test('the dashboard adds up what may be added, and tells accounts as elsewhere', async (t) => {
  const { world, call, userId } = await setting(t);
  await seedAccount(world, userId, { label: 'A', isExposed: true });
  await seedAccount(world, userId, { label: 'B', trades: 1 });
  await seedAccount(world, userId, { label: 'C', category: 'Demo', currency: 'EUR', trades: 0 });
  const dashboard = (await call('GET', '/dashboard')).json<Dashboard>();
  t.same(dashboard, {
    totals: [
      {
        ...{ category: 'Real', currency: 'USD', accounts: 2, positions: 1 },
        ...{ balance: '2024.60', equity: '2036.90', floating: '12.30' },
        closedToday: { trades: 4, net: '24.60' },
      },
      {
        ...{ category: 'Demo', currency: 'EUR', accounts: 1, positions: 0 },
        ...{ balance: '1000.00', equity: '1000.00', floating: '0.00' },
        closedToday: { trades: 0, net: '0.00' },
      },
    ],
    accounts: (await call('GET', '/accounts')).json<{ items: object[] }>().items,
    positions: 1,
    closedToday: { trades: 4 },
  });
});

void t.test('the dashboard is asked for one category or account; nonsense is refused', async (t) => {
  const { world, call, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId, { isExposed: true });
  await seedAccount(world, userId, { category: 'Demo', isExposed: true });
  const other = await person(world, 'other');
  const foreign = await seedAccount(world, other.userId, { isExposed: true });
  const count = async (account: string) => {
    const { accounts, positions } = (await call('GET', `/dashboard?account=${account}`)).json<Dashboard>();
    return [accounts.length, positions];
  };
  t.same(await count(''), [2, 2]);
  t.same(await count('Demo'), [1, 1]);
  t.same(await count(accountId), [1, 1]);
  t.same(await count(foreign.accountId), [0, 0], 'another’s is not there');
  for (const query of ['account=Mine', 'account=Real&account=Demo', 'acount=Real'])
    t.equal((await call('GET', `/dashboard?${query}`)).statusCode, 400, query);
});

void t.test('what is not known yet is null, and an account without a currency is in no total', async (t) => {
  const { world, call, userId } = await setting(t);
  const account = {
    userId,
    type: 'manual',
    category: 'Real',
    at: world.clock.now(),
    connection: null,
  } as const;
  await world.db.withTenant('app', userId, async (tx) => {
    const currency = { code: 'USD', digits: 2 };
    await addAccount(tx, {
      ...account,
      id: '00000000-0000-4000-8000-000000000001',
      label: 'Paper',
      currency,
    });
    await addAccount(tx, { ...account, id: '00000000-0000-4000-8000-000000000002', label: 'New' });
  });
  const { totals, accounts } = (await call('GET', '/dashboard')).json<Dashboard>();
  t.equal(accounts.length, 2);
  t.match(totals, [{ currency: 'USD', accounts: 1, balance: null, equity: null, floating: null }]);
  t.equal(totals.length, 1);
});

const instrument = (symbol: string, server: string, more: Partial<Instrument> = {}): Instrument => ({
  ...{ server, symbol, name: symbol.replace(/\..*/, ''), description: '', digits: 5, point: '0.00001' },
  ...{
    contract_size: '100000',
    tick_size: '0.00001',
    calc_mode: 0,
    currency_base: 'EUR',
    currency_profit: 'USD',
  },
  ...{ bid: null, ask: null, quoted_at: null, read_at: new Date(0), ...more },
});

void t.test('symbols are those of the user’s own servers, by name, a page at a time', async (t) => {
  const { world, call, pages, userId } = await setting(t);
  await seedAccount(world, userId, { server: 'Example Markets-Live 2' });
  await seedAccount(world, userId, { server: 'Other-Demo' });
  const quotedAt = new Date('2026-03-02T08:59:58Z');
  const eurusd = instrument('EURUSD.r', 'Example Markets-Live 2', {
    bid: '1.08',
    ask: '1.0801',
    quoted_at: quotedAt,
  });
  const rows = [
    eurusd,
    instrument('EURUSD', 'Other-Demo'),
    instrument('US 500 Ä', 'Example Markets-Live 2'),
    instrument('XAUUSD', 'Unseen-Live'),
  ];
  await world.db.withTenant('sync', userId, (tx) => saveInstruments(tx, rows));
  const whole = (await call('GET', '/symbols')).json<{ items: { symbol: string }[]; nextCursor: null }>();
  t.same(
    whole.items.map(({ symbol }) => symbol),
    ['EURUSD.r', 'EURUSD', 'US 500 Ä'],
  );
  t.equal(whole.nextCursor, null);
  t.same(whole.items[0], {
    ...{ name: 'EURUSD', symbol: 'EURUSD.r', server: 'Example Markets-Live 2', digits: 5 },
    ...{ contractSize: '100000', currencyBase: 'EUR', currencyProfit: 'USD' },
    ...{ bid: '1.08', ask: '1.0801', quotedAt: '2026-03-02T08:59:58.000Z' },
  });
  t.same((await pages('/symbols', 1)).flat(), whole.items);
  for (const text of ['', 'x', '454500 45 45', '4 4 4', '45 45', '45 45 45 45', 'c3 ff 45']) {
    const cursor = Buffer.from(text).toString('base64url');
    const { statusCode } = await call('GET', `/symbols?cursor=${cursor}`);
    t.equal(statusCode, text === 'c3 ff 45' ? 200 : 400, text);
  }
  const other = await person(world, 'other');
  const stranger = callerWith(world, await tokenOf(world, other));
  t.same((await stranger.call('GET', '/symbols')).json(), { items: [], nextCursor: null });
});
