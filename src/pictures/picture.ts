/** A picture as it is kept: both of its sizes WebP, without anything that was hidden in what was sent. */
export interface Encoded {
  /** of the full size, in pixels */
  readonly width: number;
  readonly height: number;
  readonly full: Buffer;
  readonly thumbnail: Buffer;
}

export interface PictureEncoder {
  /**
   * Makes a picture anew out of the file behind `fd`, which stays open: in a child that can do nothing else, one picture
   * at a time over all who ask. Rejects with a Fault 422 whose sentence says what to do.
   */
  encode(fd: number): Promise<Encoded>;
}

/** Sides of the two sizes, in pixels. */
export const fullSide = 1920;
export const thumbnailSide = 480;

/** The sizes of a picture within a square of `side`, which is never larger than itself. */
export function within(side: number, { width, height }: Pick<Encoded, 'width' | 'height'>) {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Why a picture is not taken: it is none, it has too many pixels, or it is damaged. */
export const refusals = ['kind', 'pixels', 'broken'] as const;
export type PictureRefusal = (typeof refusals)[number];
