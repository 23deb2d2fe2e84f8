import t from 'tap';
import { recordDeals } from '../data/deals.js';
import { leftOutTables, ownTables } from '../data/own-tables.js';
import { limitTable } from '../web/limits.js';
import { testApp, type TestApp } from '../testing/app.js';
import { person, tokenOf, type Person } from '../testing/cast.js';
import { estate } from '../testing/estate.js';
import { noLimits } from '../testing/limits.js';
import { addTrade, yen } from '../testing/manual-desk.js';
import { pngOf } from '../testing/pictures.js';
import { tenantTables } from '../testing/roles.js';
import { file, sendPictures } from '../testing/screenshots.js';
import { sender } from '../testing/sending.js';
import { ask, stolen, turnOnFactor } from '../testing/steps.js';
import { deal, seedAccount } from '../testing/trading.js';
import { seedTrades } from '../testing/trades.js';
import { writeOf } from '../testing/written.js';
import { filesOf } from '../testing/zip-files.js';

t.setTimeout(600_000);

async function exported({ browser }: Pick<Person, 'browser'>): Promise<Map<string, Buffer>> {
  const answer = await browser.fill('/settings/data', '/settings/data/exports', {});
  t.equal(answer.statusCode, 200);
  t.match(answer.headers['content-disposition'], /^attachment; filename="rawjournal-\d{4}-\d\d-\d\d\.zip"$/);
  return filesOf(answer.rawPayload);
}
const textOf = (files: Map<string, Buffer>, name: string): string => files.get(name)?.toString() ?? '';
const rowsIn = (files: Map<string, Buffer>, table: string): Record<string, unknown>[] =>
  JSON.parse(textOf(files, `tables/${table}.json`)) as Record<string, unknown>[];

void t.test('every table that holds people’s data is in the export, or left out for a reason', (t) => {
  const named = [...ownTables.map(({ name }) => name), ...Object.keys(leftOutTables)];
  t.same(named.sort(), [...tenantTables]);
  t.end();
});

void t.test('every row of somebody is there, no row of anybody else, and no secret', async (t) => {
  const world = await testApp(t);
  const [anna, bob] = [await estate(world, 'anna'), await estate(world, 'bob')];
  const { secret } = await turnOnFactor(world, anna);
  const files = await exported(anna);
  for (const { name } of ownTables) {
    const counted = await ask<{ n: number }>(
      world,
      `select count(*)::int as n from ${name} where user_id = $1`,
      [anna.userId],
    );
    t.equal(rowsIn(files, name).length, counted[0]?.n, name);
  }
  const all = [...files].map(([name, bytes]) => `${name}\n${bytes.toString('latin1')}`).join('\n');
  for (const word of [bob.userId, bob.email, bob.name]) t.notOk(all.includes(word), word);
  const [hashes] = await ask<Record<string, string>>(
    world,
    `select password_hash as a, encode(sealed_secret, 'hex') as b from users join two_factor using (user_id)
     where user_id = $1`,
    [anna.userId],
  );
  for (const word of [...Object.values(hashes ?? {}), anna.token, secret, 'secret_hash', 'sealed_password'])
    t.notOk(all.includes(word), word.slice(0, 20));
  t.match(textOf(files, 'README.txt'), 'two_factor: the sealed secret');
  t.match(textOf(files, 'csv/deals.csv'), /^\ufeffaccount,currency,ticket/);
  t.ok((await stolen(world)).includes('export-made'), 'it is written down');
});

/** What trades came to, as their owner would tell them. */
const tradesOf = (world: TestApp, { userId }: Person) =>
  ask(
    world,
    `select t.symbol, t.side, t.volume::text, t.opened_at, t.closed_at, t.open_price::text, t.close_price::text,
       t.stop_loss::text, t.net::text, t.comment, e.notes, s.name as setup,
       (select string_agg(g.name, ',' order by g.name) from entry_tags x join tags g on g.id = x.tag_id
        where x.entry_id = e.id) as tags
     from trades t left join journal_entries e on e.user_id = t.user_id and e.trade_id = t.id
     left join setups s on s.id = e.setup_id
     where t.user_id = $1 order by t.opened_at, t.symbol`,
    [userId],
  );

const cashOf = (world: TestApp) =>
  ask(
    world,
    'select ticket, type, profit::text, comment, done_at from deals where type not in (0, 1) order by ticket',
  );

void t.test(
  'a fresh installation that imports the export has the same trades, to the cent, with their notes',
  async (t) => {
    const [old, fresh] = [await testApp(t), await testApp(t)];
    const anna = await person(old, 'anna');
    const { accountId } = await seedAccount(old, anna.userId, { label: 'Swing / one', trades: 0 });
    const ids = await seedTrades(old, { userId: anna.userId, accountId }, [
      { gross: -1_234, swap: -5, openedAt: new Date('2026-03-02T08:00:00Z'), comment: '=cmd|1' },
      { gross: 5_600, side: 'sell', openedAt: new Date('2026-03-03T08:00:00Z') },
    ]);
    await writeOf(old, anna.userId, ids[0] ?? '', {
      notes: 'waited\n\nfor the “retest”',
      tags: ['Late', 'A'],
    });
    old.clock.advance(1_000);
    await anna.browser.fill('/accounts/new?type=manual', '/accounts', {
      ...{ type: 'manual', label: 'By hand', category: 'Real', currency: 'USD' },
      formId: '3f2b1c4e-0000-4000-8000-00000000000a',
    });
    const [manual] = await ask<{ id: string }>(old, "select id from accounts where label = 'By hand'");
    await addTrade(anna.browser, { ...yen, account: manual?.id ?? '', stopLoss: '149.50', net: '66.60' });
    const moves = Array.from({ length: 16 }, (_, at) =>
      deal(9_001 + at, { ...{ type: at + 2, symbol: '', profit: 1_000 + at, comment: `move ${at}` } }),
    );
    await old.db.withTenant('app', anna.userId, (tx) =>
      recordDeals(tx, { userId: anna.userId, accountId }, moves, { at: old.clock.now(), digits: 2 }),
    );
    const files = await exported(anna);
    const imports = [...files.keys()].filter((name) => /^import\/.*\.json$/.test(name));
    t.same(imports, ['import/1-Swing-one.json', 'import/2-By-hand.json']);

    const anew = await person(fresh, 'anna');
    const { send, save } = sender(fresh, await tokenOf(fresh, anew));
    for (const name of imports) await save((await send(textOf(files, name))).id);
    const trades = await tradesOf(fresh, anew);
    t.equal(trades.length, 3);
    t.same(trades, await tradesOf(old, anna));
    const [before, after] = [await cashOf(old), await cashOf(fresh)];
    t.equal(before.length, 17, 'the deposit, and every type of deal that is no trade');
    t.same(after, before, 'and what moved the balance without one');
  },
);

void t.test('pictures go along, each where what was written shows it', async (t) => {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { tradeIds } = await seedAccount(world, anna.userId, { trades: 1 });
  const [tradeId = ''] = tradeIds;
  await anna.browser.get('/settings/profile');
  await sendPictures(anna, tradeId, [file(pngOf(40, 30))]);
  const files = await exported(anna);
  const images = [...files.keys()].filter((name) => name.startsWith('journal/images/'));
  t.equal(images.length, 1);
  t.equal(
    files
      .get(images[0] ?? '')
      ?.subarray(8, 12)
      .toString(),
    'WEBP',
  );
  t.match(textOf(files, 'journal/journal.md'), images[0]?.replace('journal/', '') ?? 'none');
});

void t.test('ten exports an hour, then it says how long to wait', async (t) => {
  const { exportByUser } = limitTable;
  const world = await testApp(t, { limits: { ...noLimits, exportByUser } });
  const anna = await person(world, 'anna');
  for (let n = 0; n < exportByUser.count; n += 1) await exported(anna);
  t.equal((await anna.browser.post('/settings/data/exports')).statusCode, 429);
});
