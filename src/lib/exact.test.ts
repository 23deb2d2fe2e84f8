import fc from 'fast-check';
import t from 'tap';
import { absolute, exact, exactOf, exactText, minus, quotient, times, toNumber } from './exact.js';

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), fc.integer({ min: 0, max: 9 }))
  .map(([units, scale]) => ({ units, scale }));

void t.test('a decimal is what is written, and is written as it was', async (t) => {
  t.same(exact('-1.50'), { units: -150n, scale: 2 });
  t.same(exact('.5'), { units: 5n, scale: 1 });
  t.same(exact('7.'), { units: 7n, scale: 0 });
  for (const text of ['', '.', '-', '1e5', '1,5', '0x1', ' 1', '--1', 'NaN'])
    t.throws(() => exact(text), RangeError, text);
  fc.assert(
    fc.property(decimals, (value) => {
      const text = exactText(value);
      return exactText(exact(text)) === text;
    }),
  );
});

void t.test('a double is taken by its shortest text', async (t) => {
  t.equal(exactText(exactOf(0.1)), '0.1');
  t.equal(exactText(exactOf(1e-7)), '0.0000001');
  t.equal(exactText(exactOf(1.5e21)), '1500000000000000000000');
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      return toNumber(exactOf(value)) === value + 0;
    }),
  );
});

void t.test('sums and products are those of whole numbers', async (t) => {
  t.equal(exactText(minus(exact('0.98062'), exact('0.9743'))), '0.00632');
  t.equal(exactText(times(exact('0.1'), exact('-0.2'), exact('3'))), '-0.06');
  fc.assert(
    fc.property(decimals, decimals, (a, b) => minus(a, minus(a, minus(a, b))).units === minus(a, b).units),
  );
});

void t.test('a quotient is within half a unit, and a half goes away from zero', async (t) => {
  t.equal(quotient(exact('0.125'), exact('1'), 2), 13n);
  t.equal(quotient(exact('-0.125'), exact('1'), 2), -13n);
  t.equal(quotient(exact('0.125'), exact('-1'), 2), -13n);
  t.equal(quotient(exact('632'), exact('0.98062'), 2), 64_449n);
  t.equal(quotient(exact('1000'), exact('3'), 0), 333n);
  t.throws(() => quotient(exact('1'), exact('0'), 2), RangeError);
  fc.assert(
    fc.property(decimals, decimals, fc.integer({ min: 0, max: 6 }), (a, b, digits) => {
      if (b.units === 0n) return true;
      const found = { units: quotient(a, b, digits), scale: digits };
      const rest = absolute(minus(a, times(found, b)));
      const half = absolute(times(b, { units: 5n, scale: digits + 1 }));
      return minus(half, rest).units >= 0n;
    }),
  );
});
