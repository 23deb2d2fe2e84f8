import { closeSync, readSync } from 'node:fs';
import { openInside } from './own-file.js';

/** VS_FIXEDFILEINFO begins with its signature and the version of its own structure. */
const head = Buffer.from('bd04effe00000100', 'hex');
const infoBytes = 16;
const pieceBytes = 1024 * 1024;
const mostBytes = 512 * pieceBytes;

const numbersAt = (piece: Buffer, at: number): string =>
  [at + 10, at + 8, at + 14, at + 12].map((where) => piece.readUInt16LE(where)).join('.');

/** The version that a Windows program bears, such as "5.0.0.6231"; null: it bears none, or is not in the prefix. */
export function fileVersion(prefix: string, path: string): string | null {
  const file = openInside(prefix, path);
  if (file === null) return null;
  try {
    const piece = Buffer.alloc(pieceBytes + infoBytes);
    for (let from = 0; from < mostBytes; from += pieceBytes) {
      const length = readSync(file, piece, 0, piece.length, from);
      const at = piece.subarray(0, length).indexOf(head);
      if (at >= 0 && at + infoBytes <= length) return numbersAt(piece, at);
      if (length < piece.length) return null;
    }
    return null;
  } finally {
    closeSync(file);
  }
}
