import t from 'tap';
import { ask, connect, newUser, readWhole, standingOf } from '../testing/connected.js';
import { testEngine } from '../testing/engine.js';
import { needsRecording, recordingPath } from '../testing/needs.js';

await t.test('a recorded account shows what its broker printed', needsRecording('mt5-api'), async (t) => {
  const engine = await testEngine(t, {
    terminals: 1,
    recordings: recordingPath('mt5-api'),
    startMs: Date.now(),
  });
  const userId = await newUser(engine);
  const account = await connect(engine, userId, {
    server: 'Recorded',
    login: '9000140',
    password: 'investor',
  });
  await readWhole(engine, account);
  const standing = await standingOf(engine, account);
  t.match(standing, { state: 'live', currency: 'USC', verdict: 'archived', unlisted: 0 });
  t.same([standing.ledger, standing.broker, standing.difference].map(Number), [6_061.72, 6_047.22, 14.5]);
  t.match(standing.reason, /lacks 14\.50 USC of the deals it has listed; it entered "Archived deals" on/);
  const [trades] = await ask(
    engine,
    'select count(*)::int as n, sum(net)::float as net, bool_and(closed_at is not null) as closed from trades',
  );
  t.same(trades, { n: 68, net: 63.72, closed: true });
  const [cash] = await ask(
    engine,
    `select sum(profit + swap + commission + fee)::float as cash, count(*)::int as n from deals
     where not (type in (0, 1) and position_id <> 0)`,
  );
  t.equal(cash?.['cash'], 5_998);
  const clocks = await ask(engine, 'select * from broker_servers');
  t.same(clocks, [{ server: 'Recorded', clock_rule: 'fixed:0', clock_state: 'assumed' }]);
  t.same(await ask(engine, 'select * from clock_readings'), []);
  t.same(engine.errors, []);
});
