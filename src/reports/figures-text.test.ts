import fc from 'fast-check';
import t from 'tap';
import { decimalMarkOf, decimalOf, isTicket, timeOf } from './figures-text.js';

void t.test('numbers of any style become plain decimals', async (t) => {
  const cases: [string, string | null][] = [
    ['1', '1'],
    ['-2 351.16', '-2351.16'],
    ['- 30.12', '-30.12'],
    [' 45.84', '45.84'],
    ['4\u00a0523.31', '4523.31'],
    ['1\u202f234\u202f567,5', '1234567.5'],
    ["1'234.50", '1234.50'],
    ['1’234’567', '1234567'],
    ['1,234.50', '1234.50'],
    ['1.234,50', '1234.50'],
    ['1,234,567', '1234567'],
    ['1.234.567', '1234567'],
    ['1,234', '1234'],
    ['1.234', '1.234'],
    ['0,123', '0.123'],
    ['1234,567', '1234.567'],
    ['1,5', '1.5'],
    ['1 234,567', '1234.567'],
    ['\u22120.50', '-0.50'],
    ['(12.30)', '-12.30'],
    ['($1,200.00)', '-1200.00'],
    ['-$3.10', '-3.10'],
    ['12.5-', '-12.5'],
    ['+7', '7'],
    ['-0.00', '0.00'],
    ['007.10', '7.10'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1.5e-5', '0.000015'],
    ['1.25E+3', '1250'],
    ['1.23456E2', '123.456'],
    ['12 34', null],
    ['1,23,4', null],
    ['1.2.3', null],
    ['(-5)', null],
    ['(5', null],
    ['', null],
    ['-', null],
    ['market', null],
    ['12%', null],
    ['0.3 / 0', null],
    ['2026.01.05 10:00:00', null],
  ];
  for (const [text, expected] of cases) t.equal(decimalOf(text), expected, JSON.stringify(text));
  t.equal(decimalOf('1.234', ','), '1234', 'a lone point is what the file says it is');
  t.equal(decimalOf('1,234', ','), '1.234');
});

void t.test('what was written in one style is read as it was meant', async (t) => {
  const styles: [string, '.' | ','][] = [
    [' ', '.'],
    ['\u00a0', ','],
    [',', '.'],
    ['.', ','],
    ["'", '.'],
    ['', '.'],
  ];
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 45 }),
      fc.stringMatching(/^\d{0,8}$/),
      fc.boolean(),
      fc.constantFrom(...styles),
      (whole, decimals, isNegative, [separator, mark]) => {
        const groups = String(whole).replace(/\B(?=(\d{3})+$)/g, separator);
        const text = (isNegative ? '-' : '') + groups + (decimals === '' ? '' : mark + decimals);
        const plain = String(whole) + (decimals === '' ? '' : `.${decimals}`);
        const sign = isNegative && Number(plain) !== 0 ? '-' : '';
        return decimalOf(text, mark) === sign + plain;
      },
    ),
  );
  t.pass();
});

void t.test('the decimal mark of a file is what its numbers prove', async (t) => {
  t.equal(decimalMarkOf(['1,234', '0,5', 'x']), ',');
  t.equal(decimalMarkOf(['1,234', '1.234']), null);
  t.equal(decimalMarkOf(['1,234.5']), '.');
  t.equal(decimalMarkOf(['0,5', '0.5']), null);
});

void t.test('dates with times become milliseconds as if they were UTC', async (t) => {
  const at = Date.UTC(2031, 0, 5, 9, 8, 7);
  for (const text of [
    '2031.01.05 09:08:07',
    '2031-01-05T09:08:07Z',
    '2031/1/5  9:08:07',
    '2031.01.05\u00a009:08:07',
  ])
    t.equal(timeOf(text), at, text);
  t.equal(timeOf('2031.01.05 09:08'), at - 7000);
  t.equal(timeOf('2031.01.05 09:08:07.25'), at + 250);
  for (const text of [
    '2031.02.29 00:00:00',
    '2031.13.01 00:00',
    '2031.01.05 24:00',
    '05.01.2031 10:00',
    '2031.01.05',
    '',
  ])
    t.equal(timeOf(text), null, text);
});

void t.test('tickets are whole numbers of up to 19 digits', async (t) => {
  t.ok(isTicket('9223372036854775807'));
  t.notOk(isTicket('12.0') || isTicket('') || isTicket('-1') || isTicket('12345678901234567890'));
});
