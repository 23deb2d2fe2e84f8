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
  simulate,
  type Simulation,
  type Visit,
  visitsOf,
  type World,
} from '../testing/simulated-sync.js';
import { type Costs, fullEveryMs, lightEveryMs } from './costs.js';
import { nextAssignments, type QueuedAccount, type Terminal } from './queue.js';

const costs: Costs = { pullMs: 300, switchSameMs: 1_400, switchOtherMs: 4_500 };
const minuteMs = 60_000;

const account = (id: string, more: Partial<QueuedAccount> = {}): QueuedAccount => ({
  id,
  server: id.charAt(0),
  lightDueMs: 0,
  fullDueMs: 50_000,
  priority: 0,
  asked: false,
  ...more,
});
const terminal = (slot: number, holds: string | null = null, isFree = true): Terminal => ({
  slot,
  isFree,
  resident: holds === null ? null : { id: holds, server: holds.charAt(0) },
});
const decide = (accounts: QueuedAccount[], terminals: Terminal[], nowMs = 0) =>
  nextAssignments({ accounts, terminals, costs, nowMs }, []);

const run = (happenings: readonly Happening[], more: Partial<Simulation> = {}): readonly Visit[] =>
  simulate({ choose: ourQueue(), costs, terminals: 3, happenings, untilMs: 10 * minuteMs, ...more });
const at = (atMs: number, act: (world: World) => void): Happening => ({ atMs, act });
const joins = (atMs: number, ...ids: string[]): Happening[] =>
  ids.map((id) => at(atMs, (world) => online(world, { id, server: id.charAt(0) })));
const many = (server: string, count: number): string[] =>
  Array.from({ length: count }, (_, number) => `${server}${number}`);

void test('Nothing to do: no account, no terminal, or no free one', (t) => {
  t.same(decide([], [terminal(1)]), {
    assignments: [],
    waitMs: null,
    rounds: [{ slot: 1, accounts: [], lastId: null }],
  });
  t.same(decide([account('A1')], []), { assignments: [], waitMs: null, rounds: [] });
  t.same(decide([account('A1'), account('A2')], [terminal(1, 'A1', false)]).assignments, []);
  t.end();
});

void test('Whoever is not due is waited for, and the wait ends before it would be late', (t) => {
  const { assignments, waitMs } = decide([account('A1', { lightDueMs: 15_000 })], [terminal(1, 'A1')]);
  t.same(assignments, []);
  t.ok(waitMs !== null && waitMs > 13_000 && waitMs < 14_700, String(waitMs));
  t.end();
});

void test('Among equals Elite goes first, and an earlier deadline before a later one', (t) => {
  const first = (...accounts: QueuedAccount[]): string | undefined =>
    decide(accounts, [terminal(1)], 5_000).assignments[0]?.accountId;
  t.equal(first(account('A1'), account('A2', { priority: 1 })), 'A2');
  t.equal(first(account('B1'), account('A2', { priority: 1 })), 'A2');
  t.equal(first(account('A1', { lightDueMs: 9_000 }), account('A2', { lightDueMs: 8_000 })), 'A2');
  t.equal(
    first(account('A1', { lightDueMs: 8_000 }), account('A2', { lightDueMs: 8_000, priority: 1 })),
    'A2',
  );
  const asked = [account('A1', { asked: true }), account('A2', { asked: true, priority: 1 })];
  t.equal(first(...asked), 'A2');
  t.end();
});

void test('A history never read comes first, in the terminal where it costs least', (t) => {
  const accounts = [account('A1', { lightDueMs: 9_000 }), account('B1', { fullDueMs: null })];
  const { assignments } = decide(accounts, [terminal(1, 'A2'), terminal(2, 'B2')]);
  t.same(assignments[0], { slot: 2, accountId: 'B1', work: 'first' });
  t.end();
});

void test('An account alone in a terminal stays there: it is read every 15 s, its deals every minute', (t) => {
  const visits = run(joins(0, 'A1', 'B1', 'C1'));
  for (const id of ['A1', 'B1', 'C1']) {
    const own = visitsOf(visits, id);
    t.equal(new Set(own.map(({ slot }) => slot)).size, 1);
    t.ok(
      own.slice(1).every(({ startMs, endMs }) => endMs - startMs === costs.pullMs),
      'without a switch',
    );
    t.ok(longestGapMs(visits, id, 5_000) <= lightEveryMs);
    const fulls = own.filter(({ work }) => work === 'full').map(({ endMs }) => endMs);
    t.ok(fulls.every((ms, index) => index === 0 || ms - (fulls[index - 1] ?? 0) <= fullEveryMs));
    t.ok(own.length < 10 * 4 + 6, 'and not much more often');
  }
  t.end();
});

void test('A server is entered once a round', (t) => {
  const ids = [...many('A', 3), ...many('B', 2)];
  const visits = run(joins(0, ...ids), { terminals: 1 }).filter(({ endMs }) => endMs > minuteMs);
  const crossings = visits.filter(({ startMs, endMs }) => endMs - startMs > 4_000).length;
  t.ok(crossings <= (visits.length / 5) * 2 + 2, `${crossings} crossings in ${visits.length} visits`);
  for (const id of ids) t.ok(longestGapMs(visits, id, minuteMs + 15_000) <= lightEveryMs);
  t.end();
});

void test('A sync asked by hand is done within a visit or two, once, deals included', (t) => {
  const ids = [...many('A', 20), ...many('B', 20)];
  const ask = at(5 * minuteMs, ({ accounts }) => {
    const one = accounts.get('B7');
    if (one !== undefined) accounts.set('B7', { ...one, asked: true });
  });
  const visits = run([...joins(0, ...ids), ask]);
  const next = visitsOf(visits, 'B7').find(({ startMs }) => startMs >= 5 * minuteMs);
  t.equal(next?.work, 'full');
  t.ok((next?.endMs ?? Infinity) <= 5 * minuteMs + 2 * 4_800);
  t.end();
});

void test('Asking all the time does not starve those who do not ask', (t) => {
  const nag = (world: World): void =>
    ['A0', 'B0'].forEach((id) => {
      const one = world.accounts.get(id);
      if (one !== undefined) world.accounts.set(id, { ...one, asked: true });
    });
  const nags = Array.from({ length: 1_200 }, (_, second) => at(second * 500, nag));
  const ids = [...many('A', 4), ...many('B', 3)];
  const visits = run([...joins(0, ...ids), ...nags], { terminals: 1 });
  for (const id of ids) t.ok(longestGapMs(visits, id, minuteMs) < 5 * 18_100, id);
  t.end();
});

void test('A long first history holds its own terminal only, and several of them wait for one another', (t) => {
  const ids = [...many('A', 6), ...many('B', 6)];
  const newcomers = ['A8', 'A9', 'B9'].map((id) =>
    at(3 * minuteMs, (world) => online(world, { id, server: id.charAt(0), fullDueMs: null })),
  );
  const visits = run([...joins(0, ...ids), ...newcomers], { firstMs: 90_000 });
  for (const id of ids) t.ok(longestGapMs(visits, id, minuteMs) < 2 * lightEveryMs, id);
  const firsts = visits.filter(({ work }) => work === 'first');
  t.equal(firsts.length, 3);
  t.notOk(overlap(firsts, () => 'one at a time'));
  for (const id of ['A8', 'A9', 'B9'])
    t.ok(longestGapMs(visits, id, 8 * minuteMs) <= lightEveryMs, `${id} is read like the others after it`);
  t.end();
});

void test('When nobody waits but newcomers, all terminals read first histories', (t) => {
  const accounts = ['A1', 'A2', 'B1'].map((id) => account(id, { fullDueMs: null }));
  t.equal(decide(accounts, [terminal(1), terminal(2), terminal(3)]).assignments.length, 3);
  t.end();
});

void test('A lost terminal’s accounts are read by the others, and all is as before when it returns', (t) => {
  const ids = [...many('A', 8), ...many('B', 8), ...many('C', 8)];
  const events = [
    at(3 * minuteMs, (world) => lose(world, 2)),
    at(6 * minuteMs, (world) => restart(world, 2)),
  ];
  const visits = run([...joins(0, ...ids), ...events]);
  const goneMs = 3 * minuteMs + 60_000;
  for (const id of ids) {
    t.ok(longestGapMs(visits, id, minuteMs, 3 * minuteMs) <= lightEveryMs, `${id} before`);
    t.ok(longestGapMs(visits, id, goneMs, 6 * minuteMs) <= 30_000, `${id} while it is away`);
    t.ok(longestGapMs(visits, id, 7 * minuteMs) <= lightEveryMs, `${id} after`);
  }
  t.end();
});

void test('A terminal stuck in one visit is helped by an idle one', (t) => {
  const ids = [...many('A', 3), ...many('B', 3)];
  let isStuck = false;
  const really = (ms: number): number => {
    const takes = isStuck ? 100_000 : ms;
    isStuck = false;
    return takes;
  };
  const stick = at(2 * minuteMs, () => (isStuck = true));
  const visits = run([...joins(0, ...ids), stick], { terminals: 2, really });
  const stuck = visits.find(({ startMs, endMs }) => endMs - startMs === 100_000)?.accountId;
  for (const id of ids.filter((one) => one !== stuck))
    t.ok(longestGapMs(visits, id, minuteMs) < 4 * lightEveryMs, id);
  t.end();
});

void test('An account whose login always fails does not keep the others from being read', (t) => {
  const ids = [...many('A', 4), ...many('B', 3)];
  const fail = at(0, ({ failing }) => failing.add('A2'));
  const visits = run([fail, ...joins(0, ...ids)], { terminals: 1 });
  for (const id of ids) t.ok(longestGapMs(visits, id, minuteMs) < 2 * lightEveryMs, id);
  t.end();
});

void test('A first history that always fails is tried when it is due, and holds nobody up', (t) => {
  const fail = at(0, ({ failing }) => failing.add('A9'));
  const newcomer = at(0, (world) => online(world, { id: 'A9', server: 'A', fullDueMs: null }));
  const ids = [...many('A', 2), ...many('B', 2)];
  for (const others of [ids, []]) {
    const visits = run([fail, newcomer, ...joins(0, ...others)], { terminals: 1 });
    const tries = visitsOf(visits, 'A9');
    t.ok(tries.length > 20 && tries.length < 42, `${tries.length} tries`);
    t.ok(
      tries.every(({ startMs }, index) => startMs - (tries[index - 1]?.endMs ?? -Infinity) >= lightEveryMs),
    );
    for (const id of others) t.ok(longestGapMs(visits, id, minuteMs) < 2 * lightEveryMs, id);
  }
  t.end();
});

void test('An account put off for minutes is left in peace when its turn comes', (t) => {
  const accounts = [account('A1', { lightDueMs: 5 * minuteMs }), account('A2')];
  const rounds = [{ slot: 1, accounts, lastId: 'A2' }];
  const decision = nextAssignments({ accounts, terminals: [terminal(1, 'A2')], costs, nowMs: 1_000 }, rounds);
  t.same(
    decision.assignments.map(({ accountId }) => accountId),
    ['A2'],
  );
  t.end();
});

void test('Accounts that want to be read every half hour are read every half hour', (t) => {
  const halfHour = 30 * minuteMs;
  const accounts = ['A1', 'A2', 'B1'].map((id, index) =>
    account(id, { lightDueMs: halfHour + index * 5_000 }),
  );
  const { assignments, waitMs } = decide(accounts, [terminal(1, 'B1')]);
  t.same(assignments, []);
  t.ok((waitMs ?? 0) >= halfHour - minuteMs, String(waitMs));
  const later = decide(accounts, [terminal(1, 'B1')], halfHour - 20_000);
  t.same(later.assignments, []);
  t.equal(decide(accounts, [terminal(1, 'B1')], halfHour - 3_000).assignments[0]?.accountId, 'A1');
  t.end();
});

void test('Under overload all intervals stretch alike', (t) => {
  const ids = [...many('A', 50), ...many('B', 30), ...many('C', 11), ...many('D', 6)];
  const visits = run(joins(0, ...ids), { untilMs: 30 * minuteMs });
  const means = ids.map((id) => {
    const ends = visitsOf(visits, id)
      .map(({ endMs }) => endMs)
      .filter((ms) => ms > 5 * minuteMs);
    return ((ends.at(-1) ?? NaN) - (ends[0] ?? NaN)) / (ends.length - 1);
  });
  t.ok(Math.max(...means) < 1.2 * Math.min(...means), `${Math.min(...means)} to ${Math.max(...means)} ms`);
  t.end();
});

void test('Asked again without anything having happened, the queue gives the same answer', (t) => {
  const accounts = fc.array(
    fc.record({
      server: fc.constantFrom('A', 'B', 'C'),
      lightDueMs: fc.nat({ max: 40_000 }),
      asked: fc.boolean(),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(accounts, fc.integer({ min: 1, max: 3 }), (some, slots) => {
      const situation = {
        accounts: some.map((one, index) => account(`${one.server}${index}`, one)),
        terminals: Array.from({ length: slots }, (_, index) => terminal(index + 1)),
        costs,
        nowMs: 20_000,
      };
      const first = nextAssignments(situation, []);
      const idle = first.waitMs === null ? first : nextAssignments(situation, first.rounds);
      return first.assignments.length > 0 || JSON.stringify(idle) === JSON.stringify(first);
    }),
  );
  t.end();
});
