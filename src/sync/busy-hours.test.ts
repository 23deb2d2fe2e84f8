import t from 'tap';
import { tradesOf } from '../domain/trade.js';
import { dealsOf } from '../data/deals.js';
import { ordersOf } from '../data/orders.js';
import { minuteMs } from '../lib/clock.js';
import { simulatedServers } from '../terminals/simulator/brokers.js';
import {
  ask,
  compared,
  connect,
  newUser,
  openPage,
  readWhole,
  standingOf,
  type Connected,
} from '../testing/connected.js';
import { testEngine, type TestEngine } from '../testing/engine.js';

// On a machine that does much else beside, hours at a hundred times the speed take minutes.
t.setTimeout(900_000);

const hoursMs = 120 * minuteMs;

/** All trades made from all deals at once, as far as the table keeps them. */
async function rebuilt(engine: TestEngine, owner: Connected, digits: number) {
  return engine.db.withTenant('sync', owner.userId, async (tx) => {
    const deals = await dealsOf(tx, owner, { digits });
    const orders = await ordersOf(tx, owner);
    return tradesOf(deals, orders)
      .map((trade) => [
        ...[trade.positionId, trade.firstTicket, trade.side, trade.volume, trade.openVolume],
        ...[
          trade.openedMs,
          trade.closedMs,
          trade.net / 10 ** digits,
          trade.dealTickets.join(),
          trade.flags.join(),
        ],
      ])
      .sort((a, b) => (String(a[0]) + String(a[1])).localeCompare(String(b[0]) + String(b[1])));
  });
}

async function stored(engine: TestEngine, { accountId }: Connected) {
  const rows = await ask(
    engine,
    `select position_id, first_ticket, side, volume::float, open_volume::float, opened_ms, closed_ms, net::float,
       array_to_string(deal_tickets, ',') as tickets, array_to_string(flags, ',') as flags
     from trades where account_id = $1`,
    [accountId],
  );
  return rows
    .map((row) => [
      ...[row['position_id'], row['first_ticket'], row['side'], row['volume'], row['open_volume']],
      ...[Number(row['opened_ms']), row['closed_ms'] === null ? null : Number(row['closed_ms']), row['net']],
      ...[row['tickets'], row['flags']],
    ])
    .sort((a, b) => (String(a[0]) + String(a[1])).localeCompare(String(b[0]) + String(b[1])));
}

await t.test('hours of trading on all servers: every deal once, every account to the cent', async (t) => {
  const engine = await testEngine(t, { terminals: 3, haste: 100 });
  const users = [await newUser(engine), await newUser(engine)];
  users.forEach((userId) => openPage(engine, userId));
  const accounts: Connected[] = [];
  for (const [index, { name, login }] of simulatedServers.entries()) {
    const userId = users[index % 2] ?? '';
    accounts.push(await connect(engine, userId, { server: name, login }));
    accounts.push(await connect(engine, userId, { server: name, login: String(5_800_000 + index) }));
  }
  const startMs = engine.clock.now().getTime();
  for (const account of accounts)
    await engine.until(
      `${account.login} is live`,
      async () => (await standingOf(engine, account)).state === 'live',
      300_000,
    );
  const early = await ask(engine, 'select account_id, count(*)::int as n from deals group by 1');
  // Amid all this, two terminals end.
  const pid = engine.terminals.slots[0]?.view().child?.pid;
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  await engine.until('hours have passed', () => engine.clock.now().getTime() - startMs > hoursMs, 300_000);

  for (const account of accounts) {
    const fromMs = engine.clock.now().getTime();
    await readWhole(engine, account);
    const toMs = engine.clock.now().getTime();
    t.match(await compared(engine, account, { fromMs, toMs }), { missing: [], invented: [], different: [] });
    const { verdict, difference, balance, unlisted } = await standingOf(engine, account);
    t.match(
      { verdict, difference: Number(difference), unlisted },
      { verdict: 'equal', difference: 0, unlisted: 0 },
    );
    const [sums] = await ask(
      engine,
      `select (select coalesce(sum(net), 0) from trades where account_id = $1)
         + (select coalesce(sum(profit + swap + commission + fee), 0) from deals where account_id = $1
            and type <> 3 and not (type in (0, 1) and position_id <> 0)) as total,
         (select balance from accounts where id = $1) as balance,
         (select currency_digits from accounts where id = $1) as digits`,
      [account.accountId],
    );
    t.comment(`${account.server} ${account.login}: ${String(sums?.['total'])}, balance ${String(balance)}`);
    t.same(await stored(engine, account), await rebuilt(engine, account, Number(sums?.['digits'])));
  }
  const [gain] = await ask(
    engine,
    'select count(*)::int as n, count(distinct (account_id, ticket))::int as d from deals',
  );
  const before = early.reduce((sum, row) => sum + Number(row['n']), 0);
  t.equal(gain?.['n'], gain?.['d']);
  t.ok(Number(gain?.['n']) > before, `${Number(gain?.['n']) - before} deals were done meanwhile`);
  const [versions] = await ask(engine, 'select count(*)::int as n from deal_versions');
  t.equal(versions?.['n'], 0);
  const visits = engine.calls.filter(({ method }) => method === 'snapshot').length;
  t.comment(`${visits} visits, ${String(gain?.['n'])} deals, ${before} at first`);
  t.same(engine.errors, []);
});
