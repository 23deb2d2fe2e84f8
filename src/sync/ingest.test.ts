import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import t, { type Test } from 'tap';
import { addAccount, accountOf } from '../data/accounts.js';
import { addUser } from '../data/users.js';
import { testDatabase } from '../testing/database.js';
import { rowsOf } from '../testing/rows.js';
import type { HistoryDeal, HistoryOrder } from '../terminals/protocol.js';
import { ingestHistory, ingestSnapshot } from './ingest.js';
import type { Ground } from './rebuild.js';

const startMs = Date.UTC(2024, 0, 1);
const at = new Date('2026-07-08T12:00:00Z');
const sealed = Buffer.from('sealed elsewhere');

const superseded = { message: /changed meanwhile/ };

const info = (balance: number, digits = 2) => ({
  ...{ login: '1', server: 'A', name: 'A', company: 'A', currency: 'USD', currency_digits: digits },
  ...{ trade_mode: 0, margin_mode: 2, leverage: 100, balance, credit: 0, profit: 0, equity: balance },
  ...{ margin: 0, margin_free: balance, margin_level: 0 },
});

const blank = {
  magic: '0',
  reason: 0,
  comment: '',
  external_id: '',
  commission: 0,
  swap: 0,
  profit: 0,
  fee: 0,
};

/** So many deals: a deposit of 1,000.00, then round trips that each win 1.00. */
function deals(count: number): HistoryDeal[] {
  const deposit = {
    ticket: '1',
    order: '0',
    position_id: '0',
    type: 2,
    entry: 0,
    symbol: '',
    volume: 0,
    price: 0,
  };
  const first: HistoryDeal = { ...blank, ...deposit, time_msc: startMs, profit: 1_000 };
  const rest = Array.from({ length: count - 1 }, (_, index): HistoryDeal => {
    const [trip, isExit] = [Math.floor(index / 2), index % 2 === 1];
    return {
      ...{ ...blank, ticket: String(index + 2), order: String(index + 2), position_id: String(2 * trip + 2) },
      ...{ time_msc: startMs + (index + 1) * 600_000, type: isExit ? 1 : 0, entry: isExit ? 1 : 0 },
      ...{ symbol: 'EURUSD', volume: 0.1, price: isExit ? 1.1001 : 1.1, profit: isExit ? 1 : 0 },
    };
  });
  return [first, ...rest];
}

const orderOf = (deal: HistoryDeal): HistoryOrder => ({
  ...{ ticket: deal.order, time_setup_msc: deal.time_msc, time_done_msc: deal.time_msc, type: deal.type },
  ...{ state: 4, magic: '0', position_id: deal.position_id, position_by_id: '0', reason: 0 },
  ...{ volume_initial: 0.1, volume_current: 0, price_open: deal.price, sl: 1.09, tp: 0, symbol: deal.symbol },
  comment: '',
});

const historyOf = (rows: HistoryDeal[]) => ({
  deals: rows,
  orders: rows.slice(1).map(orderOf),
  complete: true,
  account: info(rows.length === 0 ? 0 : 1_000 + Math.floor((rows.length - 1) / 2)),
  fromServerMs: 0,
  toServerMs: startMs + 1e12,
});

async function world(t: Test) {
  const { db, login } = await testDatabase(t);
  const owner = { userId: randomUUID(), accountId: randomUUID() };
  const { userId, accountId } = owner;
  await db.withTenant('app', userId, async (tx) => {
    const person = {
      userId,
      email: 'a@example.org',
      passwordHash: '',
      role: 'user' as const,
      timeZone: 'UTC',
    };
    await addUser(tx, { ...person, verifiedAt: at, createdAt: at });
    const account = {
      id: accountId,
      userId,
      type: 'live' as const,
      category: 'Demo' as const,
      label: 'A',
      at,
    };
    await addAccount(tx, { ...account, connection: { server: 'A', login: '1', sealedPassword: sealed } });
  });
  const ground: Ground = {
    digits: 2,
    rule: 'ny+7',
    symbols: new Map([['EURUSD', { digits: 5, point: 1e-5 }]]),
  };
  const account = () => db.withTenant('app', userId, (tx) => accountOf(tx, userId, accountId));
  return { db, login, owner, ground, account };
}

await t.test('an account without any deal is live and whole', async (t) => {
  const { db, owner, ground, account } = await world(t);
  const result = await ingestHistory(db, owner, historyOf([]), { ground, at, sealed, derivedBy: '' });
  t.match(result, { changed: 0, isWhole: true });
  t.match(await account(), { state: 'live', state_reason: '' });
});

await t.test('a reading with a password that is not the account’s any more is not written', async (t) => {
  const { db, login, owner, ground } = await world(t);
  const before = await rowsOf(login, owner.userId);
  const circumstances = { ground, at, sealed: Buffer.from('another'), derivedBy: '' };
  await t.rejects(ingestHistory(db, owner, historyOf(deals(11)), circumstances), superseded);
  const snapshot = { account: info(1), positions: [], orders: [] };
  await t.rejects(ingestSnapshot(db, owner, snapshot, circumstances), superseded);
  const nobody = { ...owner, accountId: randomUUID() };
  await t.rejects(ingestSnapshot(db, nobody, snapshot, { ...circumstances, sealed }), superseded);
  t.same(await rowsOf(login, owner.userId), before);
});

await t.test('100,000 deals are written in one go, and others are served meanwhile', async (t) => {
  const { db, login, owner, ground, account } = await world(t);
  const rows = deals(100_001);
  const history = historyOf(rows);
  const lag = monitorEventLoopDelay({ resolution: 10 });
  const read = async (how: string) => {
    lag.reset();
    lag.enable();
    const beganMs = performance.now();
    const result = await ingestHistory(db, owner, history, { ground, at, sealed, derivedBy: '' });
    lag.disable();
    const tookMs = Math.round(performance.now() - beganMs);
    t.comment(`${how}: ${tookMs} ms, the loop was held for ${Math.round(lag.max / 1e6)} ms at most`);
    return result;
  };
  const first = await read('first');
  t.equal(first.changed, 100_001);
  t.match({ isWhole: first.isWhole, closed: first.closed.size }, { isWhole: true, closed: 50_000 });
  t.equal(Number((await account())?.cursor_ms), rows.at(-1)?.time_msc);
  const before = await rowsOf(login, owner.userId);
  const again = await read('again');
  t.match({ changed: again.changed, closed: again.closed.size }, { changed: 0, closed: 0 });
  t.same(await rowsOf(login, owner.userId), before, 'reading the same again changes no row');
  const derived = await ingestHistory(db, owner, historyOf(rows.slice(-1)), {
    ...{ ground: { ...ground, rule: 'fixed:0' as const }, at, sealed },
    derivedBy: 'ny+7',
  });
  t.equal(derived.changed, 0, 'another rule makes no other deals');
});
