const newline = 10;

/**
 * Cuts a stream of bytes into lines, as UTF-8 without their line feeds. A line over `mostBytes` is reported once and
 * ends the reading: there is no telling where the next one starts. Never keeps more than `mostBytes` and one chunk.
 */
export function lineReader(
  mostBytes: number,
  onLine: (line: string, bytes: number) => void,
  onTooLong: () => void,
): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  let bytes = 0;
  let isOver = false;

  const fits = (piece: Buffer): boolean => {
    bytes += piece.length;
    if (bytes <= mostBytes) pieces.push(piece);
    return bytes <= mostBytes;
  };
  const flush = (): void => {
    const [line, size] = [Buffer.concat(pieces).toString('utf8'), bytes];
    pieces = [];
    bytes = 0;
    onLine(line, size);
  };

  return (chunk) => {
    let from = 0;
    while (!isOver) {
      const end = chunk.indexOf(newline, from);
      if (!fits(chunk.subarray(from, end === -1 ? chunk.length : end))) {
        isOver = true;
        pieces = [];
        onTooLong();
        return;
      }
      if (end === -1) return;
      flush();
      from = end + 1;
    }
  };
}
