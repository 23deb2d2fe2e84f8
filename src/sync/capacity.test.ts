import fc from 'fast-check';
import { test } from 'tap';
import { ageToExpectMs, capacity } from './capacity.js';
import type { Costs } from './costs.js';
import { countOf, type Group } from './fill.js';

const costs: Costs = { pullMs: 300, switchSameMs: 1_400, switchOtherMs: 4_500 };
const groupsOf = (...sizes: number[]): Group[] => sizes.map((count, at) => ({ server: `S${at}`, count }));

void test('One server: eight accounts a terminal in 15 s', (t) => {
  for (const terminals of [0, 1, 2, 3]) t.equal(capacity(groupsOf(7), terminals, costs), 8 * terminals);
  t.equal(capacity([], 3, costs), 24, 'with nobody there one server is supposed');
  t.end();
});

void test('More servers than terminals cost accounts, and more are present than fit where they do not fit', (t) => {
  t.equal(capacity(groupsOf(4, 3), 1, costs), 5, 'two servers on one terminal: 2 × 3.1 s + 5 × 1.7 s');
  t.equal(capacity(groupsOf(4, 4, 4), 3, costs), 24, 'a server each');
  t.equal(capacity(groupsOf(1, 1, 1, 1), 1, costs), 3);
  t.equal(capacity(groupsOf(40), 3, costs), 24);
  t.end();
});

void test('A slower switch or one terminal less never raises the capacity', (t) => {
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 });
  const slower = fc.nat({ max: 3_000 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 4 }), slower, slower, (counts, terminals, same, other) => {
      const fits = capacity(groupsOf(...counts), terminals, costs);
      const slow = {
        pullMs: costs.pullMs,
        switchSameMs: costs.switchSameMs + same,
        switchOtherMs: costs.switchOtherMs + same + other,
      };
      return (
        capacity(groupsOf(...counts), terminals, slow) <= fits &&
        capacity(groupsOf(...counts), terminals - 1, costs) <= fits
      );
    }),
    { numRuns: 60 },
  );
  t.end();
});

void test('Counting ends where visits take no time', (t) => {
  const free = { pullMs: 0, switchSameMs: 0, switchOtherMs: 0 };
  t.equal(capacity(groupsOf(3), 1, free), 10_000);
  t.equal(countOf(groupsOf(3)), 3);
  t.end();
});

void test('The age to expect is 15 s as long as everything fits, and the longest round beyond', (t) => {
  t.equal(ageToExpectMs(groupsOf(8, 8, 8), 3, costs), 15_000);
  t.equal(ageToExpectMs(groupsOf(12), 1, costs), 12 * 1_700);
  t.equal(ageToExpectMs(groupsOf(30), 3, costs), 10 * 1_700);
  t.equal(ageToExpectMs([], 3, costs), null, 'nothing is read');
  t.equal(ageToExpectMs(groupsOf(3), 0, costs), null, 'by nobody');
  t.end();
});
