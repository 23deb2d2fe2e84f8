import { request } from 'node:http';
import { request as requestSafely } from 'node:https';
import type { Socket } from 'node:net';

export interface WatchedPage {
  /** of the live socket, with its query */
  url: string;
  origin: string;
  cookie: string;
  /** the authority of a proxy of this machine that answers for an https address */
  ca?: string;
}

const opcodes = { close: 8, ping: 9, pong: 10 } as const;

/** The frame at the beginning of the bytes, or null while it is not all there. A server's frames are not masked. */
function frameIn(bytes: Buffer): { opcode: number; body: Buffer; size: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 127;
  const head = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < head) return null;
  const length =
    short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  const size = head + length;
  if (bytes.length < size) return null;
  return { opcode: bytes.readUInt8(0) & 15, body: bytes.subarray(head, size), size };
}

/** A client masks what it says; a mask of noughts changes nothing and is one. */
const masked = (opcode: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([128 | opcode, 128 | body.length, 0, 0, 0, 0]), body]);

/** Opens a page's socket as a browser does and answers pings and goodbyes. `onText` is told of each message's bytes. */
export function watchPage(
  { url, origin, cookie, ca }: WatchedPage,
  onText: (bytes: number) => void,
): Promise<Socket> {
  const key = Buffer.from('a page of a bench').toString('base64').slice(0, 22) + '==';
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
  const headers = { ...upgrade, 'sec-websocket-key': key, origin, cookie };
  return new Promise((resolve, reject) => {
    const { host, hostname } = new URL(url);
    const proxy = { hostname: '127.0.0.1', servername: hostname, ca };
    const asking =
      ca === undefined
        ? request(url, { headers })
        : requestSafely(url, { ...proxy, headers: { host, ...headers } });
    asking.once('response', ({ statusCode }) => reject(new Error(`${url} answered ${statusCode ?? 0}`)));
    asking.once('error', reject);
    asking.once('upgrade', (_response, socket: Socket, head: Buffer) => {
      let waiting = head;
      const take = (): void => {
        for (let frame = frameIn(waiting); frame !== null; frame = frameIn(waiting)) {
          waiting = waiting.subarray(frame.size);
          if (frame.opcode === opcodes.ping) socket.write(masked(opcodes.pong, frame.body));
          else if (frame.opcode === opcodes.close) socket.end(masked(opcodes.close, frame.body));
          else if (frame.opcode < opcodes.close) onText(frame.body.length);
        }
      };
      socket.on('data', (part: Buffer) => {
        waiting = Buffer.concat([waiting, part]);
        take();
      });
      socket.on('error', () => socket.destroy());
      take();
      resolve(socket);
    });
    asking.end();
  });
}
