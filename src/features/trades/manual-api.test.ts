import { randomUUID } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import t, { type Test } from 'tap';
import { testApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';
import { enterTrade } from '../../testing/manual.js';
import { rowsOf } from '../../testing/rows.js';
import { seedAccount } from '../../testing/trading.js';

t.setTimeout(600_000);

interface TradeAnswer {
  id: string;
  net: string;
  estimate: string | null;
  deals: { ticket: string }[];
  error?: { code: string; message: string; fields?: Record<string, string> };
}

const yen = {
  ...{ symbol: 'USDJPY', side: 'buy', volume: '1', openedAt: '2026-02-03T10:00:00Z', openPrice: '149.90' },
  ...{ closedAt: '2026-02-03T10:30:00Z', closePrice: '150.00' },
};

async function program(t: Test) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const token = await tokenOf(world, anna);
  const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object, by = token) => {
    const request: InjectOptions = {
      method,
      url: `/api/v1${path}`,
      headers: { authorization: `Bearer ${by}` },
    };
    return world.browser().request(payload === undefined ? request : { ...request, payload });
  };
  const made = await enterTrade(world, anna.userId);
  /** All rows but those of the tokens, which note when they were used. */
  const written = async () => ({ ...(await rowsOf(world.login, anna.userId)), api_tokens: null });
  return { world, anna, call, written, account: made.manualAccountId, tradeId: made.manualTradeId };
}

void t.test('a trade is entered, told as every other is, changed and deleted', async (t) => {
  const { call, account } = await program(t);
  const answer = await call('POST', '/trades', { ...yen, account });
  t.equal(answer.statusCode, 201);
  const trade = answer.json<TradeAnswer>();
  t.match(trade, {
    ...{ accountId: account, symbol: 'USDJPY', volume: '1', openPrice: '149.9', closePrice: '150' },
    ...{ openedAt: '2026-02-03T10:00:00.000Z', net: '66.67', gross: '66.67', currency: 'USD', pips: '10' },
    estimate: /Contract size 100\u202f000, which is usual/,
  });
  t.equal(trade.deals.length, 2);
  t.same((await call('GET', `/trades/${trade.id}`)).json(), trade);
  const changed = await call('PATCH', `/trades/${trade.id}`, { volume: '2', stopLoss: '149.80' });
  t.match(changed.json(), { id: trade.id, net: '133.33', stopLoss: '149.8' });
  t.match((await call('PATCH', `/trades/${trade.id}`, { net: '120' })).json(), {
    net: '120.00',
    estimate: null,
  });
  t.match(
    (await call('PATCH', `/trades/${trade.id}`, { net: null })).json(),
    { net: '133.33' },
    'reckoned again',
  );
  const open = await call('PATCH', `/trades/${trade.id}`, { closedAt: null, closePrice: null });
  t.match(open.json(), { closedAt: null, closePrice: null, net: '0.00', estimate: null });
  t.equal((await call('DELETE', `/trades/${trade.id}`)).statusCode, 204);
  t.equal((await call('GET', `/trades/${trade.id}`)).statusCode, 404);
  t.equal((await call('DELETE', `/trades/${trade.id}`)).statusCode, 404);
});

void t.test('what cannot be used is named field by field, and nothing is written', async (t) => {
  const { call, written, account } = await program(t);
  const before = await written();
  const tries: [object, string][] = [
    [{ volume: 1 }, 'volume'],
    [{ volume: '0' }, 'volume'],
    [{ openPrice: '1,5' }, 'openPrice'],
    [{ openedAt: 'yesterday' }, 'openedAt'],
    [{ openedAt: '2036-02-03T10:00:00Z' }, 'openedAt'],
    [{ closedAt: '2026-02-03T09:00:00Z' }, 'closedAt'],
    [{ closedAt: null }, 'closedAt'],
    [{ closePrice: null }, 'closePrice'],
    [{ side: 'long' }, 'side'],
    [{ symbol: '' }, 'symbol'],
    [{ symbol: 'XTIUSD' }, 'net'],
    [{ account: randomUUID() }, 'account'],
    [{ account: 'x' }, 'account'],
    [{ colour: 'red' }, 'colour'],
  ];
  for (const [fields, name] of tries) {
    const answer = await call('POST', '/trades', { ...yen, account, ...fields });
    t.equal(answer.statusCode, 400, JSON.stringify(fields));
    const { error } = answer.json<TradeAnswer>();
    t.match(error?.fields?.[name], /\.$/, `${name}: ${JSON.stringify(error)}`);
  }
  t.same(await written(), before);
});

void t.test('what a broker told is refused with a sentence', async (t) => {
  const { world, anna, call, written } = await program(t);
  const live = await seedAccount(world, anna.userId, { trades: 1 });
  const before = await written();
  for (const answer of [
    await call('PATCH', `/trades/${live.tradeIds[0] ?? ''}`, { volume: '2' }),
    await call('DELETE', `/trades/${live.tradeIds[0] ?? ''}`),
  ]) {
    t.equal(answer.statusCode, 409);
    t.match(answer.json(), { error: { code: 'not_manual', message: /not entered by hand/ } });
  }
  t.equal((await call('POST', '/trades', { ...yen, account: live.accountId })).statusCode, 400);
  t.same(await written(), before);
});

void t.test('a stranger finds neither the trade nor the account', async (t) => {
  const { world, anna, call, account, tradeId } = await program(t);
  const bert = await tokenOf(world, await person(world, 'bert'));
  const reader = await tokenOf(world, anna, 'read');
  const before = await rowsOf(world.login, anna.userId);
  t.equal((await call('PATCH', `/trades/${tradeId}`, { volume: '2' }, bert)).statusCode, 404);
  t.equal((await call('PATCH', `/trades/${tradeId}`, { colour: 'red' }, bert)).statusCode, 404);
  t.equal((await call('DELETE', `/trades/${tradeId}`, undefined, bert)).statusCode, 404);
  t.equal((await call('POST', '/trades', { ...yen, account }, bert)).statusCode, 400);
  t.equal((await call('DELETE', `/trades/${tradeId}`, undefined, reader)).statusCode, 403);
  t.same((await rowsOf(world.login, anna.userId))['trades'], before['trades']);
});

void t.test('the document describes them', async (t) => {
  const { call } = await program(t);
  const { paths } = (await call('GET', '/openapi.json')).json<{
    paths: Record<string, Record<string, unknown>>;
  }>();
  const at = (path: string) => Object.entries(paths).find(([name]) => name.endsWith(path))?.[1] ?? {};
  t.match(at('/trades')['post'], { requestBody: { content: {} } });
  t.ok(at('/trades/{id}')['patch']);
  t.ok(at('/trades/{id}')['delete']);
});
