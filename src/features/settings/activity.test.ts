import t from 'tap';
import { recordActivity } from '../../data/audit.js';
import { password, person, tokenOf, type Person } from '../../testing/cast.js';
import { callerWith } from '../../testing/caller.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { addTrade, deskWithTrade, yen } from '../../testing/manual-desk.js';
import { connectAs, denied, refusal } from '../../testing/roles.js';
import { ask, signIn, turnOnFactor } from '../../testing/steps.js';
import { limitTable } from '../../web/limits.js';
import { noLimits } from '../../testing/limits.js';

t.setTimeout(600_000);

interface Line {
  id: string;
  kind: string;
  what: string;
  text: string;
  by: string;
  address: string | null;
  device: string | null;
  details: Record<string, unknown>;
}

/** What the API tells was done, the latest first. */
async function told(world: TestApp, who: Person, query = ''): Promise<Line[]> {
  const { call } = callerWith(world, await tokenOf(world, who));
  return (await call('GET', `/me/activity${query}`)).json<{ items: Line[] }>().items;
}
const whats = (lines: readonly Line[]): string[] => lines.map(({ what }) => what);

void t.test('what touches the way in is written down, with who did it and from where', async (t) => {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const step = async (work: () => Promise<unknown>): Promise<void> => {
    world.clock.advance(1_000);
    await work();
  };
  const { browser } = anna;
  const visitor = world.browser();
  await step(() => visitor.fill('/login', '/login', { email: anna.email, password: 'a wrong one, surely' }));
  await step(() => signIn(visitor, anna.email));
  await step(() => browser.fill('/settings/security', '/settings/security/sessions/revocations', {}));
  await step(() => turnOnFactor(world, anna));
  await step(() => browser.post('/settings/security/two-factor/recovery-codes', { password }));
  await step(() => browser.post('/settings/security/two-factor/removal', { password }));
  const formId =
    /name="formId" value="([^"]+)"/.exec((await browser.get('/settings/tokens')).body)?.[1] ?? '';
  await step(() => browser.post('/settings/tokens', { name: 'at home', scope: 'read', formId }));
  const [token] = await ask<{ id: string }>(world, "select id from api_tokens where name = 'at home'");
  await step(() => browser.post(`/settings/tokens/${token?.id ?? ''}/revocation`));
  await step(() =>
    browser.post('/settings/security/password', { current: password, password: 'a grey heron at dusk' }),
  );
  await step(() => browser.fill('/settings/profile', '/logout', {}));
  const lines = await told(world, anna);
  t.same(whats(lines), [
    ...['signed-out', 'password-changed', 'token-revoked', 'token-made', 'factor-off'],
    ...['recovery-codes-made', 'factor-on', 'sessions-ended', 'signed-in', 'sign-in-refused'],
  ]);
  t.ok(lines.every(({ kind }) => kind === 'security'));
  t.match(lines.at(-1), {
    ...{ by: 'stranger', address: '203.0.113.0/24', text: 'A sign-in was refused: wrong password' },
  });
  t.match(lines[3], { by: 'owner', text: 'API token “at home” was made, to read' });
  t.notMatch(JSON.stringify(lines), /203\.0\.113\.7/, 'no address is kept whole');
});

void t.test('a wrong code is a sign-in that was refused', async (t) => {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  await turnOnFactor(world, anna);
  const visitor = world.browser();
  await signIn(visitor, anna.email);
  world.clock.advance(1_000);
  await visitor.fill('/login/code', '/login/code', { code: '000000' });
  const [latest, before] = await told(world, anna);
  t.match(latest, { what: 'sign-in-refused', by: 'stranger', details: { step: 'code' } });
  t.match(before, { what: 'factor-on' }, 'the password alone has let nobody in');
});

void t.test('whoever guesses for hours does not fill the list', async (t) => {
  const { refusalsByAccount } = limitTable;
  const world = await testApp(t, { limits: { ...noLimits, refusalsByAccount } });
  const anna = await person(world, 'anna');
  const visitor = world.browser();
  await visitor.get('/login');
  for (let tries = 0; tries < refusalsByAccount.count + 3; tries += 1)
    await visitor.post('/login', { email: anna.email, password: `wrong number ${tries}` });
  t.equal((await told(world, anna)).length, refusalsByAccount.count);
  await visitor.post('/login', { email: 'nobody@example.org', password: 'wrong' });
  t.equal((await ask(world, 'select from activities')).length, refusalsByAccount.count, 'nobody has no list');
});

void t.test('a trade entered by hand is told with what it was and what it is', async (t) => {
  const { world, anna, browser, path } = await deskWithTrade(t);
  world.clock.advance(1_000);
  await browser.post(path, { ...yen, closePrice: '150.10', net: '120.50' });
  const { call } = callerWith(world, await tokenOf(world, anna));
  world.clock.advance(1_000);
  await call('PATCH', path, { stopLoss: '149.50' });
  world.clock.advance(1_000);
  await browser.post(`${path}/removal`);
  const lines = await told(world, anna, '?kind=trades');
  t.same(whats(lines), ['trade-deleted', 'trade-changed', 'trade-changed', 'trade-entered']);
  const [deleted, byProgram, byHand, entered] = lines;
  t.match(entered, {
    details: { after: { symbol: 'USDJPY', closePrice: '150.00', net: '', account: 'By hand' } },
  });
  t.match(byHand, { by: 'owner', details: { before: { closePrice: '150.00' }, after: { net: '120.50' } } });
  t.match(byProgram, { by: 'program', device: null, details: { after: { stopLoss: '149.50' } } });
  t.match(deleted, { text: 'Trade USDJPY buy 1.00 was deleted', details: { before: { net: '120.50' } } });
  const { body } = await browser.get('/settings/activity?kind=trades');
  t.match(body, /<dt>Exit<\/dt><dd><del>150\.00<\/del> <ins>150\.10<\/ins><\/dd>/);
  t.match(body, /<dt>Stop loss<\/dt><dd><ins>149\.50<\/ins><\/dd>/);
  t.notMatch(body, 'Account “By hand” was added', 'that is of another kind');
});

void t.test('what is refused, or sent twice, leaves no word', async (t) => {
  const { world, anna, browser, accountId, path } = await deskWithTrade(t);
  const before = await told(world, anna);
  await browser.post(path, { ...yen, lots: 'many' });
  await browser.post('/settings/security/two-factor/removal', { password: 'wrong' });
  await browser.post(`/accounts/${accountId}/removal`, { confirm: 'another name' });
  t.same(await told(world, anna), before);
  const formId = '3f2b1c4e-0000-4000-8000-000000000001';
  await browser.post('/trades', { formId, ...yen, account: accountId });
  await browser.post('/trades', { formId, ...yen, account: accountId });
  t.equal((await told(world, anna)).length, before.length + 1, 'a second click');
});

void t.test('accounts and rights are written down by whom they were changed', async (t) => {
  const world = await testApp(t);
  const [admin, user] = [await person(world, 'admin', 'admin'), await person(world, 'user')];
  await admin.browser.get('/admin/users');
  for (const [what, fields] of [
    ['role', { role: 'admin' }],
    ['role', { role: 'user' }],
    ['disablement', {}],
    ['enablement', {}],
    ['reset-link', {}],
  ] as const) {
    world.clock.advance(1_000);
    t.equal((await admin.browser.post(`/admin/users/${user.userId}/${what}`, fields)).statusCode, 200, what);
  }
  const lines = await told(world, user);
  t.same(whats(lines), ['reset-link-made', 'enabled', 'disabled', 'role-changed', 'role-changed']);
  for (const { by, address, device } of lines)
    t.same({ by, address, device }, { by: 'administrator', address: null, device: null });
  t.same(await told(world, admin), [], 'they are in the list of whom they are about');
});

void t.test('pages and programs turn over the same list, fifty lines at a time', async (t) => {
  const world = await testApp(t);
  const [anna, bob] = [await person(world, 'anna'), await person(world, 'bob')];
  const { userId } = anna;
  for (let n = 0; n < 55; n += 1)
    await world.db.withTenant('app', userId, (tx) =>
      recordActivity(
        tx,
        userId,
        { at: new Date(world.clock.now().getTime() + n), by: 'console', address: '', device: '' },
        { what: 'plan-changed', details: { from: 'Free', to: `Plan ${n}` } },
      ),
    );
  const first = (await anna.browser.get('/settings/activity')).body;
  t.match(first, /1–50/);
  t.match(first, 'The plan was changed from Free to Plan 54');
  t.match(first, 'href="/settings/activity?page=2"');
  const second = (await anna.browser.get('/settings/activity?page=2')).body;
  t.match(second, /51–55/);
  t.match(second, 'The plan was changed from Free to Plan 0');
  const { pages } = callerWith(world, await tokenOf(world, anna));
  const read = await pages('/me/activity', 20);
  t.same(
    read.map((page) => page.length),
    [20, 20, 15],
  );
  t.equal(new Set(read.flat().map(({ id }) => id)).size, 55);
  t.match((await bob.browser.get('/settings/activity')).body, 'Nothing yet', 'nobody sees another’s');
});

void t.test('the program itself can neither change nor remove what is written down', async (t) => {
  const { world, anna } = await deskWithTrade(t);
  const app = await connectAs(t, world, 'app');
  await app.query("select set_config('app.user_id', $1, false)", [anna.userId]);
  t.equal(await refusal(app, "update activities set what = 'x'"), denied);
  t.equal(await refusal(app, 'delete from activities'), denied);
  t.equal(await refusal(app, 'truncate activities'), denied);
  t.ok(((await app.query('select from activities')).rowCount ?? 0) > 0);
  t.equal((await addTrade(anna.browser, { ...yen, account: 'none' })).statusCode, 422);
  await app.query('delete from users where user_id = $1', [anna.userId]);
  t.equal((await ask(world, 'select from activities')).length, 0, 'it goes with the person');
});
