import fc from 'fast-check';
import t from 'tap';
import { typedNumber } from './typed-number.js';

void t.test('a number is read as people write it', async (t) => {
  const read: Record<string, string> = {
    '1.0832': '1.0832',
    '1,0832': '1.0832',
    '0,125': '0.125',
    ' 1 234,50 ': '1234.50',
    '1\u202f234.5': '1234.5',
    "12'480.20": '12480.20',
    '1,234.5': '1234.5',
    '1.234,5': '1234.5',
    '\u22127.00': '-7.00',
    '+46': '46',
    '.5': '0.5',
    '5.': '5',
    '007': '7',
    '-0.00': '0.00',
  };
  for (const [text, number] of Object.entries(read)) t.equal(typedNumber(text), number, text);
});

void t.test('what is no number, or may be two, is not read', async (t) => {
  for (const text of ['', ' ', '.', '-', 'abc', '1e5', '1.2.3', '1,2,3', '0x10', '1,234', '--1', '1-', 'NaN'])
    t.equal(typedNumber(text), null, text);
});

void t.test('plain decimals are left as they are', async () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(99_999), (whole, fraction) => {
      const text = `${whole}.${String(fraction).padStart(5, '0')}`;
      return whole === 0 || typedNumber(text) === text;
    }),
  );
});
