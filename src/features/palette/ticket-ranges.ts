/** The largest number of digits with which no ticket leaves PostgreSQL's bigint. */
const mostDigits = 18;

interface TicketRange {
  /** both ends belong to it; decimal text */
  from: string;
  to: string;
}

/**
 * The tickets that begin with these digits, as ranges that an index can be asked for: `12` is 12, 120 to 129, 1200 to 1299 and so
 * on. None for what is not the beginning of a number.
 */
export function ticketRanges(digits: string): TicketRange[] {
  if (!/^[1-9]\d*$/.test(digits) || digits.length > mostDigits) return [];
  const ranges: TicketRange[] = [];
  let [first, size] = [BigInt(digits), 1n];
  for (let length = digits.length; length <= mostDigits; length += 1) {
    ranges.push({ from: String(first), to: String(first + size - 1n) });
    first *= 10n;
    size *= 10n;
  }
  return ranges;
}
