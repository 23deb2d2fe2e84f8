import t, { type Test } from 'tap';
import { pageOf, writePage } from '../../data/journal-pages.js';
import { emptyPage, type PageKey, type PageText } from '../../domain/journal-page.js';
import { testApp } from '../../testing/app.js';
import { callerWith } from '../../testing/caller.js';
import { person, tokenOf, type Person } from '../../testing/cast.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades } from '../../testing/trades.js';
import { writeOf } from '../../testing/written.js';

t.setTimeout(600_000);

async function desk(t: Test) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const write = (who: Person, key: PageKey, page: Partial<PageText>) =>
    world.db.withTenant('app', who.userId, async (tx) => {
      const { version: seen } = await pageOf(tx, who.userId, key);
      await writePage(tx, who.userId, { key, page: { ...emptyPage, ...page }, seen, at: world.clock.now() });
    });
  return { world, anna, write };
}

const day = (startsOn: string): PageKey => ({ kind: 'day', startsOn });
/** The names of what is listed, in its order. */
const listed = async ({ browser }: Person, query: string): Promise<string[]> =>
  [...(await browser.get(`/journal${query}`)).body.matchAll(/class="row-link" href="([^"]+)"/g)].map(
    ([, href]) => href ?? '',
  );

void t.test('days, weeks and months stand at their ends among what is written, and are found', async (t) => {
  const { world, anna, write } = await desk(t);
  const { accountId } = await seedAccount(world, anna.userId, { trades: 0 });
  const [id = ''] = await seedTrades(world, { userId: anna.userId, accountId }, [
    { openedAt: new Date('2026-01-06T10:00:00Z') },
  ]);
  await writeOf(world, anna.userId, id, { notes: 'chased gold' });
  await write(anna, day('2026-01-06'), { plan: 'No gold before noon', mood: 'fearful' });
  await write(anna, day('2026-01-05'), { review: 'Waited well' });
  await write(anna, { kind: 'week', startsOn: '2026-01-05' }, { lessons: 'Gold again' });
  await write(anna, { kind: 'month', startsOn: '2026-01-01' }, { review: 'Patience' });
  const [week, month] = ['/journal/weeks/2026-01-05', '/journal/months/2026-01'];
  const [tuesday, monday] = ['/journal/days/2026-01-06', '/journal/days/2026-01-05'];
  t.same(await listed(anna, ''), [month, week, tuesday, `/trades/${id}`, monday]);
  t.same(await listed(anna, '?kind=days'), [month, week, tuesday, monday]);
  t.same(await listed(anna, '?kind=trades'), [`/trades/${id}`]);
  t.same(await listed(anna, '?q=gold&order=newest'), [week, tuesday, `/trades/${id}`]);
  t.same(await listed(anna, '?mood=fearful'), [tuesday]);
  t.same(await listed(anna, '?symbol=EURUSD'), [`/trades/${id}`]);
  t.same(await listed(anna, '?from=2026-01-05&to=2026-01-05'), [monday]);
  const { body } = await anna.browser.get('/journal?q=patien');
  t.match(body, '<mark>Patience</mark>');
  const { call } = callerWith(world, await tokenOf(world, anna));
  t.match((await call('GET', '/journal?kind=days')).json(), {
    items: [
      { kind: 'month', startsOn: '2026-01-01', notes: 'Patience', symbol: null, trade: null },
      { kind: 'week' },
      { kind: 'day', mood: 'fearful', notes: 'No gold before noon' },
      { kind: 'day' },
    ],
  });
});

void t.test(
  'what is written anew is found, what is taken away no longer, and nothing of another',
  async (t) => {
    const { world, anna, write } = await desk(t);
    const bert = await person(world, 'bert');
    await write(bert, day('2026-01-06'), { plan: 'secret breakout' });
    await write(anna, day('2026-01-06'), { plan: 'old words' });
    await write(anna, day('2026-01-06'), { plan: 'new words' });
    t.same(await listed(anna, '?q=old'), []);
    t.same(await listed(anna, '?q=new'), ['/journal/days/2026-01-06']);
    t.same(await listed(anna, '?q=breakout'), []);
    await write(anna, day('2026-01-06'), {});
    t.same(await listed(anna, '?q=new'), []);
    t.same(await listed(anna, ''), [], 'an emptied page is none');
    t.same(await listed(bert, '?q=breakout'), ['/journal/days/2026-01-06']);
  },
);

void t.test('a day ends when it ends for its owner', async (t) => {
  const { anna, write } = await desk(t);
  await write(anna, day('2026-01-06'), { plan: 'one' });
  await write(anna, { kind: 'month', startsOn: '2026-02-01' }, { plan: 'two' });
  await anna.browser.fill('/settings/profile', '/settings/profile', {
    name: 'Anna',
    timeZone: 'Pacific/Auckland',
  });
  const { body } = await anna.browser.get('/journal');
  t.match(body, /Saturday, 28 Feb 2026[^]*Tuesday, 6 Jan 2026/);
  t.same(await listed(anna, '?from=2026-01-06&to=2026-01-06'), ['/journal/days/2026-01-06']);
});
