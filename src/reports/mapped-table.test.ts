import fc from 'fast-check';
import t from 'tap';
import { needsRecording, recordingPath } from '../testing/needs.js';
import { reportAt, reportOf } from '../testing/report-of.js';
import { type DateOrder, anyTime, dateOrderOf } from './trade-lists/any-time.js';
import { headingKey } from './trade-lists/heading-key.js';
import { proposedMapping } from './trade-lists/proposed-mapping.js';

const at = (text: string): number => Date.parse(`${text}Z`);

const table = `What;When in;How;Many;At;When out;For;Won;Paid
EURUSD;20.03.2026 09:00;Kauf;0,10;1,0800;20.03.2026 10:00;1,0850;1.050,00;2,50
EURUSD;21.03.2026 09:00;Verkauf;0,20;1,0850;21.03.2026 10:00;1,0860;-20,00;2,50
`;
const mapping = {
  symbol: 'What',
  openedAt: 'When in',
  side: 'How',
  volume: 'Many',
  openPrice: 'E',
  closedAt: 'F',
  closePrice: 'For',
  profit: 'Won',
  commission: 'Paid',
};

void t.test('a table that nobody knows is read by what a person says of its columns', async (t) => {
  const report = await reportOf(t.testdir(), table, { mapping });
  t.match(report, {
    format: 'table',
    clock: 'unknown',
    problems: [],
    positions: [
      {
        row: 2,
        symbol: 'EURUSD',
        side: 'buy',
        volume: '0.10',
        openPrice: '1.0800',
        closePrice: '1.0850',
        profit: '1050.00',
        commission: '-2.50',
        positionId: null,
        openedMs: at('2026-03-20T09:00:00'),
      },
      { side: 'sell', profit: '-20.00' },
    ],
  });
});

void t.test('a whole table can be of one symbol, and a time can have its date elsewhere', async (t) => {
  const text = `Day,In,Out,How,Many,From,To,Won
2026-03-20,09:00,10:00,B,1,5,6,$1
`;
  const report = await reportOf(t.testdir(), text, {
    mapping: {
      ...{ symbol: '=GOLD', openedAt: 'Day + In', closedAt: 'Day + Out' },
      side: 'How',
      volume: 'Many',
      openPrice: 'From',
      closePrice: 'To',
      net: 'Won',
    },
  });
  t.match(report.positions, [
    { symbol: 'GOLD', openedMs: at('2026-03-20T09:00:00'), closedMs: at('2026-03-20T10:00:00'), net: '1' },
  ]);
});

void t.test('columns that are not there, or were not named, are told', async (t) => {
  const folder = t.testdir();
  await t.rejects(reportOf(folder, table, { mapping: { ...mapping, side: 'Which' } }), {
    message: 'This file has no column "Which". Choose another one for the side.',
  });
  await t.rejects(reportOf(folder, table, { mapping: { symbol: 'What' } }), {
    message: /side, volume, opening time/,
  });
});

const headingsOf = (line: string): Parameters<typeof proposedMapping>[0] => [
  { number: 1, cells: line.split(',').map((text, column) => ({ column, text })) },
];

void t.test('headings of many languages propose what they mean', async (t) => {
  t.match(
    proposedMapping(
      headingsOf('Symbol,Direction,Lots,Entry Time,Entry Price,Exit Time,Exit Price,P&L,Commission'),
    ),
    {
      symbol: 'Symbol',
      side: 'Direction',
      volume: 'Lots',
      openedAt: 'Entry Time',
      openPrice: 'Entry Price',
      closedAt: 'Exit Time',
      closePrice: 'Exit Price',
      profit: 'P&L',
      commission: 'Commission',
    },
  );
  t.match(
    proposedMapping(
      headingsOf('Symbole,Sens,Volume,Date ouverture,Prix ouverture,Date fermeture,Prix fermeture,Profit'),
    ),
    {
      symbol: 'Symbole',
      side: 'Sens',
      openedAt: 'Date ouverture',
      closePrice: 'Prix fermeture',
    },
  );
  t.match(
    proposedMapping(
      headingsOf('Zeit,Position,Symbol,Typ,Volumen,Preis,S / L,T / P,Zeit,Preis,Kommission,Swap,Gewinn'),
    ),
    {
      id: 'Position',
      openedAt: 'A',
      openPrice: 'F',
      closedAt: 'I',
      closePrice: 'J',
      stopLoss: 'S / L',
      profit: 'Gewinn',
    },
  );
  t.match(
    proposedMapping(
      headingsOf('Символ,Тип,Объём,Время открытия,Цена открытия,Время закрытия,Цена закрытия,Прибыль'),
    ),
    {
      symbol: 'Символ',
      volume: 'Объём',
      closedAt: 'Время закрытия',
    },
  );
  t.strictSame(proposedMapping(headingsOf('a,b,c')), {});
});

void t.test('headings say the same however they are written', async (t) => {
  for (const text of ['Net P&L (USD)', 'net_pnl', 'NetPnL', 'Net P/L', 'Net P&L USD'])
    t.equal(headingKey(text), 'netpnl');
  for (const text of ['S / L', 'SL', 'S/L']) t.equal(headingKey(text), 'sl');
  t.equal(headingKey('Größe'), headingKey('GRÖSSE'.replace('SS', 'ß')));
});

void t.test('a list of objects is read by its names, in seconds, milliseconds or text', async (t) => {
  const folder = t.testdir();
  const trade = {
    symbol: 'EURUSD',
    type: 'buy',
    lots: 0.1,
    open_time: 1_772_442_000,
    open_price: 1.08,
    close_time: '2026-03-02T10:00:00+01:00',
    close_price: 1.09,
    profit: 1e-7,
    swap: -1,
  };
  const report = await reportOf(folder, JSON.stringify([trade]));
  t.match(report, {
    format: 'json-trades',
    clock: 'utc',
    positions: [
      {
        row: 1,
        side: 'buy',
        volume: '0.1',
        openedMs: 1_772_442_000_000,
        closedMs: at('2026-03-02T09:00:00'),
        profit: '0.0000001',
        swap: '-1',
      },
    ],
  });
  const camel = {
    instrument: 'X',
    side: 'SHORT',
    quantity: '2',
    entryTime: 1_772_442_000_000,
    entryPrice: '5',
    exitTime: 1_772_445_600_000,
    exitPrice: '4',
    netPnl: '12.5',
  };
  t.match(await reportOf(folder, JSON.stringify({ trades: [camel] })), {
    positions: [{ symbol: 'X', side: 'sell', net: '12.5', profit: null, closedMs: 1_772_445_600_000 }],
  });
});

void t.test('open rows without a number wait until they are closed', async (t) => {
  const text = `symbol,side,lots,open time,open price,close time,close price,profit\nEURUSD,buy,1,2026-03-20 10:00,1.1,,,\n`;
  const report = await reportOf(t.testdir(), text, {
    mapping: {
      symbol: 'symbol',
      side: 'side',
      volume: 'lots',
      openedAt: 'open time',
      openPrice: 'open price',
      closedAt: 'close time',
      closePrice: 'close price',
      profit: 'profit',
    },
  });
  t.strictSame(report.positions, []);
  t.match(report.problems, [{ row: 2, reason: /once it is closed/ }]);
});

const written: Record<DateOrder, (date: Date) => string> = {
  dmy: (date) =>
    `${date.getUTCDate()}/${date.getUTCMonth() + 1}/${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)}`,
  mdy: (date) =>
    `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)}`,
};
const anyDate = fc.date({
  min: new Date('2001-01-01T00:00:00Z'),
  max: new Date('2099-12-31T00:00:00Z'),
  noInvalidDate: true,
});

void t.test('a column proves whether its days or months come first, or is a tie', async () => {
  fc.assert(
    fc.property(
      fc.array(anyDate, { minLength: 1, maxLength: 20 }),
      fc.constantFrom('dmy' as const, 'mdy' as const),
      (dates, order) => {
        const texts = dates.map(written[order]);
        const found = dateOrderOf(texts);
        const isTie = dates.every((date) => date.getUTCDate() <= 12);
        const seconds = (ms: number): number => Math.floor(ms / 1000);
        return (
          found === (isTie ? 'tie' : order) &&
          texts.every(
            (text, index) => seconds(anyTime(text, order)?.ms ?? 0) === seconds(dates[index]?.getTime() ?? 1),
          )
        );
      },
    ),
  );
});

void t.test('moments are read as people write them', async (t) => {
  const cases: [string, string, boolean][] = [
    ['2026.03.02 09:05:01', '2026-03-02T09:05:01', false],
    ['2026-03-02T09:05:01.250Z', '2026-03-02T09:05:01.250', true],
    ['2026-03-02 9:05:01 PM +00:00', '2026-03-02T21:05:01', true],
    ['2026-03-02T09:05:01-05:00', '2026-03-02T14:05:01', true],
    ['02 Mar 2026 09:05:01.5', '2026-03-02T09:05:01.5', false],
    ['Mar 2, 2026 12:05 AM', '2026-03-02T00:05:00', false],
    ['2/3/26', '2026-03-02T00:00:00', false],
  ];
  for (const [text, expected, isUtc] of cases)
    t.strictSame(anyTime(text, 'dmy'), { ms: at(expected), isUtc }, text);
  for (const text of ['31.02.2026 10:00', '2026-13-01', '13:05 PM', 'soon', '2026-03-02 25:00', ''])
    t.equal(anyTime(text, 'dmy'), null, text);
});

void t.test(
  'a recorded table that was made by hand',
  needsRecording('mt4/oanda-flattened.xlsx'),
  async (t) => {
    const path = recordingPath('mt4/oanda-flattened.xlsx');
    const report = await reportAt(path, {
      mapping: {
        id: 'A',
        openedAt: 'B',
        side: 'C',
        volume: 'D',
        symbol: 'E',
        openPrice: 'F',
        closedAt: 'I',
        closePrice: 'J',
        profit: 'N',
      },
    });
    t.ok(report.positions.length > 40);
  },
);
