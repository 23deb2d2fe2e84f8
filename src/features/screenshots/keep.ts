import { randomUUID } from 'node:crypto';
import type { PictureFiles } from '../../data/picture-files.js';
import {
  addScreenshot,
  lackOfRoom,
  sameScreenshot,
  screenshotLimits,
  type Full,
} from '../../data/screenshots.js';
import { Fault, notFound } from '../../lib/fault.js';
import type { PictureEncoder } from '../../pictures/picture.js';
import type { Kit } from '../../web/kit.js';
import { captionField } from './caption-field.js';
import type { Sending, SentPicture } from './receive.js';

export interface ScreenshotDeps {
  kit: Kit;
  encoder: PictureEncoder;
  pictures: PictureFiles;
}

interface Place {
  userId: string;
  tradeId: string;
  caption: string;
}

const noRoom: Record<Full, string> = {
  trade: `This trade has ${screenshotLimits.perTrade} screenshots, which is all there is room for. Delete one first.`,
  user: 'Your screenshots take up 500 MB, which is all there is room for. Delete some first.',
};

const fullUp = (full: Full): Fault => new Fault(409, 'screenshots_full', noRoom[full]);

async function countTry({ limiter }: Kit, userId: string): Promise<void> {
  const { allowed, retryAfterMs } = await limiter.take('pictureByUser', userId);
  if (allowed) return;
  const minutes = Math.ceil(retryAfterMs / 60_000);
  const sentence = `Sixty pictures within an hour are the limit. Send the next one in ${minutes} minutes.`;
  throw new Fault(429, 'too_many_requests', sentence, { retryAfterS: Math.ceil(retryAfterMs / 1000) });
}

/**
 * Keeps one picture of a trade and answers its id; the same file twice is one picture. Throws a Fault: 404 where there
 * is no such trade, 409 where there is no room, 422 for what is no picture, 429 where there were many.
 */
async function keepPicture(
  { kit, encoder, pictures }: ScreenshotDeps,
  { userId, tradeId, caption }: Place,
  { file, sourceHash }: SentPicture,
): Promise<string> {
  const { db, clock } = kit;
  const asked = await db.withTenant('app', userId, async (tx) => ({
    known: await sameScreenshot(tx, userId, { tradeId, sourceHash }),
    full: await lackOfRoom(tx, userId, { tradeId, bytes: 0 }),
  }));
  if (asked.known !== undefined) return asked.known;
  if (asked.full !== null) throw fullUp(asked.full);
  await countTry(kit, userId);
  const { width, height, ...sizes } = await encoder.encode(file.fd);
  const id = randomUUID();
  const bytes = sizes.full.length + sizes.thumbnail.length;
  await pictures.keep(id, sizes);
  // Whatever fails here may have been saved all the same: the files stay, and are swept away where no row holds them.
  const added = await db.withTenant('app', userId, (tx) =>
    addScreenshot(tx, userId, { id, tradeId, width, height, bytes, caption, sourceHash, at: clock.now() }),
  );
  if (!('id' in added) || added.id !== id) await pictures.remove(id);
  if ('full' in added) throw fullUp(added.full);
  if ('gone' in added) throw notFound();
  return added.id;
}

const ofFile = ({ name }: SentPicture, { message }: Fault): string =>
  `${name.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(0, 60) || 'A file'}: ${message}`;

/** What was kept, and why the rest was not: in the order of the files, a sentence each. */
interface Kept {
  ids: string[];
  refused: { fault: Fault; sentence: string }[];
}

/** Throws a Fault 422. */
function captionIn(text: string): string {
  const read = captionField.safeParse(text);
  if (read.success) return read.data;
  throw new Fault(422, 'invalid', `The caption: ${read.error.issues[0]?.message ?? ''}`);
}

/** Keeps what was sent; one that is refused does not keep the others from it. Throws a Fault, as `keepPicture` does for none. */
export async function keepSending(
  deps: ScreenshotDeps,
  { userId, tradeId }: Pick<Place, 'userId' | 'tradeId'>,
  { pictures, fields }: Sending,
): Promise<Kept> {
  if (pictures.length === 0) throw new Fault(422, 'no_file', 'Choose a picture first.');
  const place = { userId, tradeId, caption: captionIn(fields.caption) };
  const kept: Kept = { ids: [], refused: [] };
  for (const picture of pictures)
    try {
      kept.ids.push(await keepPicture(deps, place, picture));
    } catch (error) {
      if (!(error instanceof Fault) || error.status >= 500 || error.status === 404) throw error;
      const sentence = pictures.length > 1 && error.status === 422 ? ofFile(picture, error) : error.message;
      kept.refused.push({ fault: error, sentence });
    }
  return kept;
}
