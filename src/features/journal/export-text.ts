import type { MissedRow } from '../../data/missed-trades.js';
import { dayOf } from '../../lib/day.js';
import { dayWord } from '../../web/day-words.js';
import { digitsOf, lots, signed } from '../../web/figures.js';
import { moodWord } from '../../web/mood-words.js';
import { when } from '../../web/words.js';
import type { EntryRow } from './entry-queries.js';
import type { NamedPicture } from './export-pictures.js';
import { titleOf } from '../../web/journal-page-words.js';
import type { PageRow } from './page-queries.js';
import type { Written } from './timeline.js';

/** Names and captions in one line, without what Markdown would read as its own. */
const plain = (text: string): string => text.replace(/\s+/gu, ' ').replace(/[\\`*_[\]<>#|]/g, '\\$&');

type Line = readonly [name: string, value: string | null];

const said = (lines: readonly Line[]): string =>
  lines
    .filter((line): line is readonly [string, string] => line[1] !== null && line[1] !== '')
    .map(([name, value]) => `- ${name}: ${value}\n`)
    .join('');

const names = (all: readonly { name: string }[]): string => all.map(({ name }) => plain(name)).join(', ');

const checked = ({ asked, kept }: EntryRow): string =>
  asked.map((line) => `\n  - [${kept.includes(line) ? 'x' : ' '}] ${plain(line)}`).join('');

const entryLines = (row: EntryRow, timeZone: string): Line[] => [
  ['Opened', when(row.openedAt, timeZone)],
  ['Closed', when(row.closedAt, timeZone)],
  [
    'Net',
    row.closedAt === null ? null : [signed(row.net, digitsOf(row)), row.currency ?? ''].join(' ').trim(),
  ],
  ['Account', plain(row.account)],
  ['Trade', row.isHere ? null : 'gone, because its import was taken back or its deals changed'],
  ['Setup', row.setup === null ? null : plain(row.setup.name)],
  ['Tags', names(row.tags)],
  ['Mistakes', names(row.mistakes)],
  ['Mood', row.mood === null ? null : moodWord(row.mood)],
  ['Quality of the setup', row.quality === null ? null : `${row.quality} of 5`],
  ['Plan kept', row.followedPlan === null ? null : row.followedPlan ? 'yes' : 'no'],
  ['Checklist', checked(row)],
];

const missedLines = (row: MissedRow, timeZone: string): Line[] => [
  ['Seen', when(row.seenAt, timeZone)],
  ['Not taken', plain(row.reason)],
  ['Setup', row.setup === null ? null : plain(row.setup)],
  ['Mood', row.mood === null ? null : moodWord(row.mood)],
  ['Expected', row.expectedR === null ? null : `${row.expectedR} R`],
];

const pictureLines = (pictures: readonly NamedPicture[]): string =>
  pictures.map(({ caption, name }) => `\n![${plain(caption)}](${name})\n`).join('');

/** A text as it was written, and a line end behind it. */
const verbatim = (notes: string): string =>
  notes === '' ? '' : `\n${notes}${notes.endsWith('\n') ? '' : '\n'}`;

const partOf = (title: string, text: string): string =>
  text === '' ? '' : `\n### ${title}\n${verbatim(text)}`;

function pageSection(row: PageRow): string {
  const mood = said([['Mood', row.mood === null ? null : moodWord(row.mood)]]);
  const parts = [partOf('Plan', row.plan), partOf('Review', row.review), partOf('Lessons', row.lessons)];
  return `\n## ${plain(titleOf(row))}\n\n${mood}${parts.join('')}`;
}

function sectionOf(written: Written, timeZone: string, pictures: readonly NamedPicture[]): string {
  if (written.kind === 'page') return pageSection(written.row);
  const { row } = written;
  const [kind, lines] =
    written.kind === 'entry'
      ? [`${lots(written.row.volume)} lots`, entryLines(written.row, timeZone)]
      : ['(missed)', missedLines(written.row, timeZone)];
  const head = `\n## ${plain(row.symbol)} ${row.side} ${kind}\n\n`;
  return `${head}${said(lines)}${verbatim(row.notes)}${pictureLines(pictures)}`;
}

function atOf(written: Written): Date {
  if (written.kind === 'page') return written.row.at;
  return written.kind === 'entry' ? written.row.openedAt : written.row.seenAt;
}

/** Markdown of a stretch, under its days; `dayBefore` is the day that the stretch before ended with. */
export function textOf(
  stretch: readonly Written[],
  pictures: ReadonlyMap<string, readonly NamedPicture[]>,
  { timeZone, dayBefore }: { timeZone: string; dayBefore: string },
): { text: string; day: string } {
  let day = dayBefore;
  const pieces = stretch.map((written) => {
    const own = dayOf(atOf(written), timeZone);
    const heading = own === day ? '' : `${day === '' ? '' : '\n'}# ${dayWord(own)}\n`;
    day = own;
    return heading + sectionOf(written, timeZone, pictures.get(written.row.id) ?? []);
  });
  return { text: pieces.join(''), day };
}
