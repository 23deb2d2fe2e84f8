import type { Readable } from 'node:stream';
import type { Tx } from '../../data/database.js';

/** A picture that hangs on an entry. */
export interface Picture {
  entryId: string;
  /** what stands in its place where it cannot be shown */
  caption: string;
  /** what its file is, as names end: webp, png, jpg */
  ending: string;
  /** its bytes, asked for when it is its turn; null: its file is gone */
  open: () => Promise<Readable | null>;
}

/** The pictures of some entries, in their order. */
export type PicturesOf = (tx: Tx, userId: string, entryIds: readonly string[]) => Promise<Picture[]>;

/** A picture in the archive, under a name that is ours alone. */
export interface NamedPicture extends Picture {
  name: string;
}

const endings = new Set(['webp', 'png', 'jpg', 'jpeg', 'gif', 'avif']);

/** `images/<entry>-1.webp`, counted within each entry; one that is of no kind we know has no ending. */
export function namedPictures(pictures: readonly Picture[]): Map<string, NamedPicture[]> {
  const byEntry = new Map<string, NamedPicture[]>();
  for (const picture of pictures) {
    const others = byEntry.get(picture.entryId) ?? [];
    const ending = endings.has(picture.ending) ? `.${picture.ending}` : '';
    const name = `images/${picture.entryId}-${others.length + 1}${ending}`;
    byEntry.set(picture.entryId, [...others, { ...picture, name }]);
  }
  return byEntry;
}
