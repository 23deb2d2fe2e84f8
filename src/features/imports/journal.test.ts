import t, { type Test } from 'tap';
import { testApp, type TestApp } from '../../testing/app.js';
import { person, tokenOf, type Person } from '../../testing/cast.js';
import { asAdministrator } from '../../testing/database.js';
import { pngOf } from '../../testing/pictures.js';
import { file, sendPictures, shown } from '../../testing/screenshots.js';
import { sender } from '../../testing/sending.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades } from '../../testing/trades.js';

t.setTimeout(600_000);

const heading =
  'id,account,source,symbol,side,lots,opened,openPrice,closed,closePrice,stopLoss,takeProfit,gross,commission,swap,fee,net,' +
  'pips,magic,comment,positionId,currency';
/** Two trades as a table of ours, with or without what was written of them. */
const table = (more: readonly [string, string] | null): string =>
  [
    more === null ? heading : `${heading},setup,tags,notes`,
    ...[1, 2].map((number) =>
      [
        `x${number},Swing,live,EURUSD,buy,0.10,2026-03-0${number}T08:00:00.000Z,1.1,2026-03-0${number}T09:00:00.000Z,1.2,,,`,
        `${number}.00,0.00,0.00,0.00,${number}.00,10.0,0,,90000${number},USD`,
        ...(more === null ? [] : [`,${more[number - 1] ?? ''}`]),
      ].join(''),
    ),
    '',
  ].join('\r\n');

async function desk(t: Test) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  return { world, anna, ...sender(world, await tokenOf(world, anna)) };
}

const idsOf = ({ login }: TestApp): Promise<string[]> =>
  asAdministrator(login, async (client) =>
    (await client.query<{ id: string }>('select id from trades order by opened_at')).rows.map(({ id }) => id),
  );

const write = ({ browser }: Person, id: string, fields: Record<string, string>) =>
  browser.fill(`/trades/${id}`, `/trades/${id}/journal`, { version: '0', ...fields });
const listOf = async ({ browser }: Person, query: string): Promise<string> =>
  (await browser.get(`/trades${query}`)).body;

void t.test(
  'what was written survives the same file again, its undoing, and comes back with the trade',
  async (t) => {
    const { world, anna, send, save, undo, look } = await desk(t);
    const first = await send(table(null));
    await save(first.id);
    const [id = ''] = await idsOf(world);
    t.equal((await write(anna, id, { notes: 'mine', newTags: 'Late', setup: 'Gap' })).statusCode, 303);
    const again = await send(table(null));
    const account = (await look(first.id)).accountId ?? '';
    await save(again.id, { accountId: account });
    t.match(await listOf(anna, '?tag=Late&setup=Gap&notes=yes'), id, 'the same file again');
    await undo(again.id);
    await undo(first.id);
    t.same(await idsOf(world), []);
    t.match(
      (await anna.browser.get('/accounts')).body,
      account,
      'it stays, because something is written in it',
    );
    t.equal((await anna.browser.get(`/trades/${id}`)).statusCode, 404);
    await save((await send(table(null))).id, { accountId: account });
    t.match(await listOf(anna, '?tag=Late&setup=Gap&notes=yes'), id);
  },
);

void t.test('what was written follows a trade from a list’s row to its true deals', async (t) => {
  const { world, anna, send, save } = await desk(t);
  await save((await send(table(null))).id);
  const [made = '', other = ''] = await idsOf(world);
  await write(anna, made, { notes: 'of the list', newTags: 'Late' });
  const { account_id: accountId } = await asAdministrator(world.login, async (client) => {
    const { rows } = await client.query<{ account_id: string }>('select account_id from trades limit 1');
    return rows[0] ?? { account_id: '' };
  });
  const [trueId = ''] = await seedTrades(world, { userId: anna.userId, accountId }, [
    {
      positionId: '900001',
      openedAt: new Date('2026-03-01T08:00:30Z'),
      closedAt: new Date('2026-03-01T09:00:00Z'),
    },
  ]);
  t.not(trueId, made);
  const list = await listOf(anna, '?tag=Late&notes=yes');
  t.match(list, trueId);
  t.notMatch(list, other);
});

void t.test('our own files bring back what was written, and never over what a person wrote', async (t) => {
  const { world, anna } = await desk(t);
  const { accountId } = await seedAccount(world, anna.userId, { label: 'Swing', trades: 0 });
  const [id = '', two = ''] = await seedTrades(world, { userId: anna.userId, accountId }, [{}, {}]);
  await write(anna, id, { notes: '=1+1\n\nsecond; line', newTags: 'Late', setup: '@home' });
  await write(anna, two, { newTags: 'Early' });
  const files: [string, string][] = [];
  for (const kind of ['json', 'csv'])
    files.push([kind, (await anna.browser.get(`/trades/export.${kind}`)).body]);
  t.match(files[1]?.[1], `"'=1+1`, 'no spreadsheet takes it for a formula');
  for (const [kind, exported] of files) {
    const bert = await person(world, `bert-${kind}`);
    const { send, save, look } = sender(world, await tokenOf(world, bert));
    const first = await send(exported);
    await save(first.id);
    const list = await listOf(bert, '?tag=late&setup=@home&notes=yes');
    t.match(list, '1 trade', kind);
    const his = /name="ids" value="([^"]+)"/.exec(list)?.[1] ?? '';
    const { body } = await bert.browser.get(`/trades/${his}`);
    t.match(body, '>\n=1+1\n\nsecond; line</textarea>');
    t.match(await listOf(bert, '?tag=early'), 'name="ids"', kind);
    const version = /name="version" value="(\d+)"/.exec(body)?.[1] ?? '';
    await write(bert, his, { notes: 'his own', version });
    await save((await send(exported)).id, { accountId: (await look(first.id)).accountId ?? '' });
    t.match((await bert.browser.get(`/trades/${his}`)).body, 'his own</textarea>', kind);
  }
});

void t.test('a picture alone keeps no file from bringing what was written', async (t) => {
  const { world, anna, send, save, look } = await desk(t);
  const first = await send(table(null));
  await save(first.id);
  const [id = ''] = await idsOf(world);
  await anna.browser.get('/settings/profile');
  t.equal((await sendPictures(anna, id, [file(pngOf(3, 3))])).statusCode, 303);
  const again = await send(table(['Gap,Late,of the file', ',,']));
  await save(again.id, { accountId: (await look(first.id)).accountId ?? '' });
  t.match(await listOf(anna, '?tag=Late&setup=Gap&notes=yes'), id);
  t.equal((await shown(anna, id)).length, 1, 'and the picture is there');
});

void t.test('words of a file that are none are put right', async (t) => {
  const { anna, send, save } = await desk(t);
  await save((await send(table(['none,"none, ,Late,late",', `${'s'.repeat(50)},,<b>`]))).id);
  const { body } = await anna.browser.get('/settings/tags');
  t.equal(body.match(/<span>late<\/span>/gi)?.length, 1);
  t.match(body, `<span>${'s'.repeat(40)}</span>`);
  t.notMatch(body, '<span>none</span>');
  t.notMatch(await listOf(anna, ''), '<b></b>');
});
