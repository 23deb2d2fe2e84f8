import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { isTradeDeal, dealType } from '../../domain/deal.js';
import { projectRoot } from '../../testing/database.js';
import { methods, type HistoryDeal } from '../protocol.js';
import type { Account } from './account.js';
import { simulatedServers } from './brokers.js';
import { distorted, replayed, unloaded } from './distortion.js';
import { mischiefFor, mischiefIn } from './mischief.js';
import { readRecordings } from './recordings.js';
import { accountAt, createWorld } from './world.js';

const epochMs = Date.UTC(2026, 6, 8, 12);
const world = createWorld({ epochMs, recordings: null });
const kindFor = (server: string, login: string, password: string): string =>
  world.admit({ server, login, password }).kind;

const cents = (value: number): number => Math.round(value * 100);
const sumOf = (deals: readonly HistoryDeal[]): number =>
  deals
    .filter(({ type }) => type !== dealType.credit)
    .reduce((sum, deal) => sum + cents(deal.profit + deal.swap) + cents(deal.commission + deal.fee), 0);

void t.test('investors are let in, masters and strangers are not', async (t) => {
  for (const { name, login, investorPassword, masterPassword } of simulatedServers) {
    t.equal(kindFor(name, login, investorPassword), 'admitted', name);
    t.equal(kindFor(name, login, masterPassword), 'investor');
    t.equal(kindFor(name, login, 'wrong'), 'auth');
  }
  t.equal(kindFor('Simulated-NewYork', '123456789', 'inv-123456789'), 'admitted', 'any login exists');
  for (const login of ['12345', '1234567890', '012345', '12a456', ''])
    t.equal(kindFor('Simulated-NewYork', login, `inv-${login}`), 'auth', login);
});

void t.test('a server is known by its exact name only', async (t) => {
  t.equal(kindFor('simulated-newyork', '123456', 'inv-123456'), 'server-unknown');
  t.equal(kindFor('Recorded', '123456', 'inv'), 'server-unknown', 'without recordings');
});

void t.test('more accounts than are kept in memory answer the same', async (t) => {
  const logins = Array.from({ length: 8 }, (_, i) => String(100_001 + i));
  const balances = (): number[] =>
    logins.map((login) => accountAt('Simulated-Athens', login, epochMs).snapshotAt(epochMs).account.balance);
  const [first] = balances();
  t.equal(accountAt('Simulated-Athens', '100001', epochMs).snapshotAt(epochMs).account.balance, first);
});

const raw = { profit: 0, swap: 0, commission: 0, fee: 0, comment: '', external_id: '', reason: 0, magic: 0 };
const dump = {
  account: {
    ...{ login: 4711, server: 'SOMEWHERE', name: 'x', company: 'x', currency: 'USD', currency_digits: 2 },
    ...{ trade_mode: 2, margin_mode: 2, leverage: 100, trade_allowed: true },
    ...{ balance: 97.5, credit: 0, profit: 0, equity: 97.5, margin: 0, margin_free: 97.5, margin_level: 0 },
  },
  deals: [
    { ...raw, ticket: 3, order: 8, time_msc: 1_765_000_100_000, type: 1, entry: 1, position_id: 7, volume: 0.1, price: 1.1, symbol: 'EURUSD', profit: -2.5 }, // prettier-ignore
    { ...raw, ticket: 1, order: 0, time_msc: 1_765_000_000_000, type: 2, entry: 0, position_id: 0, volume: 0, price: 0, symbol: '', profit: 100 }, // prettier-ignore
  ],
};

void t.test('a recorded account appears under its login, with long ids unharmed', async (t) => {
  const folder = t.testdir({ one: {}, notes: {} });
  mkdirSync(join(folder, 'one'), { recursive: true });
  writeFileSync(join(folder, 'one', 'account.json'), JSON.stringify(dump.account));
  const deals = JSON.stringify(dump.deals).replace('"magic":0', '"magic":18446744073709551615');
  writeFileSync(join(folder, 'one', 'deals.json'), deals);
  const recorded = createWorld({ epochMs, recordings: folder });
  const admit = (password: string) => recorded.admit({ server: 'Recorded', login: '4711', password });
  t.equal(admit('nonsense').kind, 'auth');
  t.equal(admit('main').kind, 'investor');
  const admission = admit('inv');
  if (admission.kind !== 'admitted') throw new Error('not admitted');
  const { deals: found } = admission.account.historyAt(epochMs);
  t.same(
    found.map(({ ticket }) => ticket),
    ['1', '3'],
    'in order',
  );
  t.equal(found[1]?.magic, '18446744073709551615');
  t.equal(admission.account.snapshotAt(epochMs).account.server, 'Recorded');
  t.equal(
    admission.account.barsAt(epochMs, { symbol: 'X', timeframe: 'M1', fromServerMs: 0, toServerMs: 1 }),
    null,
  );
});

const realDump = join(projectRoot, '../shared/fixtures/mt5-api');

void t.test(
  'a real dump is read whole, and its gap stays',
  { skip: existsSync(realDump) ? false : 'the shared fixtures are not beside the checkout' },
  async (t) => {
    const [account] = readRecordings(realDump).values();
    if (!account) throw new Error('no account');
    const info = account.snapshotAt(epochMs).account;
    const { deals, orders } = account.historyAt(epochMs);
    const kept = JSON.parse(readFileSync(join(realDump, 'cent-account/deals.json'), 'utf8')) as unknown[];
    t.equal(deals.length, kept.length);
    t.equal(sumOf(deals) - cents(info.balance), 1_450);
    const totals = { dealsTotal: deals.length, ordersTotal: orders.length, complete: true };
    t.same(
      methods.history.part.safeParse({ deals, orders, ...totals, account: info }).error?.issues ?? [],
      [],
    );
    const names = ['BTCUSDc', 'XAUUSDc'];
    t.equal(account.symbolsAt(epochMs, names).length, names.length);
    t.equal(account.clockAt(epochMs, 'BTCUSDc')?.isMoving, false);
    const range = { fromServerMs: 0, toServerMs: epochMs };
    const bars = [...(account.barsAt(epochMs, { symbol: 'BTCUSDc', timeframe: 'M1', ...range }) ?? [])];
    t.ok(bars.length > 0 && methods.rates.part.safeParse({ bars }).success);
  },
);

const honest = (): Account => accountAt('Simulated-NewYork', '515151', epochMs);

void t.test('an edited deal changes one commission and the balance with it', async (t) => {
  const edited = distorted(honest(), { editDeal: true }, epochMs);
  const before = honest().historyAt(epochMs).deals;
  const after = edited.historyAt(epochMs).deals;
  const changed = after.filter((deal, i) => deal.commission !== before[i]?.commission);
  const edit = changed.at(0);
  t.equal(changed.length, 1);
  t.match(edit?.comment, /\(edited\)$/);
  t.equal(sumOf(after), cents(edited.snapshotAt(epochMs).account.balance));
  const later = edited.historyAt(epochMs + 3_600_000).deals;
  t.ok(later.some((deal) => isDeepStrictEqual(deal, edit)));
});

void t.test('archived deals vanish, a correction says so and the balance stays', async (t) => {
  const archived = distorted(honest(), { dropDeals: 7 }, epochMs).historyAt(epochMs).deals;
  const whole = honest().historyAt(epochMs).deals;
  const correction = archived.at(0);
  const rest = archived.slice(1);
  t.ok(isDeepStrictEqual(rest, whole.slice(7)));
  t.match(correction, { type: dealType.correction, profit: 0, comment: 'Archived deals' });
  t.notOk(whole.some(({ ticket }) => ticket === correction?.ticket));
  t.not(sumOf(archived), cents(honest().snapshotAt(epochMs).account.balance));
});

void t.test('half, empty and replayed histories are what they say', async (t) => {
  const whole = honest().historyAt(epochMs);
  t.same(unloaded(whole, 'empty'), { deals: [], orders: [] });
  t.same(unloaded(whole, 'half').deals, whole.deals.slice(0, Math.floor(whole.deals.length / 2)));
  const recent = { deals: whole.deals.slice(-50), orders: whole.orders.slice(-50) };
  const again = replayed(recent, whole).deals;
  t.ok(again.length > new Set(again.map(({ ticket }) => ticket)).size);
  t.ok(again.some((deal) => isTradeDeal({ type: deal.type, positionId: deal.position_id })));
  t.ok(again.some(({ time_msc }) => time_msc < (recent.deals[0]?.time_msc ?? 0)));
});

void t.test('a wrong identity is another login’s', async (t) => {
  const wrong = distorted(honest(), { wrongIdentity: true }, epochMs).snapshotAt(epochMs).account;
  t.equal(wrong.login, '515152');
});

void t.test('mischief is read anew each time, and outlives half a file', async (t) => {
  const file = join(t.testdir({}), 'mischief.json');
  const read = mischiefIn(file);
  t.same(read(), {});
  writeFileSync(file, '{"hang":true}');
  t.same(read(), { hang: true });
  writeFileSync(file, '{"ha');
  t.same(read(), { hang: true });
  t.same(mischiefIn(null)(), {});
});

void t.test('mischief of one account leaves the others alone', (t) => {
  const how = { login: '515151', replay: true };
  t.same(mischiefFor('515151', how), how);
  t.same(mischiefFor('515152', how), {});
  t.same(mischiefFor(undefined, how), {});
  t.same(mischiefFor('515152', { replay: true }), { replay: true });
  t.end();
});
