export type Encoding = 'utf-16le' | 'utf-16be' | 'utf-8' | 'unmarked';

interface Found {
  encoding: Encoding;
  /** bytes of the mark at the start */
  markBytes: number;
}

const starts = (head: Buffer, ...bytes: number[]): boolean => bytes.every((byte, at) => head[at] === byte);

/** UTF-16 without a mark betrays itself: every second byte of Latin text is zero, and no other. */
function zeros(head: Buffer): Encoding {
  const pairs = Math.floor(head.length / 2);
  let [even, odd] = [0, 0];
  for (let at = 0; at < pairs * 2; at += 2) {
    if (head[at] === 0) even += 1;
    if (head[at + 1] === 0) odd += 1;
  }
  if (odd > pairs * 0.4 && even < pairs * 0.05) return 'utf-16le';
  if (even > pairs * 0.4 && odd < pairs * 0.05) return 'utf-16be';
  return 'unmarked';
}

/** How text is written, by its first bytes. `unmarked` is UTF-8 or windows-1252: what comes decides. */
export function encodingOf(head: Buffer): Found {
  if (starts(head, 0xff, 0xfe)) return { encoding: 'utf-16le', markBytes: 2 };
  if (starts(head, 0xfe, 0xff)) return { encoding: 'utf-16be', markBytes: 2 };
  if (starts(head, 0xef, 0xbb, 0xbf)) return { encoding: 'utf-8', markBytes: 3 };
  return { encoding: zeros(head), markBytes: 0 };
}
