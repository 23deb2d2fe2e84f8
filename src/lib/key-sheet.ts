import { createHash } from 'node:crypto';

/**
 * A key on paper: six lines of three groups of four letters. Each line holds six bytes and a check of twelve bits over
 * them and its number, so that whoever types it is told which line is not as it stands there.
 */

/** Crockford's: no letter that is taken for a digit or for another letter. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const idBytes = 4;
const keyBytes = 32;
const lineBytes = 6;
const lineLetters = 12;
export const sheetLines = (idBytes + keyBytes) / lineBytes;

const checkOf = (number: number, bytes: Buffer): bigint =>
  BigInt(createHash('sha256').update(Buffer.of(number)).update(bytes).digest().readUInt16BE() >> 4);

function toLetters(number: number, bytes: Buffer): string {
  const value = (BigInt(`0x${bytes.toString('hex')}`) << 12n) | checkOf(number, bytes);
  const letters = Array.from(
    { length: lineLetters },
    (_, at) => alphabet[Number((value >> BigInt(5 * (lineLetters - 1 - at))) & 31n)] ?? '',
  );
  return letters.join('').replaceAll(/(.{4})(?=.)/g, '$1 ');
}

/** The lines of a key, numbered from 1. `id` is eight hex digits, `key` 32 bytes. */
export function keyOnPaper({ id, key }: { id: string; key: Buffer }): string[] {
  const all = Buffer.concat([Buffer.from(id, 'hex'), key]);
  try {
    return Array.from({ length: sheetLines }, (_, at) => {
      const bytes = all.subarray(at * lineBytes, (at + 1) * lineBytes);
      return `${at + 1}  ${toLetters(at + 1, bytes)}`;
    });
  } finally {
    all.fill(0);
  }
}

/** Upper case, with the letters that stand for a digit; its number in front is no part of it. */
function lettersOf(line: string): string {
  const plain = line.toUpperCase().replaceAll(/[\s.:-]/g, '');
  const letters = plain.length === lineLetters + 1 ? plain.slice(1) : plain;
  return letters.replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}

/** Null where the line is not as it stands on the sheet. */
function bytesOf(line: string, number: number): Buffer | null {
  const letters = lettersOf(line);
  if (letters.length !== lineLetters) return null;
  let value = 0n;
  for (const letter of letters) {
    const digit = alphabet.indexOf(letter);
    if (digit < 0) return null;
    value = (value << 5n) | BigInt(digit);
  }
  const bytes = Buffer.from((value >> 12n).toString(16).padStart(2 * lineBytes, '0'), 'hex');
  return checkOf(number, bytes) === (value & 4095n) ? bytes : null;
}

/** A key as it was typed, or the numbers of the lines that were not typed as they stand. */
export function keyFromPaper(lines: readonly string[]): { id: string; key: Buffer } | { wrong: number[] } {
  const read = Array.from({ length: sheetLines }, (_, at) => bytesOf(lines[at] ?? '', at + 1));
  const wrong = read.flatMap((bytes, at) => (bytes === null ? [at + 1] : []));
  if (wrong.length > 0) return { wrong };
  const all = Buffer.concat(read.filter((bytes) => bytes !== null));
  return { id: all.toString('hex', 0, idBytes), key: all.subarray(idBytes) };
}
