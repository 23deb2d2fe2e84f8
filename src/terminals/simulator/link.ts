import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { ChildMessage } from '../protocol.js';

/** One side of the line to the parent. */
export interface Link {
  /** resolves when there is room for more; messages keep their order */
  send: (message: ChildMessage) => Promise<void>;
  sendRaw: (bytes: Buffer) => Promise<void>;
  /** calls back for each line, in order */
  onLine: (take: (line: string) => void) => void;
  /** the socket is gone */
  isClosed: () => boolean;
  finish: () => void;
  destroy: () => void;
}

export function linkOver(socket: Socket): Link {
  socket.setNoDelay(true);
  const write = async (data: string | Buffer): Promise<void> => {
    if (socket.destroyed || !socket.writable) return;
    if (socket.write(data)) return;
    // whether it drains or breaks, there is nothing to wait for any more
    await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
  };
  return {
    send: (message) => write(`${JSON.stringify(message)}\n`),
    sendRaw: write,
    onLine: (take) => {
      let rest = '';
      socket.setEncoding('utf8');
      socket.on('data', (part: string) => {
        const lines = (rest + part).split('\n');
        rest = lines.pop() ?? '';
        lines.forEach(take);
      });
    },
    isClosed: () => socket.destroyed,
    finish: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}

/** Cuts a list so that each piece is about this long as JSON; one empty piece if there is nothing. */
export function* pieces<T>(entries: Iterable<T>, maxBytes: number): Generator<T[]> {
  let piece: T[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (bytes + size > maxBytes && piece.length > 0) {
      yield piece;
      piece = [];
      bytes = 0;
    }
    piece.push(entry);
    bytes += size;
  }
  yield piece;
}
