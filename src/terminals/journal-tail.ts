import { closeSync, fstatSync, readSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inPrefix, metaTraderFolder } from './installed.js';
import { openInside } from './own-file.js';
import { scrubbed } from './scrub.js';

/** The last words of a terminal's own journal, newest last, and its build where they name it. */
export interface Journal {
  readonly lines: readonly string[];
  readonly build: number | null;
}

const mostBytes = 64 * 1024;
const mostLines = 40;
const started = /\bbuild (\d+) started\b/;

function tail(prefix: string, path: string): Buffer {
  const file = openInside(prefix, path);
  if (file === null) return Buffer.alloc(0);
  try {
    const from = Math.max(0, fstatSync(file).size - mostBytes);
    const bytes = Buffer.alloc(mostBytes);
    // UTF-16: an even number of bytes from the beginning.
    return bytes.subarray(0, readSync(file, bytes, 0, mostBytes, from - (from % 2)));
  } finally {
    closeSync(file);
  }
}

const isJournal = (name: string): boolean => /^\d{8}\.log$/i.test(name);

/** `code level time source text` between tabs: the code is of no use to people. */
const words = (line: string): string => {
  const [, level, time, ...rest] = line.split('\t');
  return rest.length === 0
    ? line
    : [time, level === '0' ? null : `(${level ?? ''})`, ...rest].filter(Boolean).join(' ');
};

/** The end of the newest day, as it stands there; '' where there is no journal, or none that may be read. */
export async function journalText(prefix: string): Promise<string> {
  const folder = inPrefix(prefix, metaTraderFolder);
  try {
    const logs = (await readdir(folder)).find((name) => name.toLowerCase() === 'logs') ?? 'logs';
    const day = (await readdir(join(folder, logs))).filter(isJournal).sort().at(-1);
    return day === undefined ? '' : tail(prefix, join(folder, logs, day)).toString('utf16le');
  } catch {
    return ''; // there is no such folder, or nobody may look into it
  }
}

/** Of the newest day; nothing where there is no journal, or none that may be read. */
export async function readJournal(prefix: string): Promise<Journal> {
  const text = (await journalText(prefix)).replace(/^\ufeff/, '');
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const build = lines.map((line) => started.exec(line)?.[1]).findLast((found) => found !== undefined);
  return {
    lines: lines.slice(-mostLines).map((line) => scrubbed(words(line)).slice(0, 300)),
    build: build === undefined ? null : Number(build),
  };
}
