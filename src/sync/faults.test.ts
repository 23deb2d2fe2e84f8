import t from 'tap';
import { ask, openPage, readWhole, standingOf } from '../testing/connected.js';
import { becomes, isExact, scene, type Scene } from '../testing/scene.js';

const count = async ({ engine }: Scene, table: string, where = 'true'): Promise<number> =>
  Number((await ask(engine, `select count(*)::int as n from ${table} where ${where}`))[0]?.['n']);

await t.test(
  'half a history is incomplete, moves no cursor, and is read again until it is whole',
  async (t) => {
    const here = await scene(t, { halfHistory: 2 });
    openPage(here.engine, here.userId);
    await becomes(here, 'incomplete');
    const half = await standingOf(here.engine, here.account);
    t.match(half, { verdict: 'open', cursor_ms: '0' });
    t.ok(half.state_reason !== '');
    t.ok((await count(here, 'deals')) > 0, 'what came is kept');
    await becomes(here, 'live');
    t.ok(Number((await standingOf(here.engine, here.account)).cursor_ms) > 0);
    await isExact(t, here);
  },
);

await t.test('an empty history that claims to be whole is not believed', async (t) => {
  const here = await scene(t, { emptyHistory: 1 });
  openPage(here.engine, here.userId);
  await becomes(here, 'incomplete');
  t.match(await standingOf(here.engine, here.account), { verdict: 'open', cursor_ms: '0' });
  await becomes(here, 'live');
  const deals = await count(here, 'deals');
  await here.engine.misbehave({ emptyHistory: 2 });
  await becomes(here, 'incomplete');
  t.match(await standingOf(here.engine, here.account), { unlisted: 0, state_reason: /read again/ });
  t.ok((await count(here, 'deals')) >= deals, 'nothing is lost by it');
  await becomes(here, 'live');
  await isExact(t, here);
});

await t.test('deals that come twice, late or again are each kept once', async (t) => {
  const here = await scene(t, { replay: true });
  await readWhole(here.engine, here.account);
  await readWhole(here.engine, here.account);
  t.equal(await count(here, 'deal_versions'), 0);
  await here.engine.misbehave(null);
  await isExact(t, here);
});

await t.test('a deal that the broker changed gets a new version, and its trade follows', async (t) => {
  const here = await scene(t, null);
  await readWhole(here.engine, here.account);
  const trades = await count(here, 'trades');
  await here.engine.misbehave({ editDeal: true });
  await readWhole(here.engine, here.account);
  const [changed] = await ask(here.engine, 'select * from deals where version = 2');
  t.match(changed?.['comment'], /\(edited\)/);
  const [before] = await ask(here.engine, 'select * from deal_versions');
  const was = before?.['was'] as { commission: number; comment: string };
  t.equal(was.commission - Number(changed?.['commission']), 1);
  t.equal(await count(here, 'deal_versions'), 1);
  t.ok((await count(here, 'trades')) >= trades);
  t.match(await standingOf(here.engine, here.account), { verdict: 'equal', state: 'live' });
  await readWhole(here.engine, here.account);
  t.equal(await count(here, 'deal_versions'), 1, 'read again it is the same version');
  await here.engine.misbehave(null);
  await readWhole(here.engine, here.account);
  t.equal(await count(here, 'deal_versions'), 2, 'the broker took it back: older states stay');
  await isExact(t, here);
});

await t.test('deals that the broker archived are kept here and counted', async (t) => {
  const here = await scene(t, null);
  await readWhole(here.engine, here.account);
  const deals = await count(here, 'deals');
  await here.engine.misbehave({ dropDeals: 10 });
  await readWhole(here.engine, here.account);
  const standing = await standingOf(here.engine, here.account);
  t.match(standing, { verdict: 'equal', unlisted: 10, state: 'live', reason: /no longer lists 10 deals/ });
  t.ok((await count(here, 'deals')) > deals, 'with the entry that says so');
  await here.engine.misbehave(null);
  await readWhole(here.engine, here.account);
  t.equal(await count(here, 'deals', 'not is_listed'), 1, 'the entry itself is what is gone now');
  t.same(here.engine.errors, []);
});

await t.test('a gap that the broker explains is named at once', async (t) => {
  const here = await scene(t, { dropDeals: 10 });
  await readWhole(here.engine, here.account);
  const { verdict, state, reason, difference } = await standingOf(here.engine, here.account);
  t.match({ verdict, state, reason }, { verdict: 'archived', state: 'live', reason: /Archived deals/ });
  t.ok(Number(difference) !== 0);
});
