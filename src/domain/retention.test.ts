import fc from 'fast-check';
import { test } from 'tap';
import { dayMs, hourMs } from '../lib/clock.js';
import { leastBackups, prunable, type KeptBackup, type Retention } from './retention.js';

const usual: Retention = { daily: 7, weekly: 4, monthly: 6 };
const start = Date.parse('2026-01-01T02:00:00Z');

const at = (day: number, isVerified = true, hours = 0): KeptBackup => ({
  name: `backup-${day}-${hours}`,
  madeAt: new Date(start + day * dayMs + hours * hourMs),
  isVerified,
});
const nights = (count: number): KeptBackup[] => Array.from({ length: count }, (_, day) => at(day));
const left = (all: readonly KeptBackup[], retention: Retention): KeptBackup[] => {
  const gone = new Set(prunable(all, retention));
  return all.filter(({ name }) => !gone.has(name));
};

const backups = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 23 }), fc.boolean()), {
    maxLength: 60,
    selector: ([day, hours]) => `${day} ${hours}`,
  })
  .map((all) => all.map(([day, hours, isVerified]) => at(day, isVerified, hours)));
const count = fc.integer({ min: 0, max: 9 });
const retentions = fc.record({ daily: count, weekly: count, monthly: count });

void test('of a year of nights the usual number is left, of the usual ages', (t) => {
  const days = left(nights(365), usual).map(({ madeAt }) => madeAt.toISOString().slice(0, 10));
  t.same(days, [
    ...['2026-07-31', '2026-08-31', '2026-09-30', '2026-10-31', '2026-11-30', '2026-12-13', '2026-12-20'],
    ...['2026-12-25', '2026-12-26', '2026-12-27', '2026-12-28', '2026-12-29', '2026-12-30', '2026-12-31'],
  ]);
  t.end();
});

void test('pruned every night, it comes to the same as pruned once', (t) => {
  let held: KeptBackup[] = [];
  for (const backup of nights(365)) held = left([...held, backup], usual);
  t.same(held, left(nights(365), usual));
  t.end();
});

void test('never fewer than three verified ones are left, and the newest always is', (t) => {
  fc.assert(
    fc.property(backups, retentions, (all, retention) => {
      const verified = all.filter(({ isVerified }) => isVerified);
      const rest = left(all, retention).filter(({ isVerified }) => isVerified);
      const newest = Math.max(...verified.map(({ madeAt }) => madeAt.getTime()));
      return (
        rest.length >= Math.min(leastBackups, verified.length) &&
        (verified.length === 0 || rest.some(({ madeAt }) => madeAt.getTime() === newest))
      );
    }),
  );
  t.end();
});

void test('nothing goes that is not older than a verified one', (t) => {
  fc.assert(
    fc.property(backups, retentions, (all, retention) => {
      const newest = Math.max(...all.filter((one) => one.isVerified).map((one) => one.madeAt.getTime()));
      const gone = new Set(prunable(all, retention));
      return all.filter(({ name }) => gone.has(name)).every(({ madeAt }) => madeAt.getTime() < newest);
    }),
  );
  t.end();
});

void test('whoever asks for more keeps no less, and what is left stays left', (t) => {
  fc.assert(
    fc.property(backups, retentions, (all, retention) => {
      const some = left(all, retention);
      const more = new Set(left(all, { ...retention, daily: retention.daily + 1 }));
      return some.every((one) => more.has(one)) && prunable(some, retention).length === 0;
    }),
  );
  t.end();
});

void test('the order of the list does not matter', (t) => {
  fc.assert(
    fc.property(backups, retentions, (all, retention) => {
      const one = prunable(all, retention).sort();
      const other = prunable([...all].reverse(), retention).sort();
      return one.join() === other.join();
    }),
  );
  t.end();
});
