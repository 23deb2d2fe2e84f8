import t from 'tap';
import type { AccountRow } from '../data/accounts.js';
import type { Database } from '../data/database.js';
import { minuteMs, secondMs } from '../lib/clock.js';
import { TestTime } from '../testing/time.js';
import { Loader } from './loader.js';
import { Roster } from './roster.js';

type Rows = Pick<AccountRow, 'id' | 'type' | 'state' | 'server' | 'login' | 'user_id' | 'connected_at'>[];

const row = (id: string, state: AccountRow['state'] = 'live'): Rows[number] => ({
  ...{ id, type: 'live', state, server: 'A', login: '1', user_id: 'ann', connected_at: new Date(0) },
});

/** A database whose answers come when the test says so. */
function stage(answer: () => Promise<Rows>) {
  const time = new TestTime();
  const errors: unknown[] = [];
  const gone: string[] = [];
  let isWatched = true;
  const db = { withTenant: () => answer() } as unknown as Database;
  const roster = new Roster(
    db,
    () => time.monotonicMs(),
    (id) => void gone.push(id),
  );
  let loads = 0;
  const loader = new Loader({
    ...{ roster, after: time.after },
    isWatched: () => isWatched,
    onLoaded: () => void (loads += 1),
    onError: (error) => void errors.push(error),
  });
  const leave = (): void => void (isWatched = false);
  return { time, roster, loader, errors, gone, leave, loads: () => loads };
}

await t.test('while the database is away nobody is forgotten', async (t) => {
  let isAway = true;
  const answer = (): Promise<Rows> =>
    isAway ? Promise.reject(new Error('away')) : Promise.resolve([row('one')]);
  const { time, roster, loader, errors } = stage(answer);
  await loader.load('ann', false);
  await loader.ask({ userId: 'ann', accountId: 'one' });
  await time.pass(minuteMs);
  t.equal(roster.entries.size, 0);
  t.ok(errors.length > 5 && errors.length < 40, 'it is asked again, and not all the time');
  isAway = false;
  await time.pass(6 * secondMs);
  t.match(roster.entries.get('one'), { asked: true });
  t.equal(time.waiting, 0);
});

await t.test('whose plan says so goes first among equals, and no longer when it does not', async (t) => {
  let isFirst = true;
  const db = { withTenant: () => Promise.resolve([row('one')]) } as unknown as Database;
  const roster = new Roster(
    db,
    () => 0,
    () => undefined,
    () => Promise.resolve(isFirst),
  );
  const taking = { isWatched: () => true, isNews: false };
  await roster.load('ann', taking);
  t.equal(roster.entries.get('one')?.priority, 1);
  isFirst = false;
  await roster.load('ann', taking);
  t.equal(roster.entries.get('one')?.priority, 0);
  isFirst = true;
  await roster.ask({ userId: 'ann', accountId: 'one' });
  t.match(roster.entries.get('one'), { asked: true });
});

await t.test('who leaves while the accounts are looked up is not read', async (t) => {
  let answered: (rows: Rows) => void = () => undefined;
  const { roster, loader, leave } = stage(() => new Promise((resolve) => (answered = resolve)));
  const loading = loader.load('ann', false);
  await new Promise((resolve) => setImmediate(resolve));
  leave();
  answered([row('one')]);
  await loading;
  t.equal(roster.entries.size, 0);
});

await t.test('an older look at the accounts never overwrites a newer one', async (t) => {
  const answers: ((rows: Rows) => void)[] = [];
  const { time, roster, loader } = stage(() => new Promise((resolve) => answers.push(resolve)));
  const both = [loader.load('ann', true), loader.load('ann', true)];
  await time.pass(0);
  t.equal(answers.length, 1, 'one after another');
  answers[0]?.([row('one', 'paused')]);
  await time.pass(0);
  answers[1]?.([row('one')]);
  await Promise.all(both);
  t.ok(roster.entries.has('one'));
});

await t.test(
  'what is removed is told of; what waits for its owner is not read, and not asked for',
  async (t) => {
    let rows = [row('one'), row('two', 'needs-password'), row('three', 'paused')];
    const { roster, loader, gone } = stage(() => Promise.resolve(rows));
    await loader.load('ann', false);
    t.same([...roster.entries.keys()], ['one']);
    await loader.ask({ userId: 'ann', accountId: 'two' });
    await loader.ask({ userId: 'ann', accountId: 'three' });
    await loader.ask({ userId: 'ann', accountId: 'four' });
    t.same([...roster.entries.keys()], ['one', 'three']);
    rows = [];
    await loader.load('ann', true);
    t.equal(roster.entries.size, 0);
    t.same(gone, ['one', 'three']);
  },
);

await t.test('after the end nothing is looked up any more', async (t) => {
  let asked = 0;
  const { time, loader, loads } = stage(() => {
    asked += 1;
    return Promise.reject(new Error('away'));
  });
  await loader.load('ann', false);
  await loader.stop();
  await loader.load('ann', false);
  await time.pass(minuteMs);
  t.same([asked, loads(), time.waiting], [1, 0, 0]);
});
