import t from 'tap';
import { testApp, type TestApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';
import { sender, type ApiImport } from '../../testing/sending.js';
import { smallReport } from '../../testing/small-report.js';
import { ask } from '../../testing/steps.js';

t.setTimeout(300_000);

const times = (app: TestApp) =>
  ask(app, 'select source, opened_at, closed_at, session, pips from trades order by opened_at');

void t.test('the clock of an account of reports can be set right afterwards', async (t) => {
  const app = await testApp(t);
  const who = await person(app, 'ada');
  const { browser } = who;
  const token = await tokenOf(app, who);
  const { send, save, undo } = sender(app, token);
  const { id } = await send(smallReport());
  const { accountId } = (await save(id, { timezone: 'ny+7' })).json<ApiImport>();
  const path = `/accounts/${accountId ?? ''}`;
  // By hand: it was at this instant, whatever the clock of the reports.
  const typed = await app.app.inject({
    ...{ method: 'POST', url: '/api/v1/trades' },
    headers: { host: '127.0.0.1:3000', authorization: `Bearer ${token}` },
    payload: {
      ...{ account: accountId, symbol: 'EURUSD', side: 'buy', volume: '0.1', openPrice: '1.08' },
      ...{
        openedAt: '2026-01-05T12:00:00Z',
        closedAt: '2026-01-05T13:00:00Z',
        closePrice: '1.081',
        net: '9',
      },
      stopLoss: '1.07',
    },
  });
  t.equal(typed.statusCode, 201, typed.body);
  const before = await times(app);
  t.match(before, [
    { source: 'report', opened_at: new Date('2026-01-05T11:21:00Z'), pips: '5' },
    { source: 'report', opened_at: new Date('2026-01-05T11:23:00Z'), pips: '0.7' },
    { source: 'manual', opened_at: new Date('2026-01-05T12:00:00Z') },
  ]);
  t.match((await browser.get(path)).body, /Clock of its reports/);
  const form = { label: 'Mine', category: 'Demo' };
  t.equal((await browser.post(path, { ...form, clock: 'moon' })).statusCode, 422);
  t.equal((await browser.post(path, { ...form, clock: 'fixed:0' })).statusCode, 303);
  t.match(await times(app), [
    { source: 'manual', opened_at: new Date('2026-01-05T12:00:00Z') },
    { source: 'report', opened_at: new Date('2026-01-05T13:21:00Z'), session: 'overlap' },
    { source: 'report', opened_at: new Date('2026-01-05T13:23:00Z') },
  ]);
  t.match((await send(smallReport())).counts, { new: 0, changed: 0, duplicate: 5 }, 'the same file is known');
  const back = await app.app.inject({
    ...{ method: 'PATCH', url: `/api/v1${path}`, payload: { timezone: 'ny+7' } },
    headers: { host: '127.0.0.1:3000', authorization: `Bearer ${token}` },
  });
  t.equal(back.statusCode, 200, back.body);
  t.same(await times(app), before, 'and back again');
  await undo(id);
  t.match(await times(app), [{ source: 'manual' }]);
});

void t.test('a program names the clock when it saves', async (t) => {
  const app = await testApp(t);
  const { send, save } = sender(app, await tokenOf(app, await person(app, 'ada')));
  const { id } = await send(smallReport());
  t.equal((await save(id, { timezone: 'moon' })).statusCode, 400);
  await save(id, { timezone: 'UTC' });
  t.match(await times(app), [{ opened_at: new Date('2026-01-05T13:21:00Z') }, {}]);
});
