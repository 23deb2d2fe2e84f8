import type { Tx } from '../../data/database.js';
import { keptBytes, screenshotLimits, screenshotsOf, type Screenshot } from '../../data/screenshots.js';
import { thumbnailSide, within } from '../../pictures/picture.js';
import { count, when } from '../../web/words.js';

/** What somebody typed under a picture that cannot be used. */
export interface RefusedCaption {
  id: string;
  typed: string;
  error: string;
}

export interface PicturesAsked {
  tradeId: string;
  timeZone: string;
  /** of what was sent, '' for none */
  error: string;
  refused: RefusedCaption | null;
}

const megabytes = (bytes: number): string => String(Math.round(bytes / 1024 / 1024));

/** Said when four fifths are taken. */
const roomWords = (bytes: number): string =>
  bytes < 0.8 * screenshotLimits.bytes
    ? ''
    : `Your screenshots take up ${megabytes(bytes)} of ${megabytes(screenshotLimits.bytes)} MB.`;

function pictureOf(picture: Screenshot, place: number, { timeZone, refused }: PicturesAsked) {
  const { id, caption } = picture;
  const mine = refused?.id === id ? refused : null;
  const { width, height } = within(thumbnailSide, picture);
  return {
    id,
    href: `/screenshots/${id}`,
    thumbnail: `/screenshots/${id}/thumbnail`,
    ...{ width, height },
    name: `Screenshot ${place}`,
    alt: caption === '' ? `Screenshot ${place}, without a caption` : caption,
    caption,
    typed: mine?.typed ?? caption,
    error: mine?.error ?? '',
    added: when(picture.addedAt, timeZone) ?? '',
  };
}

/** The pictures of a trade, as their region shows them. */
export async function picturesView(tx: Tx, userId: string, asked: PicturesAsked) {
  const all = await screenshotsOf(tx, userId, asked.tradeId);
  const left = Math.max(0, screenshotLimits.perTrade - all.length);
  return {
    action: `/trades/${asked.tradeId}/screenshots`,
    error: asked.error,
    room: roomWords(await keptBytes(tx, userId)),
    note: all.length === 0 ? '' : `${all.length} of ${screenshotLimits.perTrade}`,
    left,
    leftWords:
      left === 0
        ? 'There is room for no more. Delete one to add another.'
        : `Up to ${count(left, 'picture')} more`,
    longest: screenshotLimits.caption,
    largest: screenshotLimits.sentBytes,
    pictures: all.map((picture, at) => pictureOf(picture, at + 1, asked)),
  };
}
