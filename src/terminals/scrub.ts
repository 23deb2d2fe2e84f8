/**
 * A line of a journal for other eyes: MetaTrader writes logins and the address of this machine into it. Numbers long
 * enough to be a login keep their last three digits, addresses go.
 */
export const scrubbed = (line: string): string =>
  line
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '(address)')
    .replace(/\b(?:[0-9a-f]{1,4}:){1,7}(?::[0-9a-f]{1,4}){1,7}\b/gi, '(address)')
    .replace(/\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}\b/gi, '(address)')
    // Only from the first digit of a number on: tried from each of them, a line of digits would take seconds.
    .replace(/(?<!\d)\d{2,}(\d{3})(?!\d|[.,]\d)/g, '…$1');
