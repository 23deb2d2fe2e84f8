import fc from 'fast-check';
import t from 'tap';
import { figuresOf, nothing, sumTallies, withRequest, withVisit, type Tally } from './tally.js';

const counts = fc.array(fc.nat(9), { maxLength: 5 }).map((all) => [...all, 1]);
const tally: fc.Arbitrary<Tally> = fc.record({
  ...{ requests: counts, reads: counts, accounts: counts },
  ...{ faults: fc.nat(9), failures: fc.nat(9), slowQueries: fc.nat(9), samples: fc.nat(9), load: fc.nat(9) },
  freeBytes: fc.option(fc.nat(1e9)),
});

void t.test('tallies add up in any order, and nothing changes nothing', async (t) => {
  fc.assert(
    fc.property(tally, tally, tally, (a, b, c) => {
      t.same(sumTallies([sumTallies([a, b]), c]), sumTallies([a, b, c]));
      t.same(sumTallies([a, b]), sumTallies([b, a]));
      t.same(sumTallies([a, nothing]), a);
    }),
    { numRuns: 50 },
  );
});

void t.test('what did not happen is unknown, and not zero', async (t) => {
  t.match(figuresOf([]), { minutes: 0, requests: null, slowQueries: null, load: null, freeBytes: null });
  t.match(figuresOf([{ ...nothing, samples: 1, load: 0.5, freeBytes: 7 }]), {
    ...{ minutes: 1, requests: 0, requestP95Ms: null, faultPct: null, slowQueries: 0 },
    ...{ syncs: 0, syncSuccessPct: null, syncP50Ms: null, load: 0.5, freeBytes: 7, accounts: [] },
  });
});

void t.test('of requests those with 5xx are faults', async (t) => {
  const all = [200, 303, 404, 499, 500, 503].map((status) => ({ tookMs: 10, status }));
  const figures = figuresOf([all.reduce<Tally>(withRequest, nothing)]);
  t.equal(figures.requests, 6);
  t.equal(figures.faultPct, 100 / 3);
});

void t.test('a visit succeeds or fails, or is neither; each terminal has its most accounts', async (t) => {
  const visit = (slot: number, isRead: boolean | null) => ({ slot, accountId: 'a', tookMs: 900, isRead });
  const busy = withVisit(withVisit(nothing, visit(3, true), 7), visit(1, true), 4);
  const calm = withVisit(withVisit(nothing, visit(3, false), 9), visit(3, null), 9);
  const figures = figuresOf([busy, calm]);
  t.match(figures, { syncs: 3, accounts: [4, 0, 7] });
  t.equal(figures.syncSuccessPct, 200 / 3);
  t.ok((figures.syncP50Ms ?? 0) >= 900);
});
