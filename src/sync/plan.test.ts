import fc from 'fast-check';
import { test } from 'tap';
import { type Costs, type Holding, lightEveryMs } from './costs.js';
import { lengthMs, planned, reliefOf, type Round } from './plan.js';

const costs: Costs = { pullMs: 300, switchSameMs: 1_400, switchOtherMs: 4_500 };

const accountsOf = (...sizes: number[]): Holding[] =>
  sizes.flatMap((size, server) =>
    Array.from({ length: size }, (_, at) => ({ id: `S${server}/${at}`, server: `S${server}` })),
  );
const slots = [1, 2, 3];
const plan = (accounts: readonly Holding[], before: readonly Round[] = [], terminals = slots) =>
  planned(before, { accounts, slots: terminals, costs });
const idsOf = (rounds: readonly Round[]): string[] =>
  rounds.flatMap(({ accounts }) => accounts.map(({ id }) => id));
const longestMs = (rounds: readonly Round[]): number =>
  Math.max(...rounds.map(({ accounts }) => lengthMs(accounts, costs)));
const homes = (rounds: readonly Round[]): Map<string, number> =>
  new Map(rounds.flatMap(({ slot, accounts }) => accounts.map(({ id }) => [id, slot] as const)));
const moved = (before: readonly Round[], after: readonly Round[]): string[] =>
  [...homes(before)].filter(([id, slot]) => (homes(after).get(id) ?? slot) !== slot).map(([id]) => id);

const isGrouped = ({ accounts }: Round): boolean => {
  const changes = accounts.filter(({ server }, at) => at > 0 && accounts[at - 1]?.server !== server).length;
  return accounts.length === 0 || changes === new Set(accounts.map(({ server }) => server)).size - 1;
};

const someAccounts = fc
  .uniqueArray(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 6 })), { maxLength: 30, selector: ([id]) => id })
  .map((pairs) => pairs.map(([id, server]): Holding => ({ id: `a${id}`, server: `S${server}` })));
const someSlots = fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

void test('However accounts and terminals come and go, each account is in one round, grouped by server', (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(someAccounts, someSlots), { maxLength: 6 }), (steps) => {
      let rounds: readonly Round[] = [];
      return steps.every(([accounts, terminals]) => {
        rounds = plan(accounts, rounds, terminals);
        const given = idsOf(rounds).sort().join();
        const wanted = accounts
          .map(({ id }) => id)
          .sort()
          .join();
        return given === wanted && rounds.length === terminals.length && rounds.every(isGrouped);
      });
    }),
    { numRuns: 200 },
  );
  t.end();
});

void test('The same accounts and terminals leave the plan as it is, whatever their order', (t) => {
  const before = plan(accountsOf(5, 4, 3));
  t.equal(plan(accountsOf(5, 4, 3).reverse(), before, [3, 1, 2]), before);
  t.end();
});

void test('One more or one less moves nobody while rounds are comfortable', (t) => {
  const before = plan(accountsOf(4, 3, 4));
  t.same(moved(before, plan(accountsOf(5, 3, 4), before)), []);
  t.same(moved(before, plan(accountsOf(3, 3, 4), before)), []);
  t.same(moved(before, plan(accountsOf(4, 3, 0), before)), []);
  t.end();
});

void test('A newcomer reads along with the others of its server where that is shortest', (t) => {
  const before = plan(accountsOf(4, 4, 4));
  const after = plan(accountsOf(4, 5, 4), before);
  t.equal(homes(after).get('S1/4'), homes(before).get('S1/0'));
  t.end();
});

void test('Accounts that come one by one fit in 15 s when they would fit coming together', (t) => {
  const sizes = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      sizes.chain((counts) => fc.shuffledSubarray(accountsOf(...counts), { minLength: 1 })),
      (accounts) => {
        const together = longestMs(plan(accounts));
        const oneByOne = accounts.reduce<readonly Round[]>(
          (rounds, _, at) => plan(accounts.slice(0, at + 1), rounds),
          [],
        );
        return together <= lightEveryMs
          ? longestMs(oneByOne) <= lightEveryMs
          : longestMs(oneByOne) <= together / 0.9 + 1;
      },
    ),
    { numRuns: 100 },
  );
  t.end();
});

void test('When a terminal goes its share is taken over, and when it returns most of the others stay', (t) => {
  const before = plan(accountsOf(8, 8, 8));
  const two = plan(accountsOf(8, 8, 8), before, [1, 3]);
  t.equal(idsOf(two).length, 24);
  const stayed = [...homes(before)].filter(([id, slot]) => slot !== 2 && homes(two).get(id) === slot).length;
  t.ok(stayed >= 12, `${stayed} of 16 stay`);
  t.equal(longestMs(plan(accountsOf(8, 8, 8), two)), longestMs(before));
  t.end();
});

void test('The share of a terminal that is held up goes to the others, and the plan itself stands', (t) => {
  const before = plan(accountsOf(8, 8, 8));
  const relief = reliefOf(before, new Set([2]), costs);
  t.same(
    relief.map(({ slot }) => slot),
    [1, 3],
  );
  t.same(idsOf(relief).sort(), idsOf(before).sort());
  t.ok(relief.every(isGrouped));
  t.same(moved(before, relief).length, 8, 'only those of the terminal that is held');
  t.same(reliefOf(before, new Set(slots), costs), [], 'nobody is left to take over');
  t.end();
});

void test('An account that changes its server is another one', (t) => {
  const before = plan(accountsOf(2, 2));
  const after = plan([{ id: 'S0/0', server: 'S1' }, ...accountsOf(2, 2).slice(1)], before);
  t.equal(after.flatMap(({ accounts }) => accounts).find(({ id }) => id === 'S0/0')?.server, 'S1');
  t.equal(idsOf(after).length, 4);
  t.end();
});
