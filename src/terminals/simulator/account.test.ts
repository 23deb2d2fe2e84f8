import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { dealEntry, dealReason, dealType, orderTypeCloseBy } from '../../domain/deal.js';
import { dayMs, hourMs, minuteMs } from '../../lib/clock.js';
import { methods, type HistoryDeal } from '../protocol.js';
import { simulateAccount, type Account } from './account.js';
import { brokers, listingOf, type Broker } from './brokers.js';
import { isWeekend } from './market-hours.js';
import { fromWall } from './zones.js';

/** a Wednesday */
const epochMs = Date.UTC(2026, 6, 8, 12, 0, 0);
const aBroker = fc.constantFrom(...brokers);
const aLogin = fc.integer({ min: 100_000, max: 999_999_999 }).map(String);
const few = { numRuns: 4 };

const fresh = (broker: Broker, login: string): Account => simulateAccount(broker, login, epochMs);
const isTrade = ({ type }: HistoryDeal): boolean => type === dealType.buy || type === dealType.sell;
const minorOf = (digits: number, value: number): number => Math.round(value * 10 ** digits);
const netOf = (digits: number, deal: HistoryDeal): number =>
  [deal.profit, deal.swap, deal.commission, deal.fee].reduce((sum, each) => sum + minorOf(digits, each), 0);
const utcOf = ({ zone }: Broker, serverMs: number): number => fromWall(zone, serverMs) ?? 0;

/** One account of each broker with five live days, worked out once: a weekend is among them. */
const watchedMs = epochMs + 5 * dayMs;
const watched = brokers.map((broker) => {
  const account = fresh(broker, broker.sampleLogin);
  return { broker, account, ...account.historyAt(watchedMs) };
});
const watchedAt = (name: string) => {
  const found = watched.find(({ broker }) => broker.name === name);
  if (!found) throw new Error(name);
  return found;
};

void t.test('two terminals see the same account, however often they looked', async (t) => {
  fc.assert(
    fc.property(aBroker, aLogin, (broker, login) => {
      const watcher = fresh(broker, login);
      for (let ms = epochMs - dayMs; ms < epochMs + hourMs; ms += 7 * minuteMs) watcher.snapshotAt(ms);
      const ms = epochMs + hourMs;
      const other = fresh(broker, login);
      t.same(watcher.snapshotAt(ms), other.snapshotAt(ms));
      t.ok(isDeepStrictEqual(watcher.historyAt(ms), other.historyAt(ms)));
    }),
    { numRuns: 2 },
  );
});

void t.test('going back in time shows what was', async (t) => {
  const [broker] = brokers;
  if (!broker) return;
  const account = fresh(broker, '123456');
  const before = account.snapshotAt(epochMs);
  account.snapshotAt(epochMs + dayMs);
  t.same(account.snapshotAt(epochMs), before);
});

void t.test('a later history begins with the earlier one', async (t) => {
  fc.assert(
    fc.property(aBroker, aLogin, fc.integer({ min: 0, max: 90 * dayMs }), (broker, login, backMs) => {
      const earlier = fresh(broker, login).historyAt(epochMs - backMs);
      const later = fresh(broker, login).historyAt(epochMs + 20 * minuteMs);
      t.ok(isDeepStrictEqual(later.deals.slice(0, earlier.deals.length), earlier.deals));
      t.ok(isDeepStrictEqual(later.orders.slice(0, earlier.orders.length), earlier.orders));
      t.ok(later.deals.length > earlier.deals.length);
    }),
    few,
  );
});

void t.test('the day from which the world is watched changes nothing before it', async (t) => {
  for (const broker of brokers) {
    const one = simulateAccount(broker, '424242', epochMs).historyAt(epochMs - 1);
    const other = simulateAccount(broker, '424242', epochMs + 9 * dayMs).historyAt(epochMs - 1);
    t.ok(isDeepStrictEqual(other, one), broker.name);
  }
});

void t.test('the balance is the sum of all deals but credits, to the last unit', async (t) => {
  fc.assert(
    fc.property(aBroker, aLogin, fc.integer({ min: -200 * dayMs, max: dayMs }), (broker, login, ms) => {
      const account = fresh(broker, login);
      const { deals } = account.historyAt(epochMs + ms);
      const info = account.snapshotAt(epochMs + ms).account;
      const sum = (isCredit: boolean): number =>
        deals
          .filter(({ type }) => (type === dealType.credit) === isCredit)
          .reduce((total, deal) => total + netOf(broker.digits, deal), 0);
      t.equal(sum(false), minorOf(broker.digits, info.balance), broker.name);
      t.equal(sum(true), minorOf(broker.digits, info.credit));
      t.equal(
        minorOf(broker.digits, info.equity),
        minorOf(broker.digits, info.balance + info.credit + info.profit),
      );
    }),
    few,
  );
});

/** Open volume by position, positive when bought, from deals alone. */
function implied(deals: readonly HistoryDeal[]): Map<string, number> {
  const open = new Map<string, number>();
  for (const deal of deals.filter(isTrade)) {
    const way = deal.type === dealType.buy ? 1 : -1;
    const sum = (open.get(deal.position_id) ?? 0) + way * Math.round(deal.volume * 100);
    if (sum === 0) open.delete(deal.position_id);
    else open.set(deal.position_id, sum);
  }
  return open;
}

void t.test('positions are what the deals leave open, one a symbol where the account nets', async (t) => {
  fc.assert(
    fc.property(aBroker, aLogin, (broker, login) => {
      const account = fresh(broker, login);
      for (let ms = epochMs - 30 * dayMs; ms < epochMs + hourMs; ms += 31 * hourMs) {
        const { positions } = account.snapshotAt(ms);
        const found = positions.map(
          ({ identifier, type, volume }) =>
            [identifier, (type === 0 ? 1 : -1) * Math.round(volume * 100)] as const,
        );
        t.same(new Map(found), implied(account.historyAt(ms).deals));
        const symbols = new Set(positions.map(({ symbol }) => symbol));
        if (!broker.isHedging) t.equal(symbols.size, positions.length);
      }
    }),
    few,
  );
});

void t.test('one to four positions are open at all times', async (t) => {
  for (const broker of brokers) {
    const account = fresh(broker, '600600');
    const counts = new Set<number>();
    const startMs = epochMs - 720 * dayMs;
    for (let ms = startMs; ms < epochMs; ms += 5.3 * hourMs)
      counts.add(account.snapshotAt(Math.floor(ms)).positions.length);
    for (let ms = epochMs; ms < epochMs + 4 * dayMs; ms += 11 * minuteMs)
      counts.add(account.snapshotAt(ms).positions.length);
    t.same([...counts].sort(), [1, 2, 3, 4], broker.name);
  }
});

void t.test('nothing but bitcoin is traded while the market is closed', async (t) => {
  for (const { broker, deals } of watched) {
    const traded = deals.filter((deal) => isTrade(deal) && isWeekend(utcOf(broker, deal.time_msc)));
    t.ok(traded.length > 0, 'watchers see trades at weekends too');
    t.same(
      traded.filter(({ symbol }) => !symbol.startsWith('BTCUSD')),
      [],
      broker.name,
    );
  }
});

void t.test('tickets grow with time and are never used twice', async (t) => {
  for (const { deals, orders } of watched) {
    t.ok(deals.every(({ ticket }, i) => Number(ticket) > Number(deals[i - 1]?.ticket ?? 0)));
    t.equal(new Set(orders.map(({ ticket }) => ticket)).size, orders.length);
    const known = new Set(orders.map(({ ticket }) => ticket));
    t.ok(deals.filter(isTrade).every(({ order }) => known.has(order)));
  }
});

void t.test('a close-by leaves two deals of one order, all profit on the first', async (t) => {
  const { deals, orders } = watchedAt('Simulated-NewYork');
  const closing = orders.filter(({ type }) => type === orderTypeCloseBy);
  t.ok(closing.length > 10);
  for (const order of closing) {
    const pair = deals.filter((deal) => deal.order === order.ticket);
    const [first, second] = pair;
    t.same(
      pair.map(({ position_id }) => position_id),
      [order.position_id, order.position_by_id],
    );
    t.ok(pair.every(({ entry }) => entry === dealEntry.outBy));
    t.equal(first?.volume, second?.volume);
    t.not(first?.type, second?.type);
    t.equal(second?.profit, 0);
  }
});

void t.test('each kind of event happens somewhere', async (t) => {
  const kinds = new Set<string>();
  for (const { broker, account } of watched) {
    const { deals, orders } = account.historyAt(watchedMs);
    const past = deals.filter((deal) => isTrade(deal) && utcOf(broker, deal.time_msc) < epochMs);
    for (const { type, entry, reason } of deals)
      kinds.add(`type ${type}`).add(`entry ${entry}`).add(`reason ${reason}`);
    for (const { state, type } of orders) kinds.add(`state ${state}`).add(`order ${type}`);
    if (deals.some(({ profit, type }) => type === dealType.balance && profit < 0)) kinds.add('withdrawal');
    if (deals.some(({ swap }) => swap !== 0)) kinds.add('swap');
    if (deals.some(({ fee }) => fee !== 0)) kinds.add('fee');
    t.ok(past.length > 1_000 && past.length < 5_000, `${broker.name}: ${past.length} deals`);
  }
  const wanted = [
    'type 2',
    'type 3',
    'entry 2',
    'entry 3',
    'withdrawal',
    'swap',
    'fee',
    'state 2',
    'state 6',
  ];
  const reasons = [0, 1, 2, 3, 4, 5, 6].map((reason) => `reason ${reason}`);
  const types = [0, 1, 2, 3, 4, 5, 8].map((type) => `order ${type}`);
  t.same(
    [...wanted, ...reasons, ...types].filter((kind) => !kinds.has(kind)),
    [],
  );
});

void t.test('stops are hit at their price or beyond, and say so', async (t) => {
  const { deals } = watchedAt('Simulated-Slow');
  const hits = deals.filter(
    ({ reason }) => reason === dealReason.stopLoss || reason === dealReason.takeProfit,
  );
  t.ok(hits.length > 100);
  for (const { reason, type, price, comment } of hits) {
    const [, word, level] = /^\[(sl|tp) ([\d.]+)\]$/.exec(comment) ?? [];
    t.equal(word, reason === dealReason.stopLoss ? 'sl' : 'tp');
    const isBelow = price <= Number(level);
    const isAbove = price >= Number(level);
    t.ok((type === dealType.sell) === (word === 'sl') ? isBelow : isAbove, comment);
  }
});

void t.test('profits follow from prices, contract and lots', async (t) => {
  const { broker, deals } = watchedAt('Simulated-NewYork');
  const entries = new Map<string, { volume: number; cost: number }>();
  for (const deal of deals.filter(isTrade)) {
    const entered = entries.get(deal.position_id) ?? { volume: 0, cost: 0 };
    entries.set(deal.position_id, entered);
    if (deal.entry === dealEntry.in) {
      entered.volume += deal.volume;
      entered.cost += deal.price * deal.volume;
    }
    const contract = listingOf(broker, deal.symbol)?.contract ?? 0;
    if (deal.entry !== dealEntry.out || !deal.symbol.endsWith('USD')) continue;
    const way = deal.type === dealType.sell ? 1 : -1;
    const expected = way * (deal.price - entered.cost / entered.volume) * contract * deal.volume;
    t.ok(Math.abs(deal.profit - expected) <= 0.0051, `${deal.symbol} ${deal.profit} ${expected}`);
  }
});

void t.test(
  'somebody who watches sees a trade close about every three minutes, at weekends too',
  async (t) => {
    for (const broker of brokers) {
      const account = fresh(broker, '930930');
      const { deals } = account.historyAt(epochMs + 4 * dayMs);
      const closes = deals
        .filter((deal) => isTrade(deal) && deal.entry !== dealEntry.in)
        .map((deal) => utcOf(broker, deal.time_msc))
        .filter((ms) => ms > epochMs);
      const longest = Math.max(...closes.map((ms, i) => ms - (closes[i - 1] ?? epochMs)));
      t.ok(longest < 4.8 * minuteMs, `${broker.name}: ${longest} ms`);
    }
  },
);

void t.test('what an account says passes the parent’s checks', async (t) => {
  for (const { broker, account } of watched) {
    const { orders, deals } = account.historyAt(watchedMs);
    const snapshot = account.snapshotAt(watchedMs);
    t.ok(methods.snapshot.part.safeParse(snapshot).success);
    const totals = { dealsTotal: deals.length, ordersTotal: orders.length, complete: true };
    const part = { deals, orders, ...totals, account: snapshot.account };
    t.same(methods.history.part.safeParse(part).error?.issues ?? [], []);
    const names = ['EURUSD', 'EURUSDc', 'BTCUSD', 'nothing'];
    const symbols = account.symbolsAt(watchedMs, names);
    t.ok(symbols.length > 0 && symbols.length < names.length);
    t.ok(methods.symbols.part.safeParse({ symbols }).success);
    t.ok(methods.clock.part.safeParse(account.clockAt(watchedMs, `EURUSD${broker.suffix}`)).success);
    t.equal(account.clockAt(epochMs + 3 * dayMs + 12 * hourMs, `EURUSD${broker.suffix}`)?.isMoving, false);
  }
});
