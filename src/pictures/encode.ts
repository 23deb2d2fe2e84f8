import sharp from 'sharp';
import { kindOf } from './kind.js';
import { fullSide, thumbnailSide, type Encoded, type PictureRefusal } from './picture.js';

/** Larger ones are refused by what they say of themselves, before a pixel is read. */
const mostPixels = 40_000_000;
const quality = 82;

export class RefusedPicture extends Error {
  constructor(readonly reason: PictureRefusal) {
    super(reason);
  }
}

/** Of everything that the library could read, three kinds; and one thread, whose memory can be foreseen. */
export function prepareEncoder(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'] });
  sharp.cache(false);
  sharp.concurrency(1);
}

const refusedFor = (error: unknown): RefusedPicture =>
  new RefusedPicture(error instanceof Error && /pixel limit/.test(error.message) ? 'pixels' : 'broken');

/**
 * Makes a picture anew, upright, in two sizes. Only its pixels come through: no position, no camera, no colour profile,
 * nothing behind its end. Throws a RefusedPicture.
 */
export async function encode(bytes: Buffer): Promise<Encoded> {
  if (kindOf(bytes) === null) throw new RefusedPicture('kind');
  const scaled = (source: Buffer, side: number) =>
    sharp(source, { limitInputPixels: mostPixels, failOn: 'error' })
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .webp({ quality })
      .toBuffer({ resolveWithObject: true });
  try {
    const { data: full, info } = await scaled(bytes, fullSide);
    // Out of the full size, so that what is large is read once.
    const { data: thumbnail } = await scaled(full, thumbnailSide);
    return { width: info.width, height: info.height, full, thumbnail };
  } catch (error) {
    throw refusedFor(error);
  }
}
