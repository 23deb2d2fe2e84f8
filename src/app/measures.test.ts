import t, { type Test } from 'tap';
import { thinMeasures } from '../data/measures.js';
import { nobody, type Database } from '../data/database.js';
import { dayMs, hourMs, minuteMs, secondMs } from '../lib/clock.js';
import { TestClock } from '../testing/clock.js';
import { asAdministrator, testDatabase, type TestDatabase } from '../testing/database.js';
import { Measures } from './measures.js';

t.setTimeout(180_000);

const calm = { load: 0.5, freeBytes: 5e9 };
interface World extends TestDatabase {
  clock: TestClock;
}
const begin = async (t: Test): Promise<World> => ({ ...(await testDatabase(t)), clock: new TestClock() });

/** The program lives for so long, and does as it does: a sample, then the minute before is written. */
async function live({ db, clock }: World, measures: Measures, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    measures.look(calm);
    await measures.write(db);
    clock.advance(minuteMs);
  }
}
const available = async ({ db, clock }: World) => (await new Measures(clock).facts(db)).availability;
const rowsIn = ({ login }: World, table: string): Promise<number> =>
  asAdministrator(login, async (client) => {
    const { rows } = await client.query<{ count: number }>(`select count(*)::int as count from ${table}`);
    return rows[0]?.count ?? -1;
  });
const away = new Proxy({} as Database, {
  get: () => () => Promise.reject(new Error('The database is away.')),
});

void t.test('what was counted is there after a restart, and the minute of it is one', async (t) => {
  const world = await begin(t);
  const { db, clock } = world;
  const before = new Measures(clock);
  before.request(120, 200);
  before.visit({ slot: 2, accountId: 'a', tookMs: 400, isRead: true });
  await live(world, before, 2);
  before.request(120, 500);
  before.query(501);
  before.query(500);
  await before.write(db, { all: true });
  const after = new Measures(clock);
  await after.recall(db);
  t.same(after.figures(60), before.figures(60));
  after.request(120, 200);
  await after.write(db, { all: true });
  const third = new Measures(clock);
  await third.recall(db);
  t.match(third.figures(60), { requests: 3, syncs: 1, slowQueries: 1, accounts: [0, 1], minutes: 3 });
  t.equal(third.sinceStart().faults, 0, 'but a counter since the start begins anew');
});

void t.test('an hour is not a day', async (t) => {
  const world = await begin(t);
  const measures = new Measures(world.clock);
  measures.request(5_000, 503);
  world.clock.advance(hourMs);
  measures.request(5, 200);
  const { hour, day } = await measures.facts(world.db);
  t.match(
    [hour, day],
    [
      { requests: 1, faultPct: 0 },
      { requests: 2, faultPct: 50 },
    ],
  );
  world.clock.advance(dayMs);
  t.match((await measures.facts(world.db)).day, { requests: null, requestP95Ms: null, minutes: 0 });
});

void t.test('one terminal’s accounts are counted once a minute each', async (t) => {
  const measures = new Measures((await begin(t)).clock);
  for (const accountId of ['a', 'b', 'a', 'a', 'b'])
    measures.visit({ slot: 1, accountId, tookMs: 1, isRead: true });
  measures.visit({ slot: 1, accountId: 'c', tookMs: 1, isRead: false });
  t.same(measures.figures(60).accounts, [2]);
});

void t.test('a minute is available when the program lives at its end and the database answers', async (t) => {
  const world = await begin(t);
  const { db, clock } = world;
  t.same(await available(world), { answered: 0, of: 0, since: null }, 'nothing is known of a new one');
  const measures = new Measures(clock);
  await live(world, measures, 12);
  t.match(await available(world), { answered: 11, of: 11, since: '2026-03-02T09:00:00.000Z' });
  // Three minutes without a database, of which the counts come later.
  for (let minute = 0; minute < 3; minute += 1) {
    measures.look(calm);
    measures.request(10, 503);
    await t.rejects(measures.write(away));
    clock.advance(minuteMs);
  }
  await live(world, measures, 2);
  t.match(await available(world), { answered: 13, of: 16 });
  t.equal(measures.figures(60).requests, 3);
  // Ten minutes without a program: an orderly end in the middle of a minute does not make it one.
  clock.advance(-20 * secondMs);
  await measures.write(db, { all: true });
  clock.advance(10 * minuteMs + 20 * secondMs);
  const again = new Measures(clock);
  await again.recall(db);
  await live(world, again, 3);
  const seen = await available(world);
  t.equal((seen?.of ?? 0) - (seen?.answered ?? 0), 3 + 11, 'what is lost is lost, once');
});

void t.test('a database that is away leaves the figures, and availability unknown', async (t) => {
  const measures = new Measures((await begin(t)).clock);
  measures.request(10, 503);
  t.match(await measures.facts(away), { availability: null, hour: { requests: 1, faultPct: 100 } });
});

void t.test('minutes go after a day and hours after thirty, and the beginning stays known', async (t) => {
  const world = await begin(t);
  const { db, clock } = world;
  const thin = () => db.withTenant('sync', nobody, (tx) => thinMeasures(tx, clock.now()));
  await live(world, new Measures(clock), 3);
  clock.advance(20 * dayMs);
  await live(world, new Measures(clock), 3);
  await thin();
  t.equal(await rowsIn(world, 'measured_minutes'), 2, 'a day and a little is kept');
  clock.advance(40 * dayMs);
  await live(world, new Measures(clock), 5);
  await thin();
  t.equal(await rowsIn(world, 'answered_hours'), 2);
  t.equal(await rowsIn(world, 'measured_minutes'), 4);
  const seen = await available(world);
  t.equal(seen?.of, 30 * 24 * 60 + 10, 'thirty days, in whole hours, are asked for');
  t.equal(seen?.answered, 4, 'and most of them were lost');
});

void t.test('two programs that write one minute at once leave one row', async (t) => {
  const world = await begin(t);
  const both = [new Measures(world.clock), new Measures(world.clock)];
  for (const one of both) one.look(calm);
  world.clock.advance(minuteMs);
  await Promise.all(both.map((one) => one.write(world.db)));
  t.equal(await rowsIn(world, 'measured_minutes'), 1);
  t.match(await available(world), { of: 0 }, 'the minute before is too young to be judged');
});
