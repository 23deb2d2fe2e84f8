import { parse } from 'csv-parse/sync';
import t, { type Test } from 'tap';
import { limitTable } from '../../web/limits.js';
import { testApp } from '../../testing/app.js';
import { person, tokenOf, type Person } from '../../testing/cast.js';
import { noLimits } from '../../testing/limits.js';
import { reportOf } from '../../testing/report-of.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades, type WishedTrade } from '../../testing/trades.js';

t.setTimeout(600_000);

async function desk(t: Test, wishes: readonly WishedTrade[], options: Parameters<typeof testApp>[1] = {}) {
  const world = await testApp(t, options);
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { label: 'Swing', trades: 0 });
  const ids = await seedTrades(world, { userId: anna.userId, accountId }, wishes);
  return { world, anna, accountId, ids };
}

type Line = Record<string, string>;
const linesOf = (csv: string): Line[] => parse(csv, { columns: true, bom: true });
const csv = async ({ browser }: Person, query = ''): Promise<Line[]> =>
  linesOf((await browser.get(`/trades/export.csv${query}`)).body);

interface Whole {
  rawjournal: number;
  exportedAt: string;
  accounts: Record<string, unknown>[];
  trades: { id: string; net: string; deals: Record<string, unknown>[] }[];
}
const json = async ({ browser }: Person, query = ''): Promise<Whole> =>
  (await browser.get(`/trades/export.json${query}`)).json<Whole>();

const at = (text: string): Date => new Date(text);

void t.test('a file holds exactly what the list shows, in its order', async (t) => {
  const { anna, ids } = await desk(t, [
    { gross: 500, side: 'sell' },
    { gross: 100 },
    { gross: 900, side: 'sell', comment: '=1+1' },
    { gross: -300, side: 'sell', closedAt: null, closePrice: null },
  ]);
  const query = '?side=sell&sort=-net';
  const wanted = [ids[2], ids[0], ids[3]];
  t.same(
    (await csv(anna, query)).map(({ id }) => id),
    wanted,
  );
  t.same(
    (await json(anna, query)).trades.map(({ id }) => id),
    wanted,
  );
  const [first, , open] = await csv(anna, query);
  t.match(first, { net: '8.65', commission: '-0.35', comment: "'=1+1", account: 'Swing', currency: 'USD' });
  t.match(open, { closed: '', closePrice: '', net: '-3.35' });
  const answer = await anna.browser.get(`/trades/export.csv${query}`);
  t.match(answer.headers, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': /^attachment; filename="rawjournal-trades-\d{4}-\d\d-\d\d\.csv"$/,
  });
  t.match((await anna.browser.get('/trades')).body, 'href="/trades/export.xlsx"');
  t.match((await anna.browser.get(`/trades${query}`)).body, '/trades/export.csv?side=sell&amp;sort=-net');
});

void t.test(
  'trades are chosen by what came of them after costs, on the page, in files and by programs',
  async (t) => {
    // Costs are 35 of each.
    const { world, anna, ids } = await desk(t, [
      { gross: 36 },
      { gross: 35 },
      { gross: 34 },
      { gross: 900, closedAt: null, closePrice: null },
    ]);
    const token = await tokenOf(world, anna);
    for (const [at, result] of ['won', 'even', 'lost'].entries()) {
      t.same(
        (await csv(anna, `?result=${result}`)).map(({ id }) => id),
        [ids[at]],
        result,
      );
      const page = (await anna.browser.get(`/trades?result=${result}`)).body;
      t.match(page, ids[at] ?? 'none');
      t.match(page, new RegExp(`Remove the filter ${result}`, 'i'));
      const { body } = await anna.browser.request({
        ...{ method: 'GET', url: `/api/v1/trades?result=${result}` },
        headers: { authorization: `Bearer ${token}` },
      });
      t.equal((JSON.parse(body) as { items: unknown[] }).items.length, 1);
      t.match((await anna.browser.get(`/analytics?result=${result}`)).body, `Remove the filter`);
    }
    t.same(await csv(anna, '?result=won&status=open'), [], 'what is open has no result yet');
  },
);

void t.test('JSON tells each trade as the API does, with its deals whole, and its account', async (t) => {
  const { anna, accountId } = await desk(t, [{ openedAt: at('2026-03-02T08:00:00Z'), magic: '77' }]);
  const whole = await json(anna);
  t.match(whole, { rawjournal: 1, accounts: [{ id: accountId, label: 'Swing', currency: 'USD' }] });
  t.equal(JSON.stringify(whole.accounts).includes('password'), false);
  const [trade] = whole.trades;
  t.match(trade, { accountId, net: '9.65', session: 'london', openedAt: '2026-03-02T08:00:00.000Z' });
  t.match(trade?.deals, [
    { type: 'buy', entry: 'in', volume: '0.1', commission: '-0.35', magic: '77', symbol: 'EURUSD' },
    { type: 'sell', entry: 'out', profit: '10.00', positionId: '800000' },
  ]);
});

void t.test('what was exported is read again, to the cent', async (t) => {
  const { anna } = await desk(t, [
    { comment: '=cmd|1', magic: '77', gross: -1_234, swap: -5, openedAt: at('2026-03-02T08:00:00Z') },
    { side: 'sell', closedAt: null, closePrice: null, openedAt: at('2026-03-02T08:30:00Z') },
  ]);
  const folder = t.testdir();
  const table = await reportOf(folder, (await anna.browser.get('/trades/export.csv?sort=opened')).body);
  t.match(table, { format: 'rawjournal', problems: [], account: { name: 'Swing', currency: 'USD' } });
  t.match(table.positions, [
    {
      ...{ positionId: '800000', side: 'buy', openedMs: Date.parse('2026-03-02T08:00:00Z') },
      ...{ profit: '-12.34', swap: '-0.05', commission: '-0.35', magic: '77', comment: '=cmd|1' },
    },
    { positionId: '800001', side: 'sell', closedMs: null },
  ]);
  const whole = await reportOf(folder, (await anna.browser.get('/trades/export.json?sort=opened')).body);
  t.match(whole, { format: 'rawjournal', problems: [] });
  t.same(
    whole.deals.map(({ ticket, profit }) => [ticket, Number(profit)]),
    [
      ['10000', 0],
      ['10001', -12.34],
      ['10002', 0],
    ],
  );
});

void t.test('a workbook is one that spreadsheets open', async (t) => {
  const { anna } = await desk(t, [{}]);
  const answer = await anna.browser.get('/trades/export.xlsx');
  t.equal(answer.rawPayload.subarray(0, 2).toString(), 'PK');
  t.match(answer.headers['content-type'], 'spreadsheetml');
  t.ok(answer.rawPayload.length > 2_000);
});

void t.test('a file holds only one’s own trades, whatever is asked for', async (t) => {
  const { world, anna, accountId } = await desk(t, [{ comment: 'secret EA' }]);
  const bert = await person(world, 'bert');
  await seedAccount(world, bert.userId, { label: 'Other', trades: 1 });
  for (const query of ['', `?account=${accountId}`, '?ea=secret+EA', '?status=closed']) {
    for (const kind of ['csv', 'json', 'xlsx']) {
      const answer = await bert.browser.get(`/trades/export.${kind}${query}`);
      t.equal(answer.statusCode, 200);
      t.notMatch(answer.body, 'secret', `${kind} ${query}`);
      t.notMatch(answer.body, accountId);
    }
  }
  t.equal((await csv(bert)).length, 1);
  t.same((await json(bert, `?account=${accountId}`)).accounts, []);
  t.equal((await csv(anna)).length, 1);
  for (const kind of ['csv', 'json', 'xlsx'])
    t.equal(
      (await world.browser().get(`/trades/export.${kind}`)).statusCode,
      303,
      'a stranger signs in first',
    );
});

void t.test('a filter that cannot be used exports nothing', async (t) => {
  const { anna } = await desk(t, [{}]);
  for (const query of ['?side=up', '?from=2026-02-31', '?sort=luck']) {
    const answer = await anna.browser.get(`/trades/export.csv${query}`);
    t.equal(answer.statusCode, 400);
    t.match(answer.body, 'Nothing was exported.');
  }
});

void t.test('the eleventh file of an hour has to wait', async (t) => {
  const limits = { ...noLimits, exportByUser: limitTable.exportByUser };
  const { world, anna } = await desk(t, [{}], { limits });
  for (let n = 0; n < 10; n += 1)
    t.equal((await anna.browser.get('/trades/export.csv')).statusCode, 200, `file ${n}`);
  const refused = await anna.browser.get('/trades/export.json');
  t.equal(refused.statusCode, 429);
  t.match(refused.body, /Wait \d+ minutes/);
  const bert = await person(world, 'bert');
  t.equal((await bert.browser.get('/trades/export.csv')).statusCode, 200, 'others do not');
});

void t.test(
  'very many trades: every one is in the file once, and the list does not wait for sums',
  async (t) => {
    const many = Array.from({ length: 10_001 }, (_, n) => ({
      openedAt: new Date(Date.UTC(2024, 0, 1) + n * 900_000),
      gross: (n % 7) * 100 - 300,
    }));
    const { anna, ids } = await desk(t, many);
    for (const sort of ['', '?sort=-net', '?sort=r']) {
      const seen = (await csv(anna, sort)).map(({ id }) => id);
      t.equal(seen.length, ids.length, sort);
      t.equal(new Set(seen).size, ids.length);
    }
    const refused = await anna.browser.get('/trades/export.xlsx');
    t.equal(refused.statusCode, 413);
    t.match(refused.body, /Choose fewer by a filter, or take CSV/);
    const later = /id="trade-totals" data-region[^>]*hx-get="\/trades\/totals\?magic=0"/;
    const { body } = await anna.browser.get('/trades?magic=0&page=2');
    t.match(body, later, 'what is not kept apart is added up a moment later');
    t.match(body, '51\u2013100');
    const sums = await anna.browser.get('/trades/totals?magic=0');
    t.match(sums.body, '10\u202f001');
    const whole = await anna.browser.get('/trades?page=2');
    t.notMatch(whole.body, /id="trade-totals" data-region/, 'what is kept is there at once');
    t.match(whole.body, '51\u2013100 of 10\u202f001');
    t.match(
      (await anna.browser.get('/trades?page=999')).body,
      '10\u202f001',
      'beyond the end is the last page',
    );
  },
);
