import fc from 'fast-check';
import { test } from 'tap';
import { canBeDivided } from '../bench/queue-bound.js';
import { type Costs, lightEveryMs, roundMs } from './costs.js';
import { countOf, evenShares, fill, type Group, type Share } from './fill.js';

const costs: Costs = { pullMs: 300, switchSameMs: 1_400, switchOtherMs: 4_500 };
const groupsOf = (sizes: readonly number[]): Group[] =>
  sizes.map((count, at) => ({ server: `S${at}`, count }));
const longestMs = (shares: readonly Share[], by: Costs): number =>
  Math.max(0, ...shares.map((share) => roundMs(countOf(share), share.length, by)));

const sizes = (servers: number, most: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max: most }), { maxLength: servers });
const anyCosts = fc.record({
  pullMs: fc.integer({ min: 0, max: 2_000 }),
  switchSameMs: fc.integer({ min: 0, max: 10_000 }),
  switchOtherMs: fc.integer({ min: 0, max: 20_000 }),
});

void test('Every account is in exactly one share, and no share has a group twice or an empty one', (t) => {
  fc.assert(
    fc.property(sizes(25, 12), fc.integer({ min: 1, max: 6 }), anyCosts, (counts, terminals, by) => {
      const shares = evenShares(groupsOf(counts), terminals, by);
      const given = counts.map((_, at) =>
        shares.flat().reduce((sum, { server, count }) => sum + (server === `S${at}` ? count : 0), 0),
      );
      const areProper = shares.every(
        (share) =>
          share.every(({ count }) => count > 0) &&
          new Set(share.map(({ server }) => server)).size === share.length,
      );
      return shares.length <= terminals && areProper && given.join() === counts.join();
    }),
    { numRuns: 200 },
  );
  t.end();
});

void test('What is filled keeps the limit', (t) => {
  const limit = fc.integer({ min: 1_000, max: 60_000 });
  fc.assert(
    fc.property(
      sizes(10, 12),
      fc.integer({ min: 1, max: 5 }),
      limit,
      anyCosts,
      (counts, terminals, limitMs, by) => {
        const shares = fill(groupsOf(counts), terminals, limitMs, by);
        return shares === null || longestMs(shares, by) <= limitMs + 1e-6;
      },
    ),
    { numRuns: 300 },
  );
  t.end();
});

void test('For a handful of servers it is filled exactly where some division fits', (t) => {
  fc.assert(
    fc.property(sizes(8, 6), fc.integer({ min: 1, max: 3 }), (counts, terminals) => {
      const isFilled = fill(groupsOf(counts), terminals, lightEveryMs, costs) !== null;
      return isFilled === canBeDivided(counts, terminals, lightEveryMs, costs);
    }),
    { numRuns: 150 },
  );
  t.end();
});

void test('The longest round is within 1 % of the shortest possible one', (t) => {
  fc.assert(
    fc.property(sizes(4, 5), fc.integer({ min: 1, max: 3 }), (counts, terminals) => {
      const foundMs = longestMs(evenShares(groupsOf(counts), terminals, costs), costs);
      return foundMs === 0 || !canBeDivided(counts, terminals, foundMs * 0.989 - 1, costs);
    }),
    { numRuns: 150 },
  );
  t.end();
});

void test('A hundred servers over six terminals are divided in reasonable time, and near the least possible', (t) => {
  const counts = Array.from({ length: 100 }, (_, at) => 1 + (at % 9));
  const start = performance.now();
  const foundMs = longestMs(evenShares(groupsOf(counts), 6, costs), costs);
  t.ok(performance.now() - start < 5_000);
  const leastMs = (countOf(groupsOf(counts)) * 1_700 + 100 * 3_100) / 6;
  t.ok(foundMs < 1.05 * leastMs, `${foundMs} against ${leastMs}`);
  t.end();
});

void test('No terminal, no account, and visits that take no time are no trouble', (t) => {
  t.same(evenShares(groupsOf([3]), 0, costs), []);
  t.same(evenShares([], 3, costs), []);
  t.equal(
    countOf(evenShares(groupsOf([3, 4]), 2, { pullMs: 0, switchSameMs: 0, switchOtherMs: 0 }).flat()),
    7,
  );
  t.end();
});
