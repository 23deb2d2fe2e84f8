import type { PictureFiles } from '../data/picture-files.js';
import { picturesOfEntries } from '../data/screenshots.js';
import type { PicturesOf } from '../features/journal/export-pictures.js';

/** Screenshots as the journal is exported with them, each opened when it is its turn. */
export const journalPictures =
  (files: PictureFiles): PicturesOf =>
  async (tx, userId, entryIds) => {
    const pictures = await picturesOfEntries(tx, userId, entryIds);
    return pictures.map(({ id, entryId, caption }) => ({
      ...{ entryId, caption, ending: 'webp' },
      open: async () => (await files.open(id, 'full'))?.createReadStream() ?? null,
    }));
  };
