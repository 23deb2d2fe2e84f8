import fc from 'fast-check';
import t from 'tap';
import { columnOf, decimalText, isoDate, serialDate, showsDate } from './spreadsheet-values.js';

void t.test('numbers are plain decimals without noise', async (t) => {
  for (const [written, shown] of [
    ['12.50', '12.50'],
    ['0.30000000000000004', '0.3'],
    ['1.1000000000000001', '1.1'],
    ['-6.9500000000000002', '-6.95'],
    ['1.5E-7', '0.00000015'],
    ['1e+21', '1000000000000000000000'],
    ['-2.5e3', '-2500'],
    ['12345678901234567890', '12345678901234567890'],
    ['-0.0e0', '0'],
    ['abc', 'abc'],
    ['', ''],
  ] as const)
    t.equal(decimalText(written), shown, written);
});

void t.test('every double of up to 15 figures comes back as that number, without an exponent', async () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), (value) => {
      // Whole numbers may be tickets: none of their figures is lost.
      const rounded = /^-?\d+$/.test(String(value)) ? value : Number(value.toPrecision(15));
      const text = decimalText(String(value));
      return /^-?\d+(\.\d+)?$/.test(text) && Number(text) === rounded + 0;
    }),
  );
});

void t.test('days are counted as spreadsheets do', async (t) => {
  t.equal(serialDate('1', false), '1900.01.01 00:00:00');
  t.equal(serialDate('59', false), '1900.02.28 00:00:00');
  t.equal(serialDate('61', false), '1900.03.01 00:00:00');
  t.equal(serialDate('45322.999988425923', false), '2024.01.31 23:59:59');
  t.equal(serialDate('43860.999988425923', true), '2024.01.31 23:59:59');
  t.equal(serialDate('0.5', false), '12:00:00');
  t.equal(serialDate('2958465.5', false), '9999.12.31 12:00:00');
  t.equal(serialDate('-1', false), '-1');
  t.equal(serialDate('3000000', false), '3000000');
  t.equal(serialDate('x', false), 'x');
});

void t.test('dates in words of XML are dates as MetaTrader writes them', async (t) => {
  t.equal(isoDate('2024-01-31T23:59:59.000'), '2024.01.31 23:59:59');
  t.equal(isoDate('2024-01-31'), '2024.01.31 00:00:00');
  t.equal(isoDate('yesterday'), 'yesterday');
});

void t.test('a format shows a date, or it does not', async (t) => {
  for (const code of ['yyyy\\-mm\\-dd hh:mm', '[$-409]d-mmm;@', 'hh:mm:ss', '[Red]dd.mm.yyyy'])
    t.equal(showsDate(164, code), true, code);
  for (const code of [
    '0.00',
    '# ##0.00;-# ##0.00;0.00;',
    '"days" 0',
    'General',
    '[h]:mm:ss',
    '0.00\\s',
    '_-* #,##0_-',
  ])
    t.equal(showsDate(164, code), false, code);
  t.same(
    [14, 22, 45, 0, 2, 49].map((id) => showsDate(id, undefined)),
    [true, true, true, false, false, false],
  );
});

void t.test('columns have letters', async (t) => {
  t.same(['A1', 'Z9', 'AA1', 'ab12', 'XFD1', 'XFE1', '7', ''].map(columnOf), [
    0,
    25,
    26,
    27,
    16_383,
    null,
    null,
    null,
  ]);
});
