import fc from 'fast-check';
import { test } from 'tap';
import {
  type Happening,
  longestGapMs,
  lose,
  online,
  ourQueue,
  overlap,
  restart,
  seeded,
  simulate,
  type Visit,
  type World,
} from '../testing/simulated-sync.js';
import { lightEveryMs } from './costs.js';

const minuteMs = 60_000;
const at = (atMs: number, act: (world: World) => void): Happening => ({ atMs, act });

const storm = fc.record({
  seed: fc.nat(),
  terminals: fc.integer({ min: 1, max: 4 }),
  joins: fc.array(
    fc.record({
      server: fc.constantFrom('A', 'A', 'A', 'B', 'B', 'C', 'D'),
      fromMs: fc.nat({ max: 5 * minuteMs }),
      forMs: fc.oneof(fc.constant(Infinity), fc.nat({ max: 5 * minuteMs })),
      isNew: fc.nat({ max: 4 }).map((dice) => dice === 0),
      priority: fc.constantFrom<0 | 1>(0, 1),
      fails: fc.nat({ max: 6 }).map((dice) => dice === 0),
    }),
    { minLength: 1, maxLength: 40 },
  ),
  losses: fc.array(
    fc.record({
      slot: fc.integer({ min: 2, max: 4 }),
      atMs: fc.nat({ max: 9 * minuteMs }),
      forMs: fc.nat({ max: 3 * minuteMs }),
    }),
    { maxLength: 4 },
  ),
  asks: fc.array(fc.record({ who: fc.nat({ max: 39 }), atMs: fc.nat({ max: 10 * minuteMs }) }), {
    maxLength: 30,
  }),
  firstMs: fc.nat({ max: minuteMs }),
});
type Storm = typeof storm extends fc.Arbitrary<infer S> ? S : never;

const idOf = (one: Storm['joins'][number], index: number): string => `${one.server}${index}`;

const weather = (one: Storm): readonly Visit[] => {
  const happenings = one.joins.flatMap((join, index) => {
    const { server, priority, fromMs } = join;
    const id = idOf(join, index);
    const come = at(fromMs, (world) => {
      if (join.fails) world.failing.add(id);
      online(world, { id, server, priority, ...(join.isNew ? { fullDueMs: null } : {}) });
    });
    return [come, at(fromMs + join.forMs, (world) => world.accounts.delete(id))];
  });
  const losses = one.losses
    .filter(({ slot }) => slot <= one.terminals)
    .flatMap(({ slot, atMs, forMs }) => [
      at(atMs, (world) => lose(world, slot)),
      at(atMs + forMs, (world) => {
        if (!world.slots.has(slot)) restart(world, slot);
      }),
    ]);
  const asks = one.asks.map(({ who, atMs }) =>
    at(atMs, ({ accounts }) => {
      const asked = [...accounts.values()][who];
      if (asked !== undefined) accounts.set(asked.id, { ...asked, asked: true });
    }),
  );
  const random = seeded(one.seed);
  const really = (ms: number): number => ms * (0.9 + 0.2 * random());
  return simulate({
    choose: ourQueue(),
    costs: { pullMs: 300, switchSameMs: 1_400, switchOtherMs: 4_500 },
    terminals: one.terminals,
    happenings: [...happenings, ...losses, ...asks],
    firstMs: one.firstMs,
    really,
    untilMs: 10 * minuteMs,
  });
};

void test('In any weather no account is read by two terminals, and none that is offline is begun', (t) => {
  fc.assert(
    fc.property(storm, (one) => {
      const visits = weather(one);
      const isOnline = ({ accountId, startMs }: Visit): boolean =>
        one.joins.some(
          (join, index) =>
            idOf(join, index) === accountId && startMs >= join.fromMs && startMs <= join.fromMs + join.forMs,
        );
      return (
        !overlap(visits, ({ accountId }) => accountId) &&
        !overlap(visits, ({ slot }) => slot) &&
        visits.every(isOnline)
      );
    }),
    { numRuns: 150 },
  );
  t.end();
});

void test('In any weather nobody starves: no interval is beyond three times what the worst round takes', (t) => {
  fc.assert(
    fc.property(storm, (one) => {
      const visits = weather(one);
      // the worst: every visit a crossing, one terminal left, a first history in its way
      const worstMs = Math.max(lightEveryMs, one.joins.length * 4_800 * 1.1) + one.firstMs * 1.1;
      return one.joins.every((join, index) => {
        const leavesMs = Math.min(10 * minuteMs, join.fromMs + join.forMs);
        if (join.isNew) return true;
        return longestGapMs(visits, idOf(join, index), join.fromMs, leavesMs) <= 3 * worstMs;
      });
    }),
    { numRuns: 150 },
  );
  t.end();
});

void test('a new account is read within minutes although every visit takes far longer than it should', async (t) => {
  const visits = simulate({
    choose: ourQueue(),
    costs: { pullMs: 300, switchSameMs: 1_400, switchOtherMs: 4_500 },
    really: (ms) => 5 * ms,
    firstMs: 5_000,
    terminals: 2,
    untilMs: 20 * minuteMs,
    happenings: [
      ...Array.from({ length: 12 }, (_, index) =>
        at(0, (world) => online(world, { id: `a${index}`, server: `s${index % 3}` })),
      ),
      at(2 * minuteMs, (world) => online(world, { id: 'new', server: 's1', fullDueMs: null })),
    ],
  });
  const [first] = visits.filter(({ accountId }) => accountId === 'new');
  t.match(first, { work: 'first', isRead: true });
  t.ok((first?.startMs ?? Infinity) < 4 * minuteMs);
});
