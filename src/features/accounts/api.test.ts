import t, { type Test } from 'tap';
import { testApp } from '../../testing/app.js';
import { callerWith } from '../../testing/caller.js';
import { person, tokenOf } from '../../testing/cast.js';
import { rowsOf } from '../../testing/rows.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { ask } from '../../testing/steps.js';
import { seedAccount } from '../../testing/trading.js';

t.setTimeout(600_000);

interface Problem {
  error: { code: string; message: string; fields?: Record<string, string> };
}

const setting = async (t: Test) => {
  const sync = scriptedSync();
  const world = await testApp(t, { sync });
  const owner = await person(world, 'caller');
  return { sync, world, ...owner, ...callerWith(world, await tokenOf(world, owner)) };
};

const live = {
  label: 'Swing',
  category: 'Real',
  server: 'Example-Live',
  login: '51482',
  investorPassword: 'canary-api-5',
};

void t.test('an account is told in exactly the documented shape', async (t) => {
  const { world, call, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId, { login: '51482', isExposed: true });
  world.clock.advance(6_400);
  const answer = await call('GET', `/accounts/${accountId}`);
  t.equal(answer.statusCode, 200);
  const expected = {
    id: accountId,
    type: 'live',
    label: 'Swing',
    category: 'Real',
    server: 'Example-Live',
    login: '51482',
    balance: '1014.95',
    equity: '1027.25',
    floating: '12.30',
    margin: '126.50',
    freeMargin: '1014.95',
    marginLevel: 800,
    currency: 'USD',
    leverage: 100,
    state: 'live',
    stateReason: null,
    ageSeconds: 6,
    connectedAt: '2026-03-02T09:00:00.000Z',
    lastSyncAt: '2026-03-02T09:00:00.000Z',
    reconciliation: { ledger: '1014.95', broker: '1014.95', difference: '0.00', reason: null },
  };
  t.same(answer.json(), expected);
  t.same((await call('GET', '/accounts')).json(), { items: [expected], nextCursor: null });
});

void t.test('a live account is made, sealed and read; the type may be left out', async (t) => {
  const { world, sync, call, userId } = await setting(t);
  const made = await call('POST', '/accounts', live);
  t.equal(made.statusCode, 201);
  const account = made.json<Record<string, unknown>>();
  t.match(account, {
    type: 'live',
    state: 'connecting',
    server: live.server,
    login: live.login,
    balance: null,
    currency: null,
    ageSeconds: null,
    connectedAt: null,
    reconciliation: null,
  });
  t.notMatch(made.body, live.investorPassword);
  t.notOk(world.logged.join('\n').includes(live.investorPassword));
  t.same(sync.told, [`changed ${userId}`, `ask ${String(account['id'])}`]);
  const again = await call('POST', '/accounts', { type: 'live', ...live });
  t.equal(again.statusCode, 409);
  t.same(again.json<Problem>().error.code, 'duplicate_account');
  t.equal((await ask(world, 'select from accounts')).length, 1);
});

void t.test('accounts of the other types are made without a connection', async (t) => {
  const { sync, call } = await setting(t);
  for (const type of ['report', 'manual']) {
    const body = { type, label: type, category: 'Demo', currency: 'eur' };
    const made = await call('POST', '/accounts', body);
    t.equal(made.statusCode, 201);
    t.match(made.json(), { type, currency: 'EUR', state: 'live', server: null, login: null });
    const { id } = made.json<{ id: string }>();
    const refused = await call('POST', `/accounts/${id}/syncs`);
    t.equal(refused.statusCode, 409);
    t.equal(refused.json<Problem>().error.code, 'not_live');
  }
  t.equal(
    (await call('POST', '/accounts', { type: 'manual', label: 'x', category: 'Demo' })).statusCode,
    201,
  );
  t.notOk(sync.told.some((line) => line.startsWith('ask')));
});

void t.test('what cannot be used is refused with a sentence for each field', async (t) => {
  const { world, call } = await setting(t);
  const tries: [object, string[]][] = [
    [{}, ['label', 'category', 'server', 'login', 'investorPassword']],
    [{ ...live, login: 51482 }, ['login']],
    [{ ...live, login: '5x' }, ['login']],
    [{ ...live, category: 'Wallet' }, ['category']],
    [{ ...live, type: 'other' }, ['type']],
    [{ ...live, state: 'live' }, ['state']],
    [{ ...live, type: 'manual' }, ['server', 'login', 'investorPassword']],
  ];
  for (const [body, names] of tries) {
    const refused = await call('POST', '/accounts', body);
    t.equal(refused.statusCode, 400, JSON.stringify(body).slice(0, 60));
    t.same(Object.keys(refused.json<Problem>().error.fields ?? {}).sort(), names.sort());
    t.notMatch(refused.body, live.investorPassword);
  }
  t.same(await ask(world, 'select from accounts'), []);
});

void t.test('label and category change alone, and the rest stays', async (t) => {
  const { world, sync, call, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId);
  const path = `/accounts/${accountId}`;
  t.match((await call('PATCH', path, { label: ' Zoë ' })).json(), { label: 'Zoë', category: 'Real' });
  t.match((await call('PATCH', path, { category: 'Funded' })).json(), { label: 'Zoë', category: 'Funded' });
  t.equal((await call('PATCH', path, { state: 'paused' })).statusCode, 400);
  t.equal(sync.told.length, 2);
});

void t.test('a sync is accepted where the account can be read, and refused where it waits', async (t) => {
  const { world, sync, call, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId);
  const accepted = await call('POST', `/accounts/${accountId}/syncs`);
  t.equal(accepted.statusCode, 202);
  t.match(accepted.json(), { id: accountId });
  t.same(sync.told, [`changed ${userId}`, `ask ${accountId}`]);
  for (const state of ['paused', 'needs-password', 'refused-master', 'unknown-server']) {
    await ask(world, 'update accounts set state = $1', [state]);
    const refused = await call('POST', `/accounts/${accountId}/syncs`);
    t.equal(refused.statusCode, 409, state);
    t.equal(refused.json<Problem>().error.code, 'not_readable');
  }
});

void t.test('a state is refined by who looks and how old the numbers are', async (t) => {
  const { world, sync, call, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId);
  const state = async () => (await call('GET', `/accounts/${accountId}`)).json<{ state: string }>().state;
  t.equal(await state(), 'live');
  sync.presence = 'grace';
  t.equal(await state(), 'grace');
  world.clock.advance(180_000);
  sync.presence = 'online';
  t.equal(await state(), 'waiting');
  sync.presence = 'offline';
  t.equal(await state(), 'offline');
});

void t.test('a removed account is gone with all that belonged to it', async (t) => {
  const { world, sync, call, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId);
  const gone = await call('DELETE', `/accounts/${accountId}`);
  t.equal(gone.statusCode, 204);
  t.equal(gone.body, '');
  for (const table of ['accounts', 'deals', 'trades', 'account_snapshots'])
    t.same(await ask(world, `select from ${table}`), [], table);
  t.equal((await call('DELETE', `/accounts/${accountId}`)).statusCode, 404);
  t.same(sync.told, [`changed ${userId}`]);
});

void t.test('what belongs to another user is not there, whatever is sent', async (t) => {
  const { world, sync, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId, { isExposed: true });
  const other = await person(world, 'other');
  const stranger = callerWith(world, await tokenOf(world, other));
  const before = await rowsOf(world.login, userId);
  const calls = [
    ...['', '/positions', '/deals', '/ledger', '/snapshots'].map((path) => ['GET', path] as const),
    ['PATCH', ''] as const,
    ['DELETE', ''] as const,
    ['POST', '/syncs'] as const,
  ];
  for (const [method, path] of calls)
    for (const body of method === 'PATCH' ? [{ label: 'Mine' }, { nonsense: 1 }] : [undefined])
      for (const id of [accountId, userId, 'x']) {
        const answer = await stranger.call(method, `/accounts/${id}${path}`, body);
        t.equal(answer.statusCode, 404, `${method} ${path}`);
        t.equal(answer.json<Problem>().error.code, 'not_found');
      }
  t.same((await stranger.call('GET', '/accounts')).json(), { items: [], nextCursor: null });
  t.same(await rowsOf(world.login, userId), before);
  t.same(sync.told, []);
});
