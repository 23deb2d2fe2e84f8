import t from 'tap';
import { toUtc, type ClockRule } from '../domain/server-clock.js';
import { ask, connect, newUser, readWhole, standingOf } from '../testing/connected.js';
import { dayMs } from '../lib/clock.js';
import { epochMs, testEngine } from '../testing/engine.js';

const rules = {
  'Simulated-NewYork': 'ny+7',
  'Simulated-Athens': 'Europe/Athens',
  'Simulated-Cent': 'fixed:0',
  'Simulated-Tokyo': 'fixed:32400',
};

await t.test('what a server clock showed is kept, and every time follows its rule', async (t) => {
  const engine = await testEngine(t, { terminals: 2 });
  const userId = await newUser(engine);
  for (const server of Object.keys(rules)) {
    const account = await connect(engine, userId, { server, login: '5700001' });
    await readWhole(engine, account);
    const [clock] = await ask(engine, 'select * from broker_servers where server = $1', [server]);
    t.equal(clock?.['clock_state'], 'measured', server);
    const rule = String(clock?.['clock_rule']) as ClockRule;
    t.equal(rule, rules[server as keyof typeof rules], 'told by the year, where today tells of several');
    t.equal((await standingOf(engine, account)).clock_rule, rule);
    const deals = await ask(engine, 'select server_ms, done_at from deals where account_id = $1', [
      account.accountId,
    ]);
    t.ok(deals.length > 0);
    const wrong = deals.filter(
      ({ server_ms, done_at }) => toUtc(rule, Number(server_ms)) !== (done_at as Date).getTime(),
    );
    t.equal(wrong.length, 0);
    t.comment(`${server}: ${rule}`);
  }
  t.same(engine.errors, []);
});

await t.test('at a weekend the weeks of a year tell the rule, and it is not called measured', async (t) => {
  const saturdayMs = epochMs + 4 * dayMs;
  const engine = await testEngine(t, { terminals: 2, startMs: saturdayMs });
  const userId = await newUser(engine);
  for (const [server, rule] of Object.entries(rules)) {
    const account = await connect(engine, userId, { server, login: '5700001' });
    await readWhole(engine, account);
    t.equal((await standingOf(engine, account)).clock_rule, rule, server);
    const [late] = await ask(engine, 'select count(*)::int as n from deals where done_at > $1', [
      new Date(engine.clock.now()),
    ]);
    t.equal(late?.['n'], 0, 'nothing was done in the future');
  }
  t.same(engine.errors, []);
});

await t.test('a rule that changes derives every time of the account anew', async (t) => {
  const engine = await testEngine(t, { terminals: 1 });
  const userId = await newUser(engine);
  const account = await connect(engine, userId, { server: 'Simulated-Athens', login: '5200202' });
  await readWhole(engine, account);
  const times = () =>
    ask(
      engine,
      `select (select json_agg(done_at order by ticket) from deals where ticket <= $1) as deals,
         (select json_agg(array[opened_at, closed_at] order by first_ticket) from trades
          where closed_at is not null and deal_tickets[array_length(deal_tickets, 1)] <= $1) as trades`,
      [last],
    );
  const [newest] = await ask(engine, 'select max(ticket) as ticket from deals');
  const last = newest?.['ticket'];
  const right = await times();
  // As if the wrong rule had stood until now.
  const wrong: ClockRule = 'fixed:0';
  await ask(engine, `update broker_servers set clock_rule = $1, clock_state = 'assumed'`, [wrong]);
  await ask(engine, 'delete from clock_readings');
  await ask(engine, `update accounts set clock_rule = $1`, [wrong]);
  await ask(engine, `update deals set done_at = to_timestamp(server_ms / 1000.0)`);
  await ask(
    engine,
    `update trades set opened_at = to_timestamp(opened_ms / 1000.0), closed_at = to_timestamp(closed_ms / 1000.0)`,
  );
  t.notSame(await times(), right);
  await engine.restart();
  await readWhole(engine, account);
  t.not((await standingOf(engine, account)).clock_rule, wrong);
  t.same(await times(), right, 'deals and trades are where they were');
  const [versions] = await ask(engine, 'select count(*)::int as n from deal_versions');
  t.equal(versions?.['n'], 0, 'another time zone does not make it another deal');
  t.same(engine.errors, []);
});
