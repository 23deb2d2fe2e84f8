import t from 'tap';
import { testApp } from '../../testing/app.js';
import { person, tokenOf, type Person } from '../../testing/cast.js';
import { asAdministrator } from '../../testing/database.js';
import { estate } from '../../testing/estate.js';
import { sender } from '../../testing/sending.js';
import { writeOf } from '../../testing/written.js';

t.setTimeout(600_000);

/** One trade as a table of ours. */
const table = [
  'id,account,source,symbol,side,lots,opened,openPrice,closed,closePrice,stopLoss,takeProfit,gross,commission,swap,fee,net,pips,magic,comment,positionId,currency',
  'x1,Swing,live,EURUSD,buy,0.10,2026-03-01T08:00:00.000Z,1.1,2026-03-01T09:00:00.000Z,1.2,,,1.00,0.00,0.00,0.00,1.00,10.0,0,,900001,USD',
  '',
].join('\r\n');

const listOf = async ({ browser }: Person, query = ''): Promise<string> =>
  (await browser.get(`/journal${query}`)).body;

void t.test(
  'an entry whose import is taken back is shown as gone, and back on its trade with it',
  async (t) => {
    const world = await testApp(t);
    const anna = await person(world, 'anna');
    const { send, save, undo, look } = sender(world, await tokenOf(world, anna));
    const first = await send(table);
    await save(first.id);
    const { id, entryId } = await asAdministrator(world.login, async (client) => {
      const { rows } = await client.query<{ id: string }>('select id from trades');
      await writeOf(world, anna.userId, rows[0]?.id ?? '', { notes: 'kept words\n\nin full' });
      const entries = await client.query<{ id: string }>('select id from journal_entries');
      return { id: rows[0]?.id ?? '', entryId: entries.rows[0]?.id ?? '' };
    });
    const account = (await look(first.id)).accountId ?? '';
    t.match(await listOf(anna), `/trades/${id}`);
    t.equal(
      (await anna.browser.get(`/journal/entries/${entryId}/removal`)).statusCode,
      409,
      'its trade is here',
    );

    await undo(first.id);
    const gone = await listOf(anna);
    t.match(gone, 'Its trade is no longer here, because its import was taken back or its deals changed.');
    t.notMatch(gone, `/trades/${id}`);
    t.match(gone, /EURUSD[^]*0\.10 lots[^]*kept words in full[^]*kept words\n\nin full[^]*\+1\.00/);
    t.match(await listOf(anna, '?kind=gone&q=kept'), '1 entry found');
    t.match(await listOf(anna, '?kind=trades'), 'No entry is all of this at once');

    await save((await send(table)).id, { accountId: account });
    const back = await listOf(anna);
    t.match(back, `/trades/${id}`);
    t.notMatch(back, 'no longer here');
    t.match(await listOf(anna, '?kind=trades&q=kept'), '1 entry found');
    await anna.browser.get('/journal');
    const refused = await anna.browser.post(`/journal/entries/${entryId}/removal`);
    t.equal(refused.statusCode, 409, 'a dialog that stood open meanwhile deletes nothing');
    t.match(await listOf(anna), 'kept words');
  },
);

void t.test('an entry whose trade is gone can be deleted, once asked again', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'owner');
  const path = `/journal/entries/${owner.goneEntryId}/removal`;
  for (const where of [path, `${path}/dialog`])
    t.match((await owner.browser.get(where)).body, 'Delete this entry?');
  await owner.browser.get('/journal');
  const answer = await owner.browser.post(path);
  t.equal(answer.headers.location, '/journal?kind=gone');
  t.notMatch(await listOf(owner), 'kept too');
  t.equal((await owner.browser.post(path)).statusCode, 404, 'the second click');
});
