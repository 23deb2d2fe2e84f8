import t, { type Test } from 'tap';
import { recordReading } from '../../data/accounts.js';
import { replacePositions } from '../../data/positions.js';
import { setDisabled } from '../../data/users.js';
import { testApp } from '../../testing/app.js';
import { callerWith } from '../../testing/caller.js';
import { person, tokenOf } from '../../testing/cast.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { answeredHead, dial, handshake, until, type Line } from '../../testing/socket.js';
import { ask } from '../../testing/steps.js';
import { seedAccount } from '../../testing/trading.js';
import { messageShape } from './messages.js';

t.setTimeout(600_000);

const path = '/api/v1/stream';
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

interface Said {
  seq: number;
  type: string;
  at: string;
  accountId?: string;
  data: Record<string, unknown>;
}
const said = ({ heard }: Line): Said[] => heard.map((text) => JSON.parse(text) as Said);
const typesOf = (line: Line): string[] => said(line).map(({ type }) => type);

const setting = async (t: Test, sync = scriptedSync()) => {
  const world = await testApp(t, { sync });
  const owner = await person(world, 'owner');
  const token = await tokenOf(world, owner, 'read');
  return { sync, world, owner, token, userId: owner.userId };
};

void t.test('a stream begins with everything as the API tells it', async (t) => {
  const { world, token, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId, { isExposed: true });
  const line = await dial(world, path, bearer(token));
  await until(t, 'a snapshot', () => line.heard.length === 1);
  const { call } = callerWith(world, token);
  const accounts = (await call('GET', '/accounts')).json<{ items: object[] }>().items;
  const positions = (await call('GET', `/accounts/${accountId}/positions`)).json<{ items: object[] }>().items;
  t.same(said(line), [
    {
      seq: 1,
      type: 'SNAPSHOT',
      at: '2026-03-02T09:00:00.000Z',
      data: {
        accounts,
        positions: positions.map((one) => ({ accountId, ...one })),
        market: { isOpen: true, opensAt: null },
      },
    },
  ]);
});

void t.test('each change is numbered, in the shape of the document, and of its account alone', async (t) => {
  const { world, sync, token, userId } = await setting(t);
  const { accountId, tradeIds } = await seedAccount(world, userId, { isExposed: true });
  await seedAccount(world, userId, { label: 'Other', isExposed: true });
  const line = await dial(world, path, bearer(token));
  await until(t, 'a snapshot', () => line.heard.length === 1);
  const reading = { at: world.clock.now(), company: 'E', currency: 'USD', currencyDigits: 2, marginMode: 2 };
  const money = { credit: '0.00', floating: '0.00', margin: '0.00', freeMargin: '2000.00' };
  await world.db.withTenant('app', userId, async (tx) => {
    const now = {
      ...reading,
      ...money,
      leverage: 100,
      balance: '2000.00',
      equity: '2000.00',
      marginLevel: null,
    };
    await recordReading(tx, userId, accountId, now);
    await replacePositions(tx, { userId, accountId }, [], world.clock.now());
  });
  sync.feed.publish(userId, [
    { type: 'BALANCE_UPDATE', accountId },
    { type: 'POSITION_UPDATE', accountId },
    { type: 'NEW_TRADE', accountId, tradeId: tradeIds[0] ?? '' },
    { type: 'SYNC_STATUS', accountId },
    { type: 'CANDLE_UPDATE', accountId: null, names: ['XAUUSD', 'EURUSD'] },
    { type: 'MARKET_STATE', accountId: null },
  ]);
  await until(t, 'all changes', () => line.heard.length === 7);
  const at = '2026-03-02T09:00:00.000Z';
  const trades = (await callerWith(world, token).call('GET', '/trades')).json<{ items: { id: string }[] }>();
  const listed = trades.items.find(({ id }) => id === tradeIds[0]);
  t.same(said(line).slice(1), [
    {
      ...{ seq: 2, type: 'BALANCE_UPDATE', at, accountId },
      data: {
        ...{ balance: '2000.00', equity: '2000.00', floating: '0.00', margin: '0.00' },
        ...{ freeMargin: '2000.00', marginLevel: null, currency: 'USD' },
      },
    },
    { seq: 3, type: 'POSITION_UPDATE', at, accountId, data: { positions: [] } },
    { seq: 4, type: 'NEW_TRADE', at, accountId, data: listed },
    {
      ...{ seq: 5, type: 'SYNC_STATUS', at, accountId },
      data: {
        ...{ state: 'live', stateReason: null, ageSeconds: 0 },
        reconciliation: { ledger: '1014.95', broker: '1014.95', difference: '0.00', reason: null },
      },
    },
    { seq: 6, type: 'CANDLE_UPDATE', at, data: { names: ['EURUSD', 'XAUUSD'] } },
    { seq: 7, type: 'MARKET_STATE', at, data: { isOpen: true, opensAt: null } },
  ]);
  for (const message of said(line)) t.ok(messageShape.safeParse(message).success, message.type);
});

void t.test('what happens while the snapshot is read comes behind it', async (t) => {
  const { world, sync, token, userId } = await setting(t);
  const { accountId, tradeIds } = await seedAccount(world, userId);
  const publish = () =>
    sync.feed.publish(userId, [{ type: 'NEW_TRADE', accountId, tradeId: tradeIds[0] ?? '' }]);
  const subscribe = sync.feed.subscribe.bind(sync.feed);
  sync.feed.subscribe = (...given) => {
    const leave = subscribe(...given);
    queueMicrotask(publish);
    return leave;
  };
  const line = await dial(world, path, bearer(token));
  await until(t, 'both', () => line.heard.length === 2);
  t.same(typesOf(line), ['SNAPSHOT', 'NEW_TRADE']);
});

void t.test('whoever asks gets another snapshot, one a second, and nonsense nothing', async (t) => {
  const { world, token } = await setting(t);
  const line = await dial(world, path, bearer(token));
  await until(t, 'the first', () => line.heard.length === 1);
  for (const nonsense of ['', '{', 'null', '[]', '"SNAPSHOT"', '{"type":"snapshot"}', 'x'.repeat(60_000)])
    line.socket.send(nonsense);
  line.socket.send('{"type":"SNAPSHOT"}');
  line.socket.send('{"type":"SNAPSHOT"}');
  world.clock.advance(1_000);
  await until(t, 'the second', () => line.heard.length === 2);
  world.clock.advance(1_000);
  await until(t, 'the third', () => line.heard.length === 3);
  t.same(
    said(line).map(({ seq, type }) => `${seq} ${type}`),
    ['1 SNAPSHOT', '2 SNAPSHOT', '3 SNAPSHOT'],
  );
  t.equal(line.closed(), null);
  line.socket.send(Buffer.alloc(64 * 1024 + 1));
  await until(t, 'too much at once ends it', () => line.closed() !== null);
});

void t.test('an account that has come is told by a snapshot', async (t) => {
  const { world, sync, token, userId } = await setting(t);
  const line = await dial(world, path, bearer(token));
  await until(t, 'the first', () => line.heard.length === 1);
  const { accountId } = await seedAccount(world, userId);
  world.clock.advance(1_000);
  sync.feed.publish(userId, [{ type: 'BALANCE_UPDATE', accountId }]);
  await until(t, 'the second', () => typesOf(line).filter((type) => type === 'SNAPSHOT').length === 2);
  t.match(said(line).at(-1)?.data, { accounts: [{ id: accountId }] });
});

void t.test('another user is told nothing of it', async (t) => {
  const { world, sync, token, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId, { label: 'Secret' });
  const other = await person(world, 'other');
  const foreign = await dial(world, path, bearer(await tokenOf(world, other)));
  const own = await dial(world, path, bearer(token));
  await until(t, 'both begin', () => own.heard.length === 1 && foreign.heard.length === 1);
  sync.feed.publish(userId, [{ type: 'BALANCE_UPDATE', accountId }]);
  await until(t, 'the owner hears', () => own.heard.length === 2);
  sync.feed.publish(other.userId, [{ type: 'BALANCE_UPDATE', accountId }]);
  sync.feed.publish(other.userId, [{ type: 'MARKET_STATE', accountId: null }]);
  await until(t, 'the other goes on', () => foreign.heard.length === 2);
  t.same(typesOf(foreign), ['SNAPSHOT', 'MARKET_STATE']);
  t.notMatch(foreign.heard.join(), /Secret/);
});

void t.test('a failed reading is made good by a snapshot, and the program lives', async (t) => {
  const { world, sync, token, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId);
  const line = await dial(world, path, bearer(token));
  await until(t, 'the first', () => line.heard.length === 1);
  await ask(world, 'revoke select on accounts from rawjournal_app');
  sync.feed.publish(userId, [{ type: 'BALANCE_UPDATE', accountId }]);
  await until(t, 'the log says so', () =>
    world.logged.some((text) => text.includes('A stream was not told')),
  );
  await ask(world, 'grant select on accounts to rawjournal_app');
  world.clock.advance(1_000);
  await until(t, 'the second', () => line.heard.length === 2);
  t.same(typesOf(line), ['SNAPSHOT', 'SNAPSHOT']);
});

void t.test('the token comes as a header or as a subprotocol, and is never said back', async (t) => {
  const { world, token } = await setting(t);
  const offer = (text: string) => ({ 'sec-websocket-protocol': text });
  const good = await answeredHead(world, path, offer(`rawjournal.v1, bearer.${token}`));
  t.equal(good.statusCode, 101);
  t.equal(good.headers['sec-websocket-protocol'], 'rawjournal.v1');
  const alone = await answeredHead(world, path, offer(`bearer.${token}`));
  t.equal(alone.headers['sec-websocket-protocol'], undefined);
  for (const head of [good, alone]) t.notOk(JSON.stringify(head.rawHeaders).includes(token));
  const page = await answeredHead(world, path, { ...bearer(token), origin: 'https://app.example' });
  t.equal(page.statusCode, 101, 'a program may have any origin: its token is no cookie');
  t.notOk(world.logged.join().includes(token));
});

void t.test('without a token that is known nothing opens', async (t) => {
  const { world, owner, token } = await setting(t);
  const cookie = `${world.kit.cookies.session}=${owner.browser.cookie(world.kit.cookies.session) ?? ''}`;
  const tries: Record<string, string>[] = [
    {},
    { cookie },
    bearer(`${token}x`),
    { 'sec-websocket-protocol': `rawjournal.v1, bearer.${token}x` },
    { 'sec-websocket-protocol': `rawjournal.v1, ${token}` },
    { 'sec-websocket-protocol': `xbearer.${token}` },
  ];
  for (const headers of tries) t.equal(await handshake(world, path, headers), 401, JSON.stringify(headers));
  t.equal(await handshake(world, `${path}?token=${token}`, {}), 401);
  const plain = await callerWith(world, token).call('GET', '/stream');
  t.equal(plain.statusCode, 426);
  t.match(plain.json(), { error: { code: 'upgrade_required' } });
  const asHeader = await world.app.inject({
    ...{ method: 'GET', url: '/api/v1/me' },
    headers: { host: '127.0.0.1:3000', 'sec-websocket-protocol': `bearer.${token}` },
  });
  t.equal(asHeader.statusCode, 401, 'the subprotocol is for sockets alone');
});

void t.test('a stream ends within five seconds of its token or its user', async (t) => {
  const { world, owner, token, userId } = await setting(t);
  const lines = [await dial(world, path, bearer(token)), await dial(world, path, bearer(token))];
  const other = await dial(world, path, bearer(await tokenOf(world, owner)));
  const elsewhere = await person(world, 'elsewhere');
  const foreign = await dial(world, path, bearer(await tokenOf(world, elsewhere)));
  const isEnded = (line: Line): boolean => line.closed() !== null;
  world.clock.advance(5_000);
  await until(t, 'a look', () => other.heard.length === 1);
  t.notOk([...lines, other, foreign].some(isEnded));
  await ask(world, "delete from api_tokens where scope = 'read'");
  world.clock.advance(5_000);
  await until(t, 'revoked', () => lines.every(isEnded));
  t.same(
    lines.map((line) => line.closed()),
    [1008, 1008],
  );
  t.notOk(isEnded(other));
  await world.db.withTenant('app', userId, (tx) => setDisabled(tx, userId, world.clock.now()));
  world.clock.advance(5_000);
  await until(t, 'disabled', () => isEnded(other));
  t.notOk(isEnded(foreign));
});

void t.test('an open stream counts as online, until it closes', async (t) => {
  const watched: string[] = [];
  const open = (id: string) => {
    watched.push(`open ${id}`);
    return { heard: () => watched.push('heard'), close: () => watched.push('close') };
  };
  const { world, token, userId } = await setting(t, { ...scriptedSync(), open });
  const line = await dial(world, path, bearer(token));
  world.clock.advance(25_000);
  await until(t, 'a ping is answered', () => watched.includes('heard'));
  line.socket.terminate();
  await until(t, 'it leaves', () => watched.includes('close'));
  t.equal(watched.filter((word) => word === 'close').length, 1);
  t.equal(watched[0], `open ${userId}`);
});
