import t from 'tap';
import { tradesOf } from '../domain/trade.js';
import type { Deal } from '../domain/deal.js';
import { toMinor } from '../lib/money.js';
import { reportOf } from '../testing/report-of.js';
import { finish } from './finish.js';
import type { ReportDeal } from './report.js';
import { syntheticDeals } from './synthetic.js';

const at = (text: string): number => Date.parse(`${text}Z`);

const heading =
  'id,account,source,symbol,side,lots,opened,openPrice,closed,closePrice,stopLoss,takeProfit,gross,commission,swap,fee,net,' +
  'pips,magic,comment,positionId,currency';
const line = (account: string, positionId: string, comment = ''): string =>
  `8f14e45f,${account},live,EURUSD,buy,0.10,2026-03-02T08:00:00.000Z,1.08112,2026-03-02T09:30:15.250Z,1.08012,,1.09,-10.00,` +
  `-0.35,0.00,0.00,-10.35,-10.0,18446744073709551,${comment},${positionId},USD`;
const table = (...lines: string[]): string => `\ufeff${[heading, ...lines, ''].join('\r\n')}`;

void t.test('its own table comes back with every figure, in UTC', async (t) => {
  const report = await reportOf(t.testdir(), table(line('Swing', '900001', "'=1+1")));
  t.match(report, {
    format: 'rawjournal',
    clock: 'utc',
    account: { name: 'Swing', currency: 'USD' },
    problems: [],
    positions: [
      {
        positionId: '900001',
        openedMs: at('2026-03-02T08:00:00'),
        closedMs: at('2026-03-02T09:30:15.250'),
        profit: '-10.00',
        commission: '-0.35',
        net: null,
        stopLoss: null,
        takeProfit: '1.09',
        magic: '18446744073709551',
        comment: '=1+1',
      },
    ],
  });
});

void t.test('a position that had its number from here keeps it', async (t) => {
  const report = await reportOf(t.testdir(), table(line('Swing', "'-77")));
  t.equal(syntheticDeals(report.positions, [])[0]?.positionId, '-77');
});

void t.test('a table of several accounts is refused', async (t) => {
  await t.rejects(reportOf(t.testdir(), table(line('Swing', '1'), line('Scalp', '2'))), {
    message: /several accounts/,
  });
});

const deal = (more: Record<string, unknown>): Record<string, unknown> => ({
  ticket: '41',
  order: '31',
  doneAt: '2026-03-02T07:00:00.000Z',
  serverTime: '2026-03-02T09:00:00.000',
  type: 'buy',
  entry: 'in',
  reason: 'by hand, mobile',
  volume: '0.10',
  price: '1.08',
  profit: '0.00',
  swap: '0.00',
  commission: '-0.35',
  fee: '0.00',
  comment: '',
  positionId: '9',
  symbol: 'EURUSD',
  magic: '18446744073709551',
  ...more,
});
const close = deal({
  ticket: '42',
  type: 'sell',
  entry: 'out',
  reason: 'reason 12',
  profit: '10.00',
  serverTime: '2026-03-02T10:00:00.000',
});
const file = (trades: unknown[], more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    rawjournal: 1,
    exportedAt: '2026-03-09T00:00:00.000Z',
    accounts: [{ id: 'a', label: 'Swing', server: 'Invented-Demo', login: '7001', currency: 'USD' }],
    trades,
    ...more,
  });

const kept = (deal: ReportDeal): Deal => ({
  ...deal,
  positionId: deal.positionId ?? '0',
  serverMs: deal.timeMs,
  reason: deal.reason ?? 0,
  magic: deal.magic ?? '0',
  volume: Number(deal.volume),
  price: Number(deal.price),
  profit: toMinor(deal.profit, 2),
  swap: toMinor(deal.swap, 2),
  commission: toMinor(deal.commission, 2),
  fee: toMinor(deal.fee, 2),
});

void t.test(
  'cash operations of its own JSON are deals of no position; what cannot be read is said',
  async (t) => {
    const cash = [
      deal({
        ticket: '7',
        type: 'balance',
        volume: '0',
        price: '0',
        profit: '1000.00',
        positionId: '0',
        symbol: '',
      }),
      deal({ ticket: '8', type: 'moonshine', positionId: '0' }),
    ];
    const report = await reportOf(
      t.testdir(),
      file([{ id: 't', positionId: '9', deals: [deal({}), close] }], { cash }),
    );
    t.match(
      report.deals.map(({ ticket, type, profit, positionId }) => [ticket, type, profit, positionId]).sort(),
      [
        ['41', 0, '0.00', '9'],
        ['42', 1, '10.00', '9'],
        ['7', 2, '1000.00', '0'],
      ],
    );
    t.match(report.problems, [{ row: null, reason: /^1 of its cash operations cannot be read/ }]);
  },
);

void t.test('its own JSON comes back as the deals themselves, by the broker’s clock', async (t) => {
  const report = await reportOf(t.testdir(), file([{ id: 't', positionId: '9', deals: [deal({}), close] }]));
  t.match(report, {
    format: 'rawjournal',
    clock: 'server',
    account: { login: '7001', server: 'Invented-Demo', name: 'Swing', currency: 'USD' },
    positions: [],
    problems: [],
    deals: [
      {
        ticket: '41',
        order: '31',
        positionId: '9',
        type: 0,
        entry: 0,
        reason: 1,
        timeMs: at('2026-03-02T09:00:00'),
      },
      { ticket: '42', type: 1, entry: 1, reason: 12, profit: '10.00', magic: '18446744073709551' },
    ],
  });
  t.match(tradesOf(report.deals.map(kept), new Map()), [
    { positionId: '9', gross: 1000, net: 930, flags: [] },
  ]);
});

void t.test('a deal of two trades is there once, and a trade without readable deals is named', async (t) => {
  const report = await reportOf(
    t.testdir(),
    file([
      { positionId: '9', deals: [deal({}), close] },
      { positionId: '9', deals: [close] },
      { positionId: '9', deals: [] },
      { positionId: '9', deals: [deal({ volume: 'much' })] },
    ]),
  );
  t.equal(report.deals.length, 2);
  t.strictSame(
    report.problems.map(({ row }) => row),
    [3, 4],
  );
});

void t.test('other versions and several accounts are refused', async (t) => {
  const folder = t.testdir();
  await t.rejects(reportOf(folder, file([], { rawjournal: 2 })), { message: /newer RawJournal/ });
  await t.rejects(reportOf(folder, file([], { accounts: [{}, {}] })), { message: /several accounts/ });
});

void t.test('one of the same name in another currency is another account', async (t) => {
  await t.rejects(
    reportOf(t.testdir(), table(line('Swing', '1'), line('Swing', '2').replace(/USD$/, 'EUR'))),
    {
      message: /several accounts/,
    },
  );
});

void t.test('what somebody wrote keeps its lines and its edges', async (t) => {
  const comment = '" two\nlines; ""quoted"" "';
  const report = await reportOf(t.testdir(), table(line('Swing', '1', comment)));
  t.equal(report.positions[0]?.comment, ' two\nlines; "quoted" ');
});

void t.test('the stops that a trade began with come back, from both files', async (t) => {
  const folder = t.testdir();
  const fromTable = finish(await reportOf(folder, table(line('Swing', '900001'))));
  const trade = { positionId: '9', stopLoss: '1.07', takeProfit: null, deals: [deal({}), close] };
  const fromJson = finish(await reportOf(folder, file([trade])));
  for (const { deals, orders } of [fromTable, fromJson])
    t.equal(deals.find(({ entry }) => entry === 0)?.order, orders[0]?.ticket);
  t.match(fromTable.orders, [{ stopLoss: null, takeProfit: '1.09' }]);
  t.match(fromJson.orders, [{ ticket: '31', stopLoss: '1.07', takeProfit: null }]);
});

void t.test(
  'of a table’s position that was turned in one moment, the first way is closed first',
  async (t) => {
    const first = line('Swing', '9');
    const turned = first
      .replace('buy', 'sell')
      .replace('2026-03-02T08:00:00.000Z', '2026-03-02T09:30:15.250Z')
      .replace(/(15\.250Z,1\.08112,)[^,]+/, '$12026-03-02T11:00:00.000Z');
    const { deals } = finish(await reportOf(t.testdir(), table(turned, first)));
    t.match(tradesOf(deals.map(kept), new Map()), [
      { side: 'buy', gross: -1000, flags: [] },
      { side: 'sell', gross: -1000, flags: [] },
    ]);
  },
);
