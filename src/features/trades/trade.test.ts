import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { dealEntry, dealReason, dealType } from '../../domain/deal.js';
import { testApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';
import { withoutHelp } from '../../testing/steps.js';
import { seedAccount } from '../../testing/trading.js';
import { dealOf, seedTrades, type WishedTrade } from '../../testing/trades.js';

t.setTimeout(600_000);

async function desk(t: Test, wishes: readonly WishedTrade[]) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { label: 'Swing', trades: 0 });
  const ids = await seedTrades(world, { userId: anna.userId, accountId }, wishes);
  const show = async (number: number, query = ''): Promise<string> =>
    (await anna.browser.get(`/trades/${ids[number] ?? ''}${query}`)).body;
  return { world, anna, accountId, ids, show };
}

/** Terms and what stands beside them, whether or not a term tells what it is. */
const linesOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    [
      ...withoutHelp(html).matchAll(
        /<dt>\s*(?:<a[^>]*>)?([^<]+)(?:<\/a>)?\s*<\/dt><dd[^>]*>(?:<span[^>]*>)?([^<]*)/g,
      ),
    ].map(([, term, text]) => [term ?? '', (text ?? '').trim()]),
  );
const minor = (text: string | undefined): number =>
  Math.round(Number((text ?? '').replace('\u2212', '-').replace(/[+\s\u202f]/g, '')) * 100);

const base = Date.UTC(2026, 1, 3, 10);
const turned: WishedTrade = {
  positionId: '910001',
  firstTicket: '50001',
  dealTickets: ['50001', '50002', '50003'],
  volume: 0.5,
  openPrice: 1.08112,
  closePrice: 1.08292,
  stopLoss: 1.0785,
  gross: 9_020,
  commission: -351,
  swap: -12,
  fee: -1,
  closeReason: dealReason.takeProfit,
  flags: ['reversed'],
  deals: [
    dealOf(
      { positionId: '910001', symbol: 'EURUSD', magic: '0' },
      { ticket: '50001', serverMs: base + 7_200_000, doneMs: base, volume: 0.5, commission: -175 },
    ),
    dealOf(
      { positionId: '910001', symbol: 'EURUSD', magic: '0' },
      {
        ticket: '50002',
        serverMs: base + 9_000_000,
        type: dealType.sell,
        entry: dealEntry.out,
        reason: 77,
        volume: 0.2,
        commission: -70,
        profit: 2_120,
        swap: -12,
        fee: -1,
      },
    ),
    dealOf(
      { positionId: '910001', symbol: 'EURUSD', magic: '0' },
      {
        ticket: '50003',
        serverMs: base + 9_900_000,
        type: dealType.sell,
        entry: dealEntry.inOut,
        reason: dealReason.takeProfit,
        volume: 0.5,
        commission: -177,
        profit: 6_900,
      },
    ),
  ],
};

void t.test('the split of the money adds up to the cent', async (t) => {
  const { show } = await desk(t, [turned]);
  const html = await show(0);
  const lines = linesOf(html);
  t.equal(
    minor(lines['Gross']) + minor(lines['Commission']) + minor(lines['Swap']) + minor(lines['Fee']),
    minor(lines['Net']),
  );
  t.equal(minor(lines['Net']), 9_020 - 351 - 12 - 1);
  const costs = [...html.matchAll(/data-label="Commission">([^<]+)</g)].map(([, text]) => minor(text));
  t.same(costs, [-175, -70, -106, -351], 'fills, and their sum');
});

void t.test(
  'fills say when, how and why, in words; a deal that reverses says what is not of this trade',
  async (t) => {
    const { show } = await desk(t, [turned]);
    const html = await show(0);
    t.match(html, /10:00:00<span class="sub">12:00:00 broker/);
    t.match(html, 'reason 77');
    t.match(html, 'take profit');
    t.match(html, '0.30 of its 0.50 lots; the rest opened the next trade');
    t.match(html, 'Reversed.');
  },
);

void t.test('R is shown where a stop is known, and the reason where it is not', async (t) => {
  const { show } = await desk(t, [
    { stopLoss: 1.07, gross: 1_000, commission: 0 },
    {},
    { closedAt: null },
    { flags: ['orphan'], openPrice: null, pips: null, stopLoss: 1.07 },
  ]);
  t.equal(linesOf(await show(0))['R'], '+1.00');
  t.match(await show(1), 'no stop with the order');
  t.match(await show(2), 'still open');
  const orphan = await show(3);
  t.match(orphan, 'The entry is not in the broker\u2019s history');
  t.match(orphan, 'the entry is not known');
});

void t.test('a trade that another position closed leads there', async (t) => {
  const { show, ids } = await desk(t, [
    { closedBy: '800001' },
    { positionId: '800001' },
    { closedBy: '123', flags: ['review'] },
  ]);
  t.ok((await show(0, '?side=buy')).includes(`href="/trades/${ids[1] ?? ''}?side=buy"`));
  const alone = await show(2);
  t.match(alone, 'no trade of it is here');
  t.match(alone, 'Worth a look.');
});

void t.test('stops are listed as they were seen to move', async (t) => {
  const { world, anna, accountId, show } = await desk(t, [
    { stopLoss: 1.07, openedAt: new Date(base), closedAt: new Date(base + 7_200_000) },
  ]);
  const level = (minutes: number, stop: number) => ({
    user_id: anna.userId,
    account_id: accountId,
    position_id: '800000',
    seen_at: new Date(base + minutes * 60_000),
    stop_loss: stop,
    take_profit: null,
  });
  await world.db.withTenant('app', anna.userId, (tx) =>
    tx
      .insertInto('position_levels')
      .values([level(0, 1.07), level(30, 1.08), level(300, 1.2)])
      .execute(),
  );
  const html = await show(0);
  t.match(html, /With the order<\/td><td>1\.07</);
  t.match(html, /3 Feb 2026, 10:30<\/td><td>1\.08</);
  t.equal(html.match(/<td>1\.07</g)?.length, 1, 'the first one seen says nothing new');
  t.notMatch(html, '<td>1.2<', 'what was seen after the close is of the next trade');
});

const stepOf = (html: string, rel: 'prev' | 'next'): string | null =>
  new RegExp(`href="/trades/([0-9a-f-]{36})[^"]*" rel="${rel}" data-step=`).exec(html)?.[1] ?? null;

void t.test(
  'previous and next walk the list one came from, in its order, and end where it ends',
  async (t) => {
    const { anna, show, ids } = await desk(t, [
      { gross: 500, side: 'sell' },
      { gross: 100 },
      { gross: 500 },
      { gross: 300, closedAt: null, pips: null },
      { gross: 500, pips: null },
    ]);
    for (const query of [
      '',
      '?sort=-net',
      '?sort=net',
      '?sort=pips',
      '?sort=-pips',
      '?side=buy&sort=closed',
    ]) {
      const { body } = await anna.browser.get(`/trades${query}`);
      const list = [...body.matchAll(/class="row-link" href="\/trades\/([0-9a-f-]{36})/g)].map(
        ([, id]) => id,
      );
      t.ok(list.length >= 4);
      for (const [place, id] of list.entries()) {
        const html = await show(ids.indexOf(id ?? ''), query);
        t.equal(stepOf(html, 'prev'), list[place - 1] ?? null, `before ${place} of ${query}`);
        t.equal(stepOf(html, 'next'), list[place + 1] ?? null, `behind ${place} of ${query}`);
      }
    }
  },
);

void t.test('nobody finds the trade of another, on a page or by the API', async (t) => {
  const { world, ids } = await desk(t, [{ comment: 'secret EA' }]);
  const bert = await person(world, 'bert');
  const token = await tokenOf(world, bert, 'read');
  const headers = { authorization: `Bearer ${token}` };
  for (const id of [ids[0] ?? '', randomUUID(), 'x', '%00']) {
    const page = await bert.browser.get(`/trades/${id}`);
    t.equal(page.statusCode, 404);
    t.notMatch(page.body, 'secret');
    t.equal((await bert.browser.get(`/api/v1/trades/${id}`, headers)).statusCode, 404);
  }
  t.same((await bert.browser.get('/api/v1/trades', headers)).json(), { items: [], nextCursor: null });
});
