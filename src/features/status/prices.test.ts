import t from 'tap';
import { testApp, type TestApp } from '../../testing/app.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { scriptedTerminals } from '../../testing/scripted-terminals.js';

t.setTimeout(600_000);

const demo = { server: 'Example-Demo', login: '5100777', password: 'x' };
const checkOf = async (world: TestApp, name: string) =>
  (await world.readStatus()).checks.find((check) => check.name === name);

void t.test('the status says how the account for prices stands, and what to do', async (t) => {
  const terminals = scriptedTerminals({}, { role: 'market', state: 'stopped' });
  const sync = { ...scriptedSync(), readsPrices: () => world.market?.isUsable() === true };
  const world: TestApp = await testApp(t, { needsMarket: true, sync, terminals });
  const { market, clock } = world;
  const prices = () => checkOf(world, 'prices');
  t.match(await prices(), {
    ...{ level: 'amber', says: /^no account for them is set: .*charts say so/ },
    fix: /rawjournal market-account set/,
  });
  const resting = {
    level: 'green',
    says: /prices · resting .*until an account for prices is set/,
    fix: null,
  };
  t.match(await checkOf(world, 'terminal 2'), resting, 'that is no fault of the terminal');
  await market?.set(demo);
  t.match(await prices(), { level: 'green', says: '…777 at Example-Demo, set for 0 s: ', fix: null });
  t.match(await checkOf(world, 'terminal 2'), { level: 'amber', fix: /restart 2/ }, 'now it should run');
  const handed = await market?.account();
  if (handed == null) throw new Error('It was set, and is not handed out.');
  await market?.accepted(handed);
  clock.advance(3_600_000);
  t.match(await prices(), { level: 'green', says: '…777 at Example-Demo, accepted for 1 h', fix: null });
  await market?.refused(handed, 'rejected');
  t.match(await prices(), { level: 'amber', says: /not let in .*tried once more/, fix: /by itself/ });
  await market?.refused(handed, 'rejected');
  t.match(await prices(), {
    level: 'amber',
    says: /, refused .*twice/,
    fix: /^Demo accounts expire: open another/,
  });
});

void t.test('where prices need no account nothing is said of one', async (t) => {
  const world = await testApp(t, {
    sync: scriptedSync({ isSimulated: true }),
    terminals: scriptedTerminals({}),
  });
  t.equal(await checkOf(world, 'prices'), undefined);
});
