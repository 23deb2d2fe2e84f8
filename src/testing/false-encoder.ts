import { fstatSync, readSync, writeSync } from 'node:fs';

/** Stands in the place of the encoder of pictures, and does what the first word of its file says. */
const bytes = Buffer.alloc(fstatSync(0).size);
readSync(0, bytes, 0, bytes.length, 0);

const say = (text: string): void => {
  for (let left = Buffer.from(text); left.length > 0;) left = left.subarray(writeSync(1, left));
};

const html = '<script>alert(1)</script>';
const line = (full: number, width = 3): string =>
  `${JSON.stringify({ width, height: 2, full, thumbnail: html.length })}\n`;

const deeds: Record<string, () => void> = {
  garbage: () => say('RIFF'),
  html: () => say(`${line(html.length)}${html}${html}`),
  short: () => say(line(1_000_000)),
  wide: () => say(line(html.length, 4_000)),
  word: () => say(`${JSON.stringify({ refused: html })}\n`),
  crash: () => {
    throw new Error('It broke.');
  },
  hang: () => void setInterval(() => undefined, 1_000),
  grow: () => {
    const held: Buffer[] = [];
    for (;;) held.push(Buffer.alloc(8 * 1024 * 1024, 1));
  },
  flood: () => {
    for (;;) say('x'.repeat(65_536));
  },
};

deeds[bytes.toString()]?.();
