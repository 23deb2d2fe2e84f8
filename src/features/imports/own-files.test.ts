import { randomUUID } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { addAccount } from '../../data/accounts.js';
import { recordDeals } from '../../data/deals.js';
import { writeEntry } from '../../data/journal.js';
import { ensureLabels } from '../../data/labels.js';
import { recordOrders } from '../../data/orders.js';
import { noJudgement } from '../../domain/judgement.js';
import { parseRule } from '../../domain/server-clock.js';
import { rebuildTrades } from '../../sync/rebuild.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { person, tokenOf, type Person } from '../../testing/cast.js';
import { listedBy, wishedPositions, type WishedPosition } from '../../testing/random-trades.js';
import { sender, type ApiImport } from '../../testing/sending.js';
import { ask } from '../../testing/steps.js';

t.setTimeout(900_000);

interface WishedAccount {
  label: string;
  currency: { code: string; digits: number };
  rule: string;
  wishes: WishedPosition[];
}

const wishedAccount: fc.Arbitrary<WishedAccount> = fc.record({
  label: fc.constantFrom('Swing', '=1+1', '-5', 'a "b", c;d'),
  currency: fc.constantFrom(
    { code: 'USD', digits: 2 },
    { code: 'JPY', digits: 0 },
    { code: 'KWD', digits: 3 },
  ),
  rule: fc.constantFrom('fixed:0', 'ny+7', 'Europe/London', 'fixed:19800'),
  wishes: wishedPositions,
});

let logins = 0;

async function write(world: TestApp, userId: string, accountId: string, wishes: readonly WishedPosition[]) {
  const at = world.clock.now();
  const firsts = await ask<{ id: string; position_id: string }>(
    world,
    'select distinct on (position_id) id, position_id from trades where account_id = $1 order by position_id, opened_ms',
    [accountId],
  );
  await world.db.withTenant('app', userId, async (tx) => {
    for (const { id, position_id: positionId } of firsts) {
      const written = wishes[Number(positionId) - 500_000]?.written;
      if (written === undefined) continue;
      const names = written.setup === '' ? [] : [written.setup];
      const [setupId = null] = (await ensureLabels(tx, userId, 'setups', { names, at })) ?? [];
      const tagIds = (await ensureLabels(tx, userId, 'tags', { names: written.tags, at })) ?? [];
      if (written.notes === '' && setupId === null && tagIds.length === 0) continue;
      await writeEntry(tx, userId, id, {
        notes: written.notes,
        setupId,
        tagIds,
        seen: 0,
        at,
        ...noJudgement,
        mistakeIds: [],
      });
    }
  });
}

/** An account as its broker tells it, with what its owner wrote; its id. */
async function seed(world: TestApp, userId: string, wished: WishedAccount): Promise<string> {
  const [accountId, at] = [randomUUID(), world.clock.now()];
  const rule = parseRule(wished.rule);
  const { deals, orders } = listedBy(rule, wished.wishes);
  const owner = { userId, accountId };
  const { digits } = wished.currency;
  logins += 1;
  await world.db.withTenant('app', userId, async (tx) => {
    await addAccount(tx, {
      ...{
        id: accountId,
        userId,
        type: 'report',
        category: 'Funded',
        label: wished.label,
        at,
        connection: null,
      },
      ...{ place: { server: 'Invented-Live', login: String(5_000 + logins) }, clockRule: rule },
      currency: wished.currency,
    });
    await recordDeals(tx, owner, deals, { at, digits });
    await recordOrders(tx, owner, orders);
    const positions = new Set(deals.map(({ positionId }) => positionId));
    await rebuildTrades(tx, owner, { positions, whole: null }, { digits, rule, symbols: new Map() });
  });
  await write(world, userId, accountId, wished.wishes);
  return accountId;
}

type Fields = Record<string, unknown>;
const kinds = ['json', 'csv'] as const;
type Kind = (typeof kinds)[number];

/** Of a trade all but what is of the account that it is in: its ids, and what brought it. */
const without = (trade: Fields): Fields =>
  Object.fromEntries(Object.entries(trade).filter(([name]) => !['id', 'accountId', 'source'].includes(name)));

const tradesIn = (kind: Kind, file: string): Fields[] =>
  kind === 'csv'
    ? parse(file, { columns: true, bom: true, record_delimiter: '\r\n' })
    : (JSON.parse(file) as { trades: Fields[] }).trades;

const told = (kind: Kind, file: string): string[] =>
  tradesIn(kind, file)
    .map((trade) => JSON.stringify(without(trade), null, 1))
    .sort();

const exported = async ({ browser }: Person, kind: Kind, accountId: string): Promise<string> =>
  (await browser.get(`/trades/export.${kind}?account=${accountId}&sort=opened`)).body;

async function desk(t: Test) {
  const world = await testApp(t);
  const [anna, bert] = [await person(world, 'anna'), await person(world, 'bert')];
  return { world, anna, bert, ...sender(world, await tokenOf(world, bert)) };
}

for (const kind of kinds)
  void t.test(
    `what was exported as ${kind} is imported as the same trades, and once is enough`,
    async (t) => {
      const { world, anna, bert, send, save } = await desk(t);
      const saved = async (file: string, body: object = {}): Promise<ApiImport> =>
        (await save((await send(file)).id, body)).json<ApiImport>();
      await fc.assert(
        fc.asyncProperty(wishedAccount, async (wished) => {
          const file = await exported(anna, kind, await seed(world, anna.userId, wished));
          const first = await saved(file);
          t.strictSame(first.problems, []);
          const accountId = first.accountId ?? '';
          const copy = await exported(bert, kind, accountId);
          t.strictSame(told(kind, copy), told(kind, file), 'each field of each trade');
          const again = await saved(file, { accountId });
          t.match(again.counts, { new: 0, changed: 0, rejected: 0 }, 'the second time');
          t.equal(
            await exported(bert, kind, accountId).then((text) => text.replace(/"exportedAt":"[^"]+"/, '')),
            copy.replace(/"exportedAt":"[^"]+"/, ''),
          );
          const back = await saved(copy, { accountId });
          t.match(back.counts, { new: 0, changed: 0, rejected: 0 }, 'its own export');
          t.strictSame(told(kind, await exported(bert, kind, accountId)), told(kind, file));
          return t.passing();
        }),
        { numRuns: 4, endOnFailure: true },
      );
    },
  );

void t.test('a table in UTC is not taken for times of the clock that an account keeps', async (t) => {
  const { bert, send, save } = await desk(t);
  const list = `Tags,Ticket,Open Date,Close Date,Symbol,Action,Units/Lots,SL,TP,Open Price,Close Price,Commission,Swap,Pips,Profit,Gain,Comment,Magic Number
,1001,01/05/2026 13:21,01/05/2026 15:00,EURUSD,Buy,0.10,0,0,1.1000,1.1010,-0.70,0.00,10.0,10.00,0.1,one,7
,1002,01/06/2026 10:00,01/06/2026 11:00,EURUSD,Sell,0.10,0,0,1.1000,1.1010,-0.70,0.00,-10.0,-10.00,-0.1,two,7
`;
  const { id } = await send(list, { name: 'list.csv' });
  const saved = (await save(id, { timezone: 'ny+7' })).json<ApiImport>();
  const accountId = saved.accountId ?? '';
  const before = await exported(bert, 'csv', accountId);
  t.match(before, '2026-01-05T11:21:00.000Z');
  const refused = await save((await send(before, { name: 'own.csv' })).id, { accountId });
  t.equal(refused.statusCode, 409);
  t.match(refused.body, /tells its times in UTC, and “Imported account” keeps another clock/);
  const json = await send(await exported(bert, 'json', accountId), { name: 'own.json' });
  const back = (await save(json.id, { accountId })).json<ApiImport>();
  t.match(back, { state: 'saved', counts: { new: 0, changed: 0, rejected: 0 } });
  t.equal(await exported(bert, 'csv', accountId), before);
});
