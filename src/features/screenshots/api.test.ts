import t from 'tap';
import { kindOf } from '../../pictures/kind.js';
import { testApp } from '../../testing/app.js';
import { callerWith } from '../../testing/caller.js';
import { person, tokenOf } from '../../testing/cast.js';
import { formOf, pngOf, type FormFile } from '../../testing/pictures.js';
import { seedAccount } from '../../testing/trading.js';

t.setTimeout(300_000);

void t.test('programs add, list, fetch and delete pictures of their user', async (t) => {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { tradeIds } = await seedAccount(world, anna.userId, { trades: 1 });
  const path = `/trades/${tradeIds[0] ?? ''}/screenshots`;
  const token = await tokenOf(world, anna);
  const { call } = callerWith(world, token);
  const send = (files: FormFile[], fields: Record<string, string> = {}, bearer = token) => {
    const { headers, payload } = formOf(files, fields);
    const own = { ...headers, host: '127.0.0.1:3000', authorization: `Bearer ${bearer}` };
    return world.app.inject({ method: 'POST', url: `/api/v1${path}`, headers: own, payload });
  };
  t.same((await call('GET', path)).json(), { items: [], nextCursor: null });
  const sent = await send([{ name: 'a.png', content: pngOf(30, 20) }], { caption: 'Entry' });
  t.equal(sent.statusCode, 201);
  const { items } = sent.json<{ items: Record<string, unknown>[] }>();
  const id = String(items[0]?.['id']);
  const url = `/api/v1/screenshots/${id}`;
  t.match(items, [{ id, trade: tradeIds[0], url, width: 30, height: 20, caption: 'Entry' }]);
  t.same((await call('GET', path)).json(), { items, nextCursor: null });
  t.same(
    (await send([{ name: 'b.png', content: pngOf(30, 20) }])).json(),
    { items, nextCursor: null },
    'again',
  );
  const picture = await call('GET', `/screenshots/${id}`);
  t.equal(kindOf(picture.rawPayload), 'webp');
  t.match(picture.headers, { 'content-security-policy': "sandbox; default-src 'none'" });

  const refused = await send([{ name: 'a.svg', content: '<svg/>' }]);
  t.equal(refused.statusCode, 422);
  t.match(refused.json(), { error: { code: 'picture_unknown' } });
  t.match((await send([])).json(), { error: { code: 'no_file' } });
  t.equal((await send([], {}, await tokenOf(world, anna, 'read'))).statusCode, 403);

  const bert = await tokenOf(world, await person(world, 'bert'));
  const his = callerWith(world, bert);
  for (const method of ['GET', 'DELETE'] as const)
    t.equal((await his.call(method, `/screenshots/${id}`)).statusCode, 404);
  t.equal((await his.call('GET', path)).statusCode, 404);
  t.equal((await send([{ name: 'a.png', content: pngOf(1, 1) }], {}, bert)).statusCode, 404);

  t.equal((await call('DELETE', `/screenshots/${id}`)).statusCode, 204);
  t.equal((await call('DELETE', `/screenshots/${id}`)).statusCode, 404);
  t.same((await call('GET', path)).json(), { items: [], nextCursor: null });
});
