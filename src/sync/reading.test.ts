import t from 'tap';
import {
  ask,
  compared,
  connect,
  newUser,
  openPage,
  readWhole,
  standingOf,
  type Connected,
} from '../testing/connected.js';
import { testEngine, type TestEngine } from '../testing/engine.js';
import { rowsOf } from '../testing/rows.js';
import { minuteMs, secondMs } from '../lib/clock.js';
import { graceMs } from './presence.js';

const places = [
  { server: 'Simulated-NewYork', login: '5100121' },
  { server: 'Simulated-Tokyo', login: '5500505' },
  { server: 'Simulated-Cent', login: '5300303' },
];

const isLive = async (engine: TestEngine, account: Connected): Promise<boolean> =>
  (await standingOf(engine, account)).state === 'live';

const visitsOf = (engine: TestEngine, { login }: Connected): number =>
  engine.calls.filter((call) => call.method === 'snapshot' && call.login === login).length;

await t.test('a user comes, goes and returns: nothing is missing and nothing is twice', async (t) => {
  const engine = await testEngine(t, { haste: 40 });
  const userId = await newUser(engine);
  const accounts: Connected[] = [];
  for (const place of places) accounts.push(await connect(engine, userId, place));
  const [first] = accounts as [Connected];
  await engine.pass(30 * secondMs);
  t.equal(engine.calls.length, 0, 'nobody looks: nothing is read');

  const page = openPage(engine, userId);
  for (const account of accounts) await engine.until(`${account.server} live`, () => isLive(engine, account));
  for (const account of accounts) {
    const { verdict, difference, balance, currency } = await standingOf(engine, account);
    t.match({ verdict, difference: Number(difference) }, { verdict: 'equal', difference: 0 }, account.server);
    t.comment(`${account.server}: ${String(balance)} ${String(currency)}`);
  }
  const digits = await ask(engine, 'select distinct currency, currency_digits from accounts order by 1');
  t.same(digits, [
    { currency: 'JPY', currency_digits: 0 },
    { currency: 'USC', currency_digits: 2 },
    { currency: 'USD', currency_digits: 2 },
  ]);
  await engine.until('every account has its positions', async () => {
    const rows = await ask(engine, 'select distinct account_id from positions');
    return rows.length > 0;
  });
  const seen = visitsOf(engine, first);
  await engine.until('it is read again and again', () => visitsOf(engine, first) >= seen + 3);

  page.close();
  t.equal(engine.sync.presenceOf(userId), 'grace');
  const during = visitsOf(engine, first);
  await engine.until('it is still read in grace', () => visitsOf(engine, first) > during);
  await engine.pass(graceMs);
  await engine.until('the grace is over', () => engine.sync.presenceOf(userId) === 'offline');
  await engine.until('the last visit ends', () => engine.sync.view().reading === 0);
  t.equal(engine.sync.view().accounts, 0);
  const asleep = engine.calls.length;
  await engine.pass(3 * minuteMs);
  t.equal(engine.calls.length, asleep, 'then it costs nothing');
  // The gap: longer than the overlap of light readings, with trades in it.
  await engine.pass(20 * minuteMs);

  const backMs = engine.clock.now().getTime();
  const again = openPage(engine, userId);
  for (const account of accounts)
    await engine.until(`${account.server} is caught up`, async () => {
      const { full_synced_at: at } = await standingOf(engine, account);
      return at !== null && at.getTime() > backMs + secondMs;
    });
  for (const account of accounts) {
    const fromMs = engine.clock.now().getTime();
    await readWhole(engine, account);
    const result = await compared(engine, account, { fromMs, toMs: engine.clock.now().getTime() });
    t.match(result, { missing: [], invented: [], different: [] }, `${account.server} as the broker lists it`);
    t.comment(`${account.server}: ${result.stored} deals equal`);
    t.match(await standingOf(engine, account), { verdict: 'equal', state: 'live', unlisted: 0 });
  }
  again.close();
  t.same(engine.errors, []);
});

await t.test('what is read again changes no row of deals, orders or trades', async (t) => {
  const engine = await testEngine(t, { haste: 40, terminals: 1 });
  const userId = await newUser(engine);
  const account = await connect(engine, userId, { server: 'Simulated-Athens', login: '5200202' });
  await readWhole(engine, account);
  const columns = ['deals', 'orders', 'trades', 'deal_versions'] as const;
  const before = await rowsOf(engine.login, userId);
  await readWhole(engine, account);
  const after = await rowsOf(engine.login, userId);
  const grown = (after['deals']?.rows ?? 0) - (before['deals']?.rows ?? 0);
  if (grown === 0) for (const name of columns) t.same(after[name], before[name], name);
  else t.comment(`${grown} deals were done meanwhile`);
  t.same(after['deal_versions'], before['deal_versions']);
  t.ok((after['deals']?.rows ?? 0) > 100);
  t.same(engine.errors, []);
});

await t.test('asked for while its owner is away, an account is read once and then left alone', async (t) => {
  const engine = await testEngine(t, { terminals: 1 });
  const userId = await newUser(engine);
  const account = await connect(engine, userId, { server: 'Simulated-Cent', login: '5300304' });
  engine.sync.ask(userId, account.accountId);
  await engine.until('somebody waits for it', () => engine.sync.progressOf(account.accountId) !== null);
  await engine.until('it is read', () => isLive(engine, account));
  await engine.until('the visit is over', () => engine.sync.view().reading === 0);
  t.equal(engine.sync.progressOf(account.accountId), null);
  const calls = engine.calls.length;
  await engine.pass(5 * minuteMs);
  t.equal(engine.calls.length, calls);
  t.equal(engine.sync.view().accounts, 0);
  engine.sync.ask(userId, '00000000-0000-0000-0000-000000000001');
  await engine.pass(minuteMs);
  t.equal(engine.sync.progressOf('00000000-0000-0000-0000-000000000001'), null, 'nobody waits for nothing');
  t.same(engine.errors, []);
});
