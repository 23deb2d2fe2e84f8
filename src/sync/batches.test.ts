import fc from 'fast-check';
import t from 'tap';
import { addBatchDeals, addBatchOrders, countRows, type BatchDeal } from '../data/import-rows.js';
import type { HistoryDeal } from '../terminals/protocol.js';
import {
  at,
  batch,
  madeUp,
  pair,
  save,
  sealed,
  startMs,
  undo,
  world,
  type World,
} from '../testing/batch-world.js';
import { rewriteBatch } from './batches.js';
import { ingestHistory } from './ingest.js';
import type { Ground } from './rebuild.js';

t.setTimeout(300_000);

const ground: Ground = { digits: 2, rule: 'fixed:0', symbols: new Map() };

const liveDeal = (deal: BatchDeal): HistoryDeal => ({
  ...{ ticket: deal.ticket, order: deal.order, position_id: deal.positionId, time_msc: deal.timeMs },
  ...{ type: deal.type, entry: deal.entry, reason: 3, magic: '7', symbol: deal.symbol, external_id: '' },
  ...{ volume: Number(deal.volume), price: Number(deal.price), profit: Number(deal.profit) },
  ...{ swap: 0, commission: 0, fee: 0, comment: 'by the terminal' },
});
async function pull({ db, owner }: World, rows: BatchDeal[]): Promise<void> {
  const deals = rows.map(liveDeal);
  const balance = deals.reduce((sum, { profit }) => sum + profit, 0);
  const account = {
    ...{
      login: '1',
      server: 'A',
      name: 'A',
      company: 'A',
      currency: 'USD',
      currency_digits: 2,
      trade_mode: 0,
    },
    ...{ margin_mode: 2, leverage: 100, balance, credit: 0, profit: 0, equity: balance, margin: 0 },
    ...{ margin_free: balance, margin_level: 0 },
  };
  const history = { deals, orders: [], complete: true, account, fromServerMs: 0, toServerMs: startMs + 1e9 };
  await ingestHistory(db, owner, history, { ground, at, sealed, derivedBy: 'fixed:0' });
}

void t.test('saved twice is saved once, and undone leaves nothing', async (t) => {
  const here = await world(t);
  const empty = await here.standing();
  const first = await batch(here, [...pair(1), ...pair(2)]);
  await save(here, first);
  const once = await here.standing();
  t.equal(once.trades.length, 2);
  await save(here, first);
  t.same(await here.standing(), once);
  const again = await batch(here, [...pair(1), ...pair(2)]);
  const counts = await here.asUser((tx) =>
    countRows(tx, { userId: here.owner.userId, importId: again }, here.owner.accountId),
  );
  t.same(counts, { new: 0, duplicate: 4, changed: 0 });
  await save(here, again);
  t.same(await here.standing(), once);
  await undo(here, first);
  t.same(await here.standing(), once, 'the other batch still tells it');
  await undo(here, again);
  t.same(await here.standing(), empty);
});

void t.test('of two reports the one made later counts, in whichever order they come', async (t) => {
  const here = await world(t);
  const [early, late] = [await batch(here, pair(1, 10), 1_000), await batch(here, pair(1, 20), 2_000)];
  await save(here, late);
  const counts = await here.asUser((tx) =>
    countRows(tx, { userId: here.owner.userId, importId: early }, here.owner.accountId),
  );
  t.same(counts, { new: 0, duplicate: 2, changed: 0 }, 'an older report changes nothing');
  await save(here, early);
  t.match((await here.standing()).trades, [{ net: 20 }]);
  await undo(here, late);
  t.match((await here.standing()).trades, [{ net: 10 }]);
});

void t.test('a terminal goes before reports and keeps its deals when they go', async (t) => {
  const here = await world(t);
  const report = await batch(here, [...pair(1, 5), ...pair(2)]);
  await save(here, report);
  await pull(here, pair(1, 6));
  t.match((await here.standing()).trades, [
    { net: 6, source: 'live' },
    { net: 2, source: 'report' },
  ]);
  await undo(here, report);
  t.match((await here.standing()).trades, [{ net: 6, source: 'live' }]);
});

void t.test('what was made of a list is replaced by true deals, and comes back when they go', async (t) => {
  const here = await world(t);
  const [list, report] = [await batch(here, [...madeUp(1), ...madeUp(2)]), await batch(here, pair(1))];
  await save(here, list);
  t.match((await here.standing()).deals, { length: 4 });
  await save(here, report);
  t.same(
    (await here.standing()).deals.map(({ ticket }) => ticket),
    ['-896', '-895', '102', '103'],
  );
  await undo(here, report);
  t.match((await here.standing()).deals, { length: 4 });
  await pull(here, pair(2));
  t.same(
    (await here.standing()).deals.map(({ ticket }) => ticket),
    ['-898', '-897', '104', '105'],
  );
});

void t.test('a batch that is written anew leaves nothing of what it said before', async (t) => {
  const here = await world(t);
  const id = await batch(here, madeUp(1));
  await save(here, id);
  const own = { ...here.owner, importId: id };
  await here.asUser((tx) =>
    rewriteBatch(tx, own, {
      at,
      write: async () => {
        await addBatchDeals(tx, own, madeUp(3));
        const order = {
          ...{ ticket: '506', positionId: '506', positionById: null, timeMs: startMs, type: 0 },
          state: null,
        };
        const levels = { stopLoss: '1.09', takeProfit: '1.12' };
        await addBatchOrders(tx, own, [
          { ...order, ...levels, magic: null, symbol: 'EURUSD', volume: '0.1', price: null, comment: '' },
        ]);
      },
    }),
  );
  t.match((await here.standing()).trades, [{ net: 3 }]);
});

void t.test('whatever comes in whatever order, the same sources give the same trades', async (t) => {
  const here = await world(t);
  const reports = [
    { rows: [...pair(1, 4), ...pair(2), ...pair(3)], madeMs: 1_000 },
    { rows: [...pair(1, 5), ...pair(3)], madeMs: 2_000 },
    { rows: [...madeUp(2), ...madeUp(4)], madeMs: 3_000 },
  ];
  const step = fc.record({ kind: fc.constantFrom('save', 'undo', 'again', 'pull'), of: fc.nat(2) });
  let expected: unknown = null;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 6 }),
      fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
      async (steps, order) => {
        const saved = new Map<number, string>();
        const saveOnce = async (of: number): Promise<void> => {
          const { rows = [], madeMs = 0 } = reports[of] ?? {};
          const id = saved.get(of) ?? (await batch(here, rows, madeMs));
          await save(here, id);
          saved.set(of, id);
        };
        const undoOnce = async (of: number): Promise<void> => {
          const id = saved.get(of);
          saved.delete(of);
          if (id !== undefined) await undo(here, id);
        };
        for (const { kind, of } of steps) {
          if (kind === 'pull') await pull(here, pair(3, 9));
          else if (kind === 'undo') await undoOnce(of);
          else await saveOnce(of);
        }
        for (const of of order) await saveOnce(of);
        await pull(here, pair(3, 9));
        const now = await here.standing();
        expected ??= now;
        t.same(now, expected);
        for (const of of order) await undoOnce(of);
      },
    ),
    { numRuns: 25 },
  );
  t.match(expected, { trades: [{ net: 5 }, { net: 2 }, { net: 9 }, { net: 4 }] });
});
