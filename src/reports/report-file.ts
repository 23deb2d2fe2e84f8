import { fstatSync, read } from 'node:fs';
import { promisify } from 'node:util';
import { Refusal } from './rows.js';

/** A file that somebody else opened. It is read from its start, at positions of its own, as often as needed. */
export interface ReportFile {
  readonly fd: number;
  readonly bytes: number;
  /** told now and then how many bytes have been read of all */
  readonly onRead?: (bytesRead: number) => void;
}

export const megabyte = 1024 * 1024;
const mostBytes = 256 * megabyte;
const blockBytes = 256 * 1024;

const tooLarge = (): Refusal => new Refusal('This file is larger than 256 MB. Export a shorter period.');

const readAt = promisify(read);

/** Throws a Refusal for what is no file, is empty, or is larger than 256 MB. */
export function reportFile(fd: number, onRead?: (bytesRead: number) => void): ReportFile {
  const stat = fstatSync(fd);
  if (!stat.isFile()) throw new Refusal('This is not a file. Choose the file of a report.');
  if (stat.size === 0) throw new Refusal('This file is empty. Export the report again.');
  if (stat.size > mostBytes) throw tooLarge();
  return { fd, bytes: stat.size, ...(onRead === undefined ? {} : { onRead }) };
}

/** The first bytes of a file, fewer where it is shorter. */
export async function headOf(file: ReportFile, bytes: number): Promise<Buffer> {
  const block = Buffer.alloc(bytes);
  const { bytesRead } = await readAt(file.fd, block, 0, bytes, 0);
  return block.subarray(0, bytesRead);
}

/**
 * All bytes of a file, block after block; each is only valid until the next. Throws a Refusal where the file grows over
 * 256 MB while it is read.
 */
export async function readBlocks(file: ReportFile, onBlock: (block: Buffer) => void): Promise<void> {
  const buffer = Buffer.allocUnsafe(blockBytes);
  for (let position = 0; ;) {
    const { bytesRead } = await readAt(file.fd, buffer, 0, blockBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    if (position > mostBytes) throw tooLarge();
    onBlock(buffer.subarray(0, bytesRead));
    file.onRead?.(position);
  }
}
