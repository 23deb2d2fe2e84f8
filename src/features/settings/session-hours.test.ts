import t from 'tap';
import { sessionWindows } from '../../data/session-windows.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';
import { sender } from '../../testing/sending.js';
import { smallReport } from '../../testing/small-report.js';
import { ask } from '../../testing/steps.js';
import { seedAccount } from '../../testing/trading.js';

t.setTimeout(300_000);

const usual: Record<string, string> = {
  ...{ londonZone: 'Europe/London', londonFrom: '08:00', londonTo: '17:00' },
  ...{ newYorkZone: 'America/New_York', newYorkFrom: '08:00', newYorkTo: '17:00' },
  ...{ tokyoZone: 'Asia/Tokyo', tokyoFrom: '09:00', tokyoTo: '18:00' },
  ...{ sydneyZone: 'Australia/Sydney', sydneyFrom: '07:00', sydneyTo: '16:00' },
};
/** London over night, when the accounts of the tests are traded. */
const turned = { ...usual, londonFrom: '17:00', londonTo: '06:30' };
const path = '/settings/sessions';

const sessionsOf = async (world: TestApp, userId: string): Promise<(string | null)[]> =>
  (
    await ask<{ session: string | null }>(
      world,
      'select session from trades where user_id = $1 order by opened_at, id',
      [userId],
    )
  ).map(({ session }) => session);

void t.test('hours that are saved tell old trades and new ones, of their owner alone', async (t) => {
  const world = await testApp(t);
  const [anna, bert] = [await person(world, 'anna'), await person(world, 'bert')];
  await seedAccount(world, anna.userId);
  await seedAccount(world, bert.userId);
  const [before, others] = [await sessionsOf(world, anna.userId), await sessionsOf(world, bert.userId)];
  t.ok(before.length > 1);
  t.match((await anna.browser.get(path)).body, /name="londonFrom"[^>]*value="08:00"/);
  const saved = await anna.browser.fill(path, path, turned);
  t.equal(saved.headers.location, path);
  const page = (await anna.browser.get(path)).body;
  t.match(page, 'your trades are told by them');
  t.match(page, /name="londonFrom"[^>]*value="17:00"/);
  const after = await sessionsOf(world, anna.userId);
  t.notSame(after, before);
  t.same(await sessionsOf(world, bert.userId), others);
  const windows = await world.db.withTenant('app', anna.userId, (tx) => sessionWindows(tx, anna.userId));
  t.match(windows, { london: { fromMinute: 17 * 60, toMinute: 6.5 * 60 } });

  // Twice changes nothing, and back is what it was.
  await anna.browser.fill(path, path, turned);
  t.same(await sessionsOf(world, anna.userId), after);
  await anna.browser.fill(path, path, usual);
  t.same(await sessionsOf(world, anna.userId), before);
});

void t.test('what is imported later is told by the hours that were said', async (t) => {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { send, save, undo } = sender(world, await tokenOf(world, anna));
  const { id } = await send(smallReport());
  await save(id, { timezone: 'ny+7' });
  t.same(await sessionsOf(world, anna.userId), ['london', 'london']);
  await undo(id);
  await anna.browser.fill(path, path, turned);
  await save((await send(smallReport())).id, { timezone: 'ny+7' });
  t.same(await sessionsOf(world, anna.userId), ['off', 'off']);
});

void t.test('hours that cannot be are answered with what was typed', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'anna');
  const refused = await browser.fill(path, path, {
    ...{ ...turned, tokyoFrom: '25:00', sydneyZone: 'Moon/Base', newYorkFrom: '09:30', newYorkTo: '09:30' },
  });
  t.equal(refused.statusCode, 422);
  t.match(refused.body, 'A time such as 08:00.');
  t.match(refused.body, 'Choose a time zone from the list');
  t.match(refused.body, /name="londonFrom"[^>]*value="17:00"/);
  const alike = await browser.fill(path, path, { ...usual, newYorkFrom: '09:30', newYorkTo: '09:30' });
  t.equal(alike.statusCode, 422);
  t.match(alike.body, 'It has to close at another time than it opens.');
  t.match((await browser.get(path)).body, /name="londonFrom"[^>]*value="08:00"/, 'nothing was saved');
});

void t.test('the hours of the exchanges are offered, and saved only when they are', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'anna');
  t.match((await browser.get(`${path}?preset=exchange`)).body, /name="newYorkFrom"[^>]*value="09:30"/);
  t.match((await browser.get(path)).body, /name="newYorkFrom"[^>]*value="08:00"/);
  for (const none of ['nothing', 'constructor', '__proto__'])
    t.match((await browser.get(`${path}?preset=${none}`)).body, /name="newYorkFrom"[^>]*value="08:00"/);
});
