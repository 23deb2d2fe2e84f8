import { Readable } from 'node:stream';
import type { Database } from '../../data/database.js';
import { dayOf, startOfDay } from '../../lib/day.js';
import { addMonths, firstDay, monthOf } from '../../lib/month.js';
import { archiveOf as zipOf, type ArchiveFile } from '../../web/archive.js';
import { namedPictures, type NamedPicture, type PicturesOf } from './export-pictures.js';
import { textOf } from './export-text.js';
import { extentOf, latestKeys, stretchesUsed, type FoundJournal, type Place } from './timeline-queries.js';
import { writtenOf, type Written } from './timeline.js';

/** Whose journal, and what of it. */
export interface Export {
  db: Database;
  userId: string;
  timeZone: string;
  filter: FoundJournal;
  picturesOf: PicturesOf;
  /** of the files in the archive */
  madeAt: Date;
}

/** Entries of one transaction: nobody who reads slowly holds one open. */
const stretchLength = 500;
/** Up to here everything is one file; beyond, each month is one. */
const mostInOneFile = 1_000;

interface Stretch {
  written: Written[];
  pictures: Map<string, NamedPicture[]>;
  next: Place | null;
}

const stretchBehind = (
  { db, userId, picturesOf }: Export,
  filter: FoundJournal,
  after: Place | null,
): Promise<Stretch> =>
  db.withTenant('app', userId, async (tx) => {
    const keys = await latestKeys(tx, userId, filter, { limit: stretchLength, after });
    const entryIds = keys.filter(({ kind }) => kind === 'entry').map(({ id }) => id);
    return {
      written: await writtenOf(tx, userId, { keys, timeZone: filter.timeZone }),
      pictures: namedPictures(await picturesOf(tx, userId, entryIds)),
      next: keys.length < stretchLength ? null : (keys.at(-1) ?? null),
    };
  });

/** The text of a file, stretch after stretch, each read when the one before has been taken; pictures are noted. */
async function* textsOf(
  wanted: Export,
  filter: FoundJournal,
  note: (pictures: readonly NamedPicture[]) => void,
): AsyncGenerator<string> {
  let after: Place | null = null;
  let dayBefore = '';
  do {
    const stretch: Stretch = await stretchBehind(wanted, filter, after);
    const { text, day } = textOf(stretch.written, stretch.pictures, { timeZone: wanted.timeZone, dayBefore });
    note([...stretch.pictures.values()].flat());
    yield text;
    dayBefore = day;
    after = stretch.next;
  } while (after !== null);
}

interface Part {
  name: string;
  filter: FoundJournal;
}

const later = (one: Date, other: Date | null): Date => (other !== null && other > one ? other : one);
const earlier = (one: Date, other: Date | null): Date => (other !== null && other < one ? other : one);

/** The files of an export, the latest first: one, or one for each month that has entries. */
async function partsOf({ db, userId, timeZone, filter }: Export): Promise<Part[]> {
  return db.withTenant('app', userId, async (tx) => {
    const { n, first, last } = await extentOf(tx, userId, filter);
    if (n <= mostInOneFile || first === null || last === null) return [{ name: 'journal.md', filter }];
    const months: string[] = [];
    const end = monthOf(dayOf(last, timeZone));
    for (let month = monthOf(dayOf(first, timeZone)); month <= end; month = addMonths(month, 1))
      months.push(month);
    const starts = months.map((month) => startOfDay(firstDay(month), timeZone));
    const used = new Set(await stretchesUsed(tx, userId, filter, starts));
    return months
      .map((month, at) => ({ month, at }))
      .filter(({ at }) => used.has(at))
      .reverse()
      .map(({ month, at }) => {
        const from = later(starts[at] ?? first, filter.from);
        const before = earlier(startOfDay(firstDay(addMonths(month, 1)), timeZone), filter.before);
        return { name: `journal-${month}.md`, filter: { ...filter, from, before } };
      });
  });
}

/** The files of an export, each asked for when the one before has been taken. */
export async function* journalFiles(wanted: Export): AsyncGenerator<ArchiveFile> {
  for (const { name, filter } of await partsOf(wanted)) {
    const pictures: NamedPicture[] = [];
    const texts = textsOf(wanted, filter, (some) => pictures.push(...some));
    yield { name, open: () => Readable.from(texts, { objectMode: false }) };
    for (const picture of pictures) yield { name: picture.name, isPacked: true, open: picture.open };
  }
}

/** The archive as it is being made: no more of it is in memory than one stretch of entries. */
export const archiveOf = (wanted: Export): Readable => zipOf(journalFiles(wanted), wanted.madeAt);
