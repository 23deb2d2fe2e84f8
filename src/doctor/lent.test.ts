import { randomBytes, randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { whenFree } from '../app/lend.js';
import { addAccount } from '../data/accounts.js';
import { sealPassword } from '../data/broker-password.js';
import { givenAccount, type MarketSource } from '../sync/market.js';
import type { Slot } from '../terminals/supervisor.js';
import { newUser, standingOf, type Connected } from '../testing/connected.js';
import { testEngine, type TestEngine } from '../testing/engine.js';
import { examine, type LentDeps, type LentFacts } from './lent.js';
import { lentRows } from './lent-rows.js';

t.setTimeout(600_000);

const canary = 'canary-5100777';

/** As its owner would connect it, but that nobody has read it yet. */
async function unread(
  engine: TestEngine,
  { server, login, password }: { server: string; login: string; password: string },
): Promise<Connected> {
  const account = { userId: await newUser(engine), accountId: randomUUID(), server, login };
  const sealedPassword = sealPassword({ keyring: engine.keyring, random: randomBytes }, account, password);
  await engine.db.withTenant('app', account.userId, (tx) =>
    addAccount(tx, {
      ...{ id: account.accountId, userId: account.userId, type: 'live', category: 'Demo', label: login },
      ...{ at: engine.clock.now(), connection: { server, login, sealedPassword } },
    }),
  );
  return account;
}

async function rig(t: Test) {
  const engine = await testEngine(t);
  const slot = engine.terminals.slots[1] as Slot;
  await whenFree(slot);
  // The world goes fast, but what a terminal takes is measured in true time.
  const clock = { now: () => engine.clock.now(), monotonicMs: () => performance.now() };
  const deps: LentDeps = {
    ...{ db: engine.db, keyring: engine.keyring, clock, whenFree },
    market: givenAccount({ server: 'Simulated-NewYork', login: '5100121', password: 'inv-5100121' }),
    restart: (number) => engine.terminals.restart(number),
  };
  const look = (...accounts: Connected[]): Promise<LentFacts> =>
    examine(
      deps,
      slot,
      accounts.map(({ accountId }) => accountId),
    );
  return { engine, slot, deps, look };
}

const results = (facts: LentFacts): string[] =>
  lentRows(facts).map(({ id, name, result }) => `${id ?? name} ${result}`);

void t.test('accounts are proved, switched between and added up by a borrowed terminal', async (t) => {
  const { engine, slot, look } = await rig(t);
  const inv = (server: string, login: string) => unread(engine, { server, login, password: `inv-${login}` });
  const [one, two, cent] = [
    await inv('Simulated-NewYork', '5100201'),
    await inv('Simulated-NewYork', '5100202'),
    await inv('Simulated-Cent', '5300303'),
  ];
  await engine.sync.read(one.userId, one.accountId);
  const facts = await look(one, two, cent);
  t.same(results(facts), [
    'D1 pass',
    'market account pass',
    'D3 pass',
    'D5 pass',
    'D5 pass',
    'D6 pass',
    'D6 pass',
    'D9 pass',
    'D9 pass',
  ]);
  t.match(facts.same, { failure: null, tookMs: { length: 5 } });
  t.match(facts.other, { failure: null, tookMs: { length: 5 } });
  t.same(
    facts.accounts.map(({ pull, clock }) => [pull?.isEqual, pull?.isWhole, clock?.offsetS]),
    [
      [true, true, 10_800],
      [undefined, undefined, undefined],
      [true, true, 0],
    ],
    'the first account of each server is read, and a summer noon in New York is 19:00 there',
  );
  t.ok((facts.accounts[0]?.pull?.deals ?? 0) > 100);
  await whenFree(slot);
  t.equal(slot.view().account, null, 'nobody stays logged in');
});

void t.test('what is refused counts for the account, as when it is read', async (t) => {
  const { engine, look } = await rig(t);
  const server = 'Simulated-NewYork';
  const master = await unread(engine, { server, login: '5100301', password: 'main-5100301' });
  const wrong = await unread(engine, { server, login: '5100302', password: canary });
  const first = await look(master, wrong, { ...wrong, accountId: randomUUID() });
  t.same(results(first), [
    'D1 pass',
    'market account pass',
    ...[master, wrong].map(({ accountId }) => `account ${accountId.slice(0, 8)} fail`),
    `account ${first.accounts[2]?.id.slice(0, 8) ?? ''} fail`,
    'D3 not run',
    'D4 pass',
    'D5 not run',
    'D5 not run',
    'D6 not run',
    'D9 not run',
  ]);
  t.match(await standingOf(engine, master), { state: 'refused-master', sealed_password: null });
  t.match(await standingOf(engine, wrong), { rejections: 1 });

  await look(wrong);
  t.match(await standingOf(engine, wrong), { rejections: 2, state: 'needs-password' });
  const third = await look(wrong, master);
  t.match(third.accounts, [
    { login: { is: 'out', why: 'it waits for its owner' } },
    { login: { is: 'out', why: 'it waits for its owner' } },
  ]);
  t.match(await standingOf(engine, wrong), { rejections: 2 }, 'and it is not tried again');
  t.notOk(JSON.stringify([first, third]).includes(canary));
});

void t.test(
  'a market account that is refused is told to its source, and nothing of it is used',
  async (t) => {
    const { deps, slot } = await rig(t);
    const refused: unknown[] = [];
    const market: MarketSource = {
      isUsable: () => true,
      unanswered: () => Promise.reject(new Error('It was answered.')),
      account: () =>
        Promise.resolve({ server: 'Simulated-NewYork', login: '5100121', password: 'main-5100121' }),
      accepted: () => Promise.reject(new Error('It is not to be accepted.')),
      refused: ({ login }, why) => Promise.resolve(void refused.push([login, why])),
    };
    const facts = await examine({ ...deps, market }, slot, []);
    t.match(facts.market, { is: 'out', kind: 'investor' });
    t.same(refused, [['5100121', 'master']]);
    const none = await examine({ ...deps, market: null }, slot, []);
    t.match(none, { market: null, cold: null });
    t.ok(none.startMs > 0);
  },
);
