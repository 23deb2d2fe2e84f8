import { randomUUID } from 'node:crypto';
import t from 'tap';
import { setProfile } from '../../data/users.js';
import type { TestApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import {
  addTrade,
  deskByHand,
  deskWithTrade,
  firstAccount,
  formIdOf,
  yen,
} from '../../testing/manual-desk.js';
import { rowsOf } from '../../testing/rows.js';
import { ask } from '../../testing/steps.js';
import { seedAccount } from '../../testing/trading.js';

t.setTimeout(600_000);

interface Row {
  id: string;
  symbol: string;
  net: string;
  gross: string;
  opened_at: Date;
}
const trades = (world: TestApp): Promise<Row[]> =>
  ask<Row>(world, 'select * from trades order by opened_at, symbol');

void t.test('the first trade makes its account, with the start balance before it', async (t) => {
  const { world, browser } = await deskByHand(t);
  const page = await browser.get('/trades/new');
  t.match(page.body, 'made with this first trade');
  const answer = await addTrade(browser, { ...yen, ...firstAccount });
  t.equal(answer.statusCode, 303);
  const [trade] = await trades(world);
  t.match(trade, { symbol: 'USDJPY', net: '66.67', gross: '66.67' });
  const [made] = await ask(world, 'select type, label, currency from accounts');
  t.match(made, { type: 'manual', label: 'By hand', currency: 'USD' });
  const deals = await ask(world, 'select type, profit, done_at from deals order by done_at');
  t.equal(deals.length, 3);
  t.match(deals[0], { type: 2, profit: '1000.00' }, 'the start balance is the first of all');
  const shown = await browser.get(answer.headers.location ?? '');
  t.match(shown.body, 'estimated');
  t.match(shown.body, 'which is usual');
  t.match(shown.body, '+66.67');
});

void t.test('the list marks results that are estimated, and only those', async (t) => {
  const { browser, accountId } = await deskWithTrade(t);
  await addTrade(browser, { ...yen, account: accountId, symbol: 'XTIUSD', net: '41.50' });
  const mark =
    /class="estimated" title="Estimated[^"]*"><span aria-hidden="true">≈<\/span><span class="unseen">estimated/g;
  for (const [path, n] of [
    ['/trades', 1],
    ['/trades?symbol=USDJPY', 1],
    ['/trades?symbol=XTIUSD', 0],
  ] as const)
    t.equal([...(await browser.get(path)).body.matchAll(mark)].length, n, path);
});

void t.test('the start balance stands before the first trade, also where that is entered last', async (t) => {
  const { world, browser, accountId } = await deskWithTrade(t);
  await addTrade(browser, { ...yen, account: accountId, openedAt: '2026-01-05T08:00:00' });
  const balances = await ask(world, 'select profit, done_at from deals where type = 2');
  t.match(balances, [{ profit: '1000.00', done_at: new Date('2026-01-05T07:59:00Z') }]);
  t.equal(balances.length, 1);
});

void t.test('a refused form keeps all that was typed, and writes nothing', async (t) => {
  const { world, anna, browser } = await deskByHand(t);
  const before = await rowsOf(world.login, anna.userId);
  const whole = {
    ...yen,
    ...firstAccount,
    stopLoss: '149.5',
    commission: '-7',
    comment: 'London breakout',
    magic: '12',
  };
  const tries: [Record<string, string>, string][] = [
    [{ lots: '' }, 'Please fill this in.'],
    [{ lots: '0' }, 'This has to be above zero.'],
    [{ openPrice: '1,234' }, 'the comma may mean either'],
    [{ openPrice: 'high' }, 'This is not a number'],
    [{ symbol: ' ' }, 'Please fill this in.'],
    [{ side: 'up' }, 'Choose buy or sell.'],
    [{ openedAt: '2026-02-31T10:00' }, 'This is not a date and a time'],
    [{ openedAt: '2036-02-03T10:00' }, 'This time has not come yet.'],
    [{ closedAt: '2026-02-03T09:00' }, 'This is before the trade was opened.'],
    [{ closedAt: '' }, 'An exit needs its time.'],
    [{ closePrice: '' }, 'At what price?'],
    [{ closedAt: '', closePrice: '', net: '5' }, 'An open trade has no result yet.'],
    [{ magic: 'seven' }, 'A magic number is made of digits.'],
    [{ currency: 'US' }, 'A currency has three letters'],
    [{ balance: '-5' }, 'This cannot be below zero.'],
    [{ symbol: 'XTIUSD' }, 'The contract size of this symbol is not known'],
    [{ symbol: 'EURGBP' }, 'The price of GBPUSD at the close is not known'],
    [{ formId: 'x' }, 'The form is damaged.'],
  ];
  for (const [fields, sentence] of tries) {
    const refused = await addTrade(browser, { ...whole, ...fields });
    t.equal(refused.statusCode, 422, JSON.stringify(fields));
    t.match(refused.body, sentence);
    for (const [name, value] of Object.entries({ ...whole, ...fields }))
      if (name !== 'side' && name !== 'formId')
        t.match(
          refused.body,
          new RegExp(`name="${name}" type="[a-z-]+" value="${value.replaceAll('.', '\\.')}"`),
          `${name} is kept`,
        );
  }
  t.same(await rowsOf(world.login, anna.userId), before);
});

void t.test('the same form sent three times makes one trade and leads to it', async (t) => {
  const { world, browser } = await deskByHand(t);
  const formId = formIdOf((await browser.get('/trades/new')).body);
  const fields = { ...yen, ...firstAccount, formId };
  const answers = await Promise.all([1, 2, 3].map(() => browser.post('/trades', fields)));
  answers.push(await browser.post('/trades', fields));
  const [trade, ...more] = await trades(world);
  t.same(more, []);
  t.equal((await ask(world, 'select id from accounts')).length, 1);
  const id = trade?.id ?? '';
  for (const { statusCode, headers } of answers) {
    t.equal(statusCode, 303);
    t.equal(headers.location, `/trades/${id}`);
  }
});

void t.test('what came of it by its owner’s word goes before the estimate', async (t) => {
  const { world, browser, accountId } = await deskWithTrade(t);
  await addTrade(browser, {
    ...yen,
    account: accountId,
    symbol: 'XTIUSD',
    net: '41,50',
    commission: '-2',
    swap: '-0.5',
  });
  const row = (await trades(world)).find(({ symbol }) => symbol === 'XTIUSD');
  t.match(row, { net: '41.50', gross: '44.00', commission: '-2.00' });
  const shown = await browser.get(`/trades/${row?.id ?? ''}`);
  t.notMatch(shown.body, 'estimated');
});

void t.test('times are those of the owner’s zone', async (t) => {
  const { world, anna, browser, accountId } = await deskWithTrade(t);
  await world.db.withTenant('app', anna.userId, (tx) =>
    setProfile(tx, anna.userId, { name: '', timeZone: 'Europe/Berlin' }),
  );
  await addTrade(browser, {
    ...yen,
    account: accountId,
    symbol: 'EURUSD',
    openPrice: '1.0840',
    closePrice: '1.0850',
  });
  const row = (await trades(world)).find(({ symbol }) => symbol === 'EURUSD');
  t.equal(row?.opened_at.toISOString(), '2026-02-03T09:00:00.000Z');
  t.match(row, { net: '100.00', pips: '10' });
});

void t.test('a trade without an exit is open, and is closed by changing it', async (t) => {
  const { world, browser, accountId } = await deskWithTrade(t);
  const open = {
    ...yen,
    account: accountId,
    symbol: 'EURUSD',
    openPrice: '1.0840',
    closedAt: '',
    closePrice: '',
  };
  const { headers } = await addTrade(browser, { ...open, stopLoss: '1.0820' });
  const path = headers.location ?? '';
  t.match(
    (await trades(world)).find(({ symbol }) => symbol === 'EURUSD'),
    { closed_at: null, stop_loss: '1.082' },
  );
  const form = await browser.get(`${path}/edit`);
  t.match(form.body, 'value="1.0820"');
  const closed = {
    ...open,
    stopLoss: '1.0820',
    closedAt: '2026-02-04T10:00:00',
    closePrice: '1.0880',
    commission: '-8',
  };
  const saved = await browser.post(path, closed);
  t.equal(saved.headers.location, path, 'it stays the same trade');
  t.match(
    (await trades(world)).find(({ symbol }) => symbol === 'EURUSD'),
    { net: '392.00', gross: '400.00' },
  );
  t.match((await browser.get(path)).body, /\+1\.96/, 'R from the stop');
});

void t.test(
  'a trade that is changed is refused as a new one is, and a second sending changes nothing',
  async (t) => {
    const { world, anna, browser, path } = await deskWithTrade(t);
    await browser.get(`${path}/edit`);
    const refused = await browser.post(path, { ...yen, lots: 'two' });
    t.equal(refused.statusCode, 422);
    t.match(refused.body, 'value="two"');
    await browser.post(path, { ...yen, lots: '2' });
    const [{ deals: before }, row] = [await rowsOf(world.login, anna.userId), (await trades(world))[0]];
    t.match(row, { net: '133.33' });
    await browser.post(path, { ...yen, lots: '2' });
    t.same((await rowsOf(world.login, anna.userId))['deals'], before);
  },
);

void t.test('deleting asks once more, and takes the trade alone', async (t) => {
  const { world, browser, path } = await deskWithTrade(t);
  t.match((await browser.get(`${path}/removal`)).body, 'This cannot be undone.');
  t.match((await browser.get(`${path}/removal/dialog`)).body, '<dialog');
  t.equal((await browser.post(`${path}/removal`)).headers.location, '/trades');
  t.same(await trades(world), []);
  t.equal((await ask(world, 'select ticket from deals')).length, 1, 'the start balance stays');
  t.equal((await browser.post(`${path}/removal`)).statusCode, 404);
});

void t.test('what a broker told can be copied and nothing else', async (t) => {
  const { world, anna, browser } = await deskWithTrade(t);
  const live = await seedAccount(world, anna.userId, { trades: 1 });
  const id = live.tradeIds[0] ?? '';
  const before = await rowsOf(world.login, anna.userId);
  for (const answer of [
    await browser.get(`/trades/${id}/edit`),
    await browser.post(`/trades/${id}`, yen),
    await browser.get(`/trades/${id}/removal`),
    await browser.post(`/trades/${id}/removal`),
  ]) {
    t.equal(answer.statusCode, 409);
    t.match(answer.body, 'not entered by hand');
  }
  t.same(await rowsOf(world.login, anna.userId), before);
  const copy = await browser.get(`/trades/new?like=${id}`);
  t.match(copy.body, /name="symbol" type="text" value="EURUSD"/);
  t.match(copy.body, /name="stopLoss" type="text" value="1\.075"/);
  t.match(copy.body, /name="net" type="text" value=""/);
  t.notMatch((await browser.get(`/trades/${id}`)).body, `/trades/${id}/edit`);
});

void t.test('nobody finds the trade of another, to change, to delete or to copy', async (t) => {
  const { world, anna, path } = await deskWithTrade(t);
  const bert = await person(world, 'bert');
  await bert.browser.get('/trades/new');
  const before = await rowsOf(world.login, anna.userId);
  for (const answer of [
    await bert.browser.get(`${path}/edit`),
    await bert.browser.post(path, yen),
    await bert.browser.get(`${path}/removal`),
    await bert.browser.post(`${path}/removal`),
    await bert.browser.post('/trades/x', yen),
  ])
    t.equal(answer.statusCode, 404);
  t.notMatch((await bert.browser.get(`/trades/new?like=${path.slice('/trades/'.length)}`)).body, 'USDJPY" ');
  t.same(await rowsOf(world.login, anna.userId), before);
});

void t.test('an account of another, or one that a terminal reads, takes no trade by hand', async (t) => {
  const { world, anna, browser, accountId } = await deskWithTrade(t);
  const live = await seedAccount(world, anna.userId, { trades: 0 });
  const bert = await person(world, 'bert');
  await addTrade(bert.browser, { ...yen, ...firstAccount });
  for (const [who, id] of [
    [browser, live.accountId],
    [browser, randomUUID()],
    [bert.browser, accountId],
  ] as const) {
    const refused = await addTrade(who, { ...yen, account: id });
    t.equal(refused.statusCode, 422);
    t.match(refused.body, 'Choose an account from the list.');
  }
});

void t.test('one after another is added without leaving the form', async (t) => {
  const { browser, accountId } = await deskWithTrade(t);
  const answer = await addTrade(browser, { ...yen, account: accountId, then: 'another' });
  t.equal(answer.headers.location, `/trades/new?account=${accountId}`);
  t.match((await browser.get(answer.headers.location ?? '')).body, 'The trade is saved.');
});
