import t from 'tap';
import { dealType } from '../domain/deal.js';
import { assigned, step, tradesOfDeals, withoutIds } from '../testing/assigned.js';
import { hedgedOf } from '../testing/hedging.js';
import { assignPositions } from './assign.js';
import type { ReportDeal } from './report.js';

void t.test('partial closes that overlap are told apart by their money', async (t) => {
  const history = hedgedOf([
    step('open', { lots: 30 }),
    step('open', { lots: 30 }),
    step('part', { pick: 0 }),
    step('part', { pick: 1, points: -11 }),
    step('part', { pick: 1, points: 52 }),
    step('close', { pick: 0, points: 8 }),
    step('close', { pick: 0, points: -70 }),
  ]);
  const { deals, problems, counts } = assigned(history);
  t.same(
    deals.map(({ positionId }) => positionId),
    history.deals.map(({ positionId }) => positionId),
  );
  t.same(problems, []);
  t.same(counts, { equal: 0, open: 0, orphans: 0 });
});

void t.test('a close-by gives each position its deal', async (t) => {
  const history = hedgedOf([
    step('open', { lots: 30 }),
    step('open', { lots: 20, isBuy: false }),
    step('close-by'),
    step('close'),
  ]);
  const { deals } = assigned(history);
  t.same(
    deals.map(({ positionId }) => positionId),
    history.deals.map(({ positionId }) => positionId),
  );
  const [first, second] = tradesOfDeals(deals, history.orders);
  t.ok(first?.flags.includes('close-by') && second?.flags.includes('close-by'));
  t.equal(first?.closedBy, second?.positionId);
  const bare = { ...history, orders: [], deals: history.deals.map((deal) => ({ ...deal, comment: '' })) };
  t.same(
    assigned(bare).deals.map(({ positionId }) => positionId),
    deals.map(({ positionId }) => positionId),
  );
});

void t.test('equal positions are given out by ticket, which a sentence says where it matters', async (t) => {
  const history = hedgedOf([step('twins'), step('close-all')]);
  const { deals, problems, counts } = assigned(history);
  t.same(
    deals.map(({ positionId }) => positionId),
    history.deals.map(({ positionId }) => positionId),
  );
  t.equal(counts.equal, 2);
  t.same(problems, []);
  const unlike = history.deals.map((deal, at) => (at === 2 ? { ...deal, reason: 4 } : deal));
  t.match(assigned({ ...history, deals: unlike }).problems, [
    { row: null, reason: /^2 exits of positions that closed alike/ },
  ]);
});

void t.test('what is left of a position partly closed stays open', async (t) => {
  const history = hedgedOf([
    step('open', { lots: 30 }),
    step('open', { symbol: 1 }),
    step('part', { pick: 0, lots: 12 }),
  ]);
  const { deals, problems } = assigned(history);
  t.equal(deals.at(-1)?.positionId, history.positions[0]?.positionId);
  t.same(problems, []);
  t.same(
    tradesOfDeals(deals, []).map(({ openVolume }) => openVolume),
    [0.18, 0.1],
  );
});

void t.test('an exit without its entry is an orphan with the number of its order', async (t) => {
  const history = hedgedOf([step('open'), step('close')]);
  const [, exit] = history.deals;
  const { deals, problems, counts } = assignPositions(
    withoutIds(exit === undefined ? [] : [exit]),
    [],
    [],
    true,
  );
  t.equal(deals[0]?.positionId, exit?.order);
  t.equal(counts.orphans, 1);
  t.match(problems, [
    { row: exit?.row, reason: /1 exit closed positions whose entries are not in the file/ },
  ]);
});

void t.test('a window that begins between entry and exit still names the position by its row', async (t) => {
  const history = hedgedOf([step('open', { lots: 30 }), step('part'), step('close')]);
  const { deals, problems } = assigned({ ...history, deals: history.deals.slice(1) });
  t.same(
    deals.map(({ positionId }) => positionId),
    history.deals.slice(1).map(({ positionId }) => positionId),
  );
  t.same(problems, []);
});

void t.test('a row that its deals contradict is told', async (t) => {
  const history = hedgedOf([step('open'), step('close')]);
  const positions = history.positions.map((row) => ({ ...row, profit: '99.00' }));
  const { deals, problems } = assigned({ ...history, positions });
  t.equal(deals[1]?.positionId, positions[0]?.positionId, 'the exit is not lost');
  t.match(problems.at(-1)?.reason, /do not add up to its row: profit 0.04 instead of 99.00/);
});

void t.test('without rows of positions, prices tell what an exit closed', async (t) => {
  const history = hedgedOf([
    step('open'),
    step('close', { points: 5000 }),
    step('open', { points: 900 }),
    step('open', { points: 2100 }),
    step('close', { pick: 1, points: -400 }),
    step('close', { pick: 0, points: 700 }),
  ]);
  const { deals, counts } = assigned({ ...history, positions: [] });
  t.same(
    deals.map(({ positionId }) => positionId),
    history.deals.map(({ positionId }) => positionId),
  );
  t.equal(counts.open, 0);
});

void t.test('money of the balance belongs to no position, and known positions stay', async (t) => {
  const { deals, orders, positions } = hedgedOf([step('open'), step('close')]);
  const cash = {
    ...(deals[0] as ReportDeal),
    type: dealType.balance,
    positionId: null,
    ticket: '7',
    order: '0',
  };
  const { deals: found, problems } = assignPositions([cash, ...deals], orders, positions, true);
  t.same(
    found.map(({ positionId }) => positionId),
    ['0', ...deals.map(({ positionId }) => positionId)],
  );
  t.same(problems, []);
});

void t.test('orders get the position of their deals', async (t) => {
  const history = hedgedOf([step('open'), step('close')]);
  const [first] = history.orders;
  const canceled = first === undefined ? [] : [{ ...first, ticket: '77', state: 2 }];
  const { orders } = assigned({ ...history, orders: [...history.orders, ...canceled] });
  t.same(
    orders.map(({ positionId }) => positionId),
    [first?.ticket, first?.ticket, null],
  );
});

void t.test('an absurd amount does not stop the rest', async (t) => {
  const history = hedgedOf([step('open'), step('close'), step('open'), step('close')]);
  const deals = history.deals.map((deal, at) =>
    at === 1 ? { ...deal, volume: '9'.repeat(30), profit: `-${'9'.repeat(30)}.99` } : deal,
  );
  const { deals: found, problems } = assigned({ ...history, deals });
  t.equal(found[3]?.positionId, history.deals[3]?.positionId);
  t.ok(problems.length > 0);
});
