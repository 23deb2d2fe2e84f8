import t from 'tap';
import { ageLevel, amount, decimal, lots, pips, signed, span, toneOf } from './figures.js';

void t.test('money is grouped, with a real minus and at least two decimals', async (t) => {
  t.equal(amount('12480.22'), '12\u202f480.22');
  t.equal(amount('-1234567.5'), '\u22121\u202f234\u202f567.50');
  t.equal(amount('999'), '999.00');
  t.equal(amount('0.123', 2), '0.123');
  t.equal(amount('100', 0), '100');
});

void t.test('nothing is below zero when it is zero, and unknown stays unknown', async (t) => {
  t.equal(amount('-0.00'), '0.00');
  t.equal(signed('0'), '0.00');
  t.equal(amount(null), null);
  t.equal(signed(null), null);
  t.equal(pips(null), null);
});

void t.test('a gain bears its sign and its colour, zero neither', async (t) => {
  t.equal(signed('46'), '+46.00');
  t.equal(signed('-212.4'), '\u2212212.40');
  t.same(['1', '-1', '0.00', '-0', null].map(toneOf), ['gain', 'loss', '', '', '']);
  t.equal(pips('-6.24'), '\u22126.2');
});

void t.test('text that is no number is refused', async (t) => {
  for (const odd of ['', '1e5', 'NaN', '1,000', ' 1']) t.throws(() => amount(odd), RangeError);
});

void t.test('lots and other decimals lose float noise, not digits', async (t) => {
  t.equal(lots('0.1'), '0.10');
  t.equal(lots('0.30000000000000004'), '0.30');
  t.equal(lots('0.001'), '0.001');
  t.equal(decimal(1.0830000000000002, 5), '1.083');
  t.equal(decimal(100, 0), '100');
});

void t.test(
  'an age is green below 30 s, amber below 2 min, red beyond, and says when it is unknown',
  async (t) => {
    t.same([0, 29, 30, 119, 120, null].map(ageLevel), ['fresh', 'fresh', 'late', 'late', 'stale', 'none']);
  },
);

void t.test('a span has two units at most', async (t) => {
  t.same([6, 59, 60, 8_040, 7_200, 273_600, -5].map(span), [
    '6 s',
    '59 s',
    '1 min',
    '2 h 14 min',
    '2 h',
    '3 d 4 h',
    '0 s',
  ]);
});
