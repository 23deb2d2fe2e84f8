/** What a picture may be when it arrives. */
export type PictureKind = 'png' | 'jpeg' | 'webp';

/** As many bytes as `kindOf` wants to see. */
export const kindBytes = 12;

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const jpeg = Buffer.from([0xff, 0xd8, 0xff]);

const begins = (head: Buffer, with_: Buffer): boolean => head.subarray(0, with_.length).equals(with_);

/** By its first bytes, whatever it is called or says of itself; null: none that is taken here. */
export function kindOf(head: Buffer): PictureKind | null {
  if (begins(head, png)) return 'png';
  if (begins(head, jpeg)) return 'jpeg';
  const isWebp = head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP';
  return isWebp ? 'webp' : null;
}
