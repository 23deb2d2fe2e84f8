import fc from 'fast-check';
import t from 'tap';
import { fromMinor, toMinor } from './money.js';

const digits = fc.integer({ min: 0, max: 8 });
const safe = fc.maxSafeInteger();
const refusal = { name: 'RangeError' };

/** The same rule in other words: exact fractions of big integers. */
const slowly = (value: number | string, places: number): bigint => {
  const [mantissa = '', exponent = '0'] = String(value).toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const shift = places - fraction.length + Number(exponent);
  const figures = BigInt(whole + fraction);
  const scaled =
    shift >= 0
      ? figures * 10n ** BigInt(shift)
      : (2n * figures + 10n ** BigInt(-shift)) / (2n * 10n ** BigInt(-shift));
  return mantissa.startsWith('-') ? -scaled : scaled;
};

const isSafe = (exact: bigint): boolean => (exact < 0n ? -exact : exact) <= BigInt(Number.MAX_SAFE_INTEGER);

const agrees = (value: number | string, places: number): boolean => {
  const exact = slowly(value, places);
  if (isSafe(exact)) return Object.is(toMinor(value, places), Number(exact));
  try {
    toMinor(value, places);
    return false;
  } catch (error) {
    return error instanceof RangeError;
  }
};

void t.test('halves go away from zero in the text, whatever the double makes of them', async (t) => {
  const cases: [number | string, number, number][] = [
    [1.005, 2, 101],
    [0.285, 2, 29],
    [-1.005, 2, -101],
    [1.0049999, 2, 100],
    [0.1 + 0.2, 2, 30],
    [2.5, 0, 3],
    [-2.5, 0, -3],
    [0.5, 0, 1],
    [0.49, 0, 0],
    [1234.567, 3, 1_234_567],
    [1e-7, 2, 0],
    [1.5e-7, 7, 2],
    [1e15, 0, 1_000_000_000_000_000],
    ['1.50', 2, 150],
    ['+7', 2, 700],
    ['.5', 1, 5],
    ['5.', 1, 50],
    ['0.995', 2, 100],
    ['1e2', 2, 10_000],
    ['1E-2', 2, 1],
    ['-0', 2, 0],
    ['-0.004', 2, 0],
    ['0e999999', 2, 0],
    ['1e-999999', 2, 0],
    ['000000000000000000000012.345', 2, 1235],
    ['90071992547409.91', 2, Number.MAX_SAFE_INTEGER],
    ['-90071992547409.91', 2, -Number.MAX_SAFE_INTEGER],
  ];
  for (const [value, places, minor] of cases)
    t.ok(Object.is(toMinor(value, places), minor), `${value} with ${places} digits is ${minor}`);
  t.ok(Object.is(toMinor(-0, 2), 0), 'zero has no sign');
});

void t.test('a number and its text agree with exact arithmetic', async () => {
  const amount = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: -1e7, max: 1e7, noNaN: true }),
    fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), digits).map(([figures, places]) => figures / 10 ** places),
    fc.tuple(safe, digits).map(([figures, places]) => figures / 10 ** places),
    fc.integer({ min: -1e8, max: 1e8 }).map((figures) => (figures + 0.5) / 100),
  );
  fc.assert(
    fc.property(amount, digits, (value, places) => agrees(value, places) && agrees(String(value), places)),
    { numRuns: 5000 },
  );
});

void t.test('what is written comes back', async () => {
  fc.assert(
    fc.property(safe, digits, (minor, places) => toMinor(fromMinor(minor, places), places) === minor),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.integer({ min: -1e14, max: 1e14 }), digits, (minor, places) =>
      Object.is(toMinor(Number(fromMinor(minor, places)), places), minor + 0),
    ),
    { numRuns: 2000 },
  );
});

void t.test('turning the sign turns the result, and nothing else', async () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e9, max: 1e9, noNaN: true }),
      digits.filter((one) => one < 6),
      (value, places) => Object.is(toMinor(-value, places), -toMinor(value, places) + 0),
    ),
  );
});

void t.test('what is no amount is refused', async (t) => {
  const texts = [
    '',
    ' ',
    '.',
    '-',
    'e5',
    '1,5',
    '1 000',
    '0x10',
    '1.2.3',
    'NaN',
    'Infinity',
    '--1',
    '1e',
    '1.5 ',
    '١',
  ];
  for (const value of [...texts, NaN, Infinity, -Infinity])
    t.throws(() => toMinor(value, 2), refusal, String(value));
  for (const value of ['90071992547409.92', '90071992547409.915', '1e400', '-1e16', 1e14, Number.MAX_VALUE])
    t.throws(() => toMinor(value, 2), refusal, String(value));
  for (const places of [-1, 1.5, 16, NaN]) {
    t.throws(() => toMinor(1, places), refusal);
    t.throws(() => fromMinor(1, places), refusal);
  }
  for (const minor of [0.5, NaN, Infinity, 2 ** 53]) t.throws(() => fromMinor(minor, 2), refusal);
});

void t.test('amounts are written plainly, and zero without a sign', async (t) => {
  t.equal(fromMinor(-5, 2), '-0.05');
  t.equal(fromMinor(-0, 2), '0.00');
  t.equal(fromMinor(0, 2), '0.00');
  t.equal(fromMinor(604_722, 2), '6047.22');
  t.equal(fromMinor(-1450, 2), '-14.50');
  t.equal(fromMinor(12, 0), '12');
  t.equal(fromMinor(1, 8), '0.00000001');
  t.equal(fromMinor(-Number.MAX_SAFE_INTEGER, 3), '-9007199254740.991');
});
