import fc from 'fast-check';
import t from 'tap';
import { ticketRanges } from './ticket-ranges.js';

const ticket = fc.bigInt({ min: 1n, max: 10n ** 18n - 1n });
const holds = (digits: string, number: bigint): boolean =>
  ticketRanges(digits).filter(({ from, to }) => BigInt(from) <= number && number <= BigInt(to)).length === 1;

void t.test('a ticket lies in one range of the digits that it begins with, and in none of others', (t) => {
  fc.assert(
    fc.property(ticket, fc.nat(17), ticket, (number, length, other) => {
      const text = String(number);
      const digits = text.slice(0, 1 + (length % text.length));
      return holds(digits, number) && holds(digits, other) === String(other).startsWith(digits);
    }),
  );
  t.end();
});

void t.test('what begins no ticket has no range', (t) => {
  for (const text of ['', '0', '012', '-1', '1.5', 'EURUSD', '1'.repeat(19)])
    t.same(ticketRanges(text), [], text);
  t.same(ticketRanges('1'.repeat(18)), [{ from: '1'.repeat(18), to: '1'.repeat(18) }]);
  t.end();
});
