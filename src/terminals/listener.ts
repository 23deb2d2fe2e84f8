import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { lineReader } from './lines.js';
import { childMessage, maxLineBytes, type ChildMessage, type ParentMessage } from './protocol.js';
import type { After } from './timers.js';

export type Hello = Omit<Extract<ChildMessage, { type: 'hello' }>, 'token'>;
export type Said = Exclude<ChildMessage, { type: 'hello' }>;

/** What a child sent and nobody could use. Only counted: none of it is kept. */
export type Garbage = 'not a message' | 'over-long line';

export interface Connection {
  send(message: ParentMessage): void;
  /** Closes at once; nothing more is heard from it. */
  close(): void;
}

/** What becomes of a connection after its hello. */
export interface Visitor {
  /** `bytes`: the length of its line */
  said(message: Said, bytes: number): void;
  garbage(kind: Garbage): void;
  /** the other side hung up or was cut off; `why` for people. Not called after close(). */
  closed(why: string): void;
}

export interface Reception {
  /** the token with which a child of this slot may connect now; null: none may */
  tokenOf(slot: number): string | null;
  arrived(hello: Hello, connection: Connection): Visitor;
}

export interface Listener {
  readonly port: number;
  /** connections closed for want of a proper hello */
  refused(): number;
  close(): Promise<void>;
}

/** More strangers than four children ever make at once. */
const mostStrangers = 64;
/** A child that sends so much nonsense in one connection is cut off. */
const mostGarbage = 1_000;
/** A child says little at a time; one that says more in one breath is heard on after a rest, and all others meanwhile. */
const mostAtOnce = 200;
const restMsPerLine = 0.2;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

function parse(line: string): ChildMessage | null {
  try {
    return childMessage.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/**
 * Listens on a free port of 127.0.0.1 for children. The first line of a connection must be the hello of a slot that
 * waits for one, with its token, within `helloMs`; all else is closed without an answer.
 */
export async function openListener(
  reception: Reception,
  { helloMs, after }: { helloMs: number; after: After },
): Promise<Listener> {
  const strangers = new Set<Socket>();
  let refused = 0;
  const refuse = (socket: Socket): void => {
    refused += 1;
    socket.destroy();
  };

  const server = createServer((socket) => {
    const [oldest] = strangers;
    if (oldest !== undefined && strangers.size >= mostStrangers) {
      // Whoever keeps all places taken and says nothing must not keep children out, which say hello at once.
      strangers.delete(oldest);
      refuse(oldest);
    }
    strangers.add(socket);
    const cancel = after(helloMs, () => refuse(socket));
    const known = (): void => {
      strangers.delete(socket);
      cancel();
    };
    new Guest(socket, reception, { known, refuse: () => refuse(socket), after });
    socket.on('close', known);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      for (const socket of strangers) socket.destroy();
      server.close(() => resolve());
    });
  return { port: (server.address() as AddressInfo).port, refused: () => refused, close };
}

interface Door {
  known(): void;
  refuse(): void;
  after: After;
}

/** One connection, from its first line to its end. */
class Guest implements Connection {
  private visitor: Visitor | null = null;
  private isClosed = false;
  private nonsense = 0;
  private lines = 0;
  private why = 'it hung up';

  constructor(
    private readonly socket: Socket,
    private readonly reception: Reception,
    private readonly door: Door,
  ) {
    socket.setNoDelay(true);
    const read = lineReader(
      maxLineBytes,
      (line, bytes) => this.hear(line, bytes),
      () => this.overflow(),
    );
    socket.on('data', (chunk) => {
      this.lines = 0;
      read(chunk);
      if (this.lines > mostAtOnce) this.rest();
    });
    // An error is always followed by 'close'.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!this.isClosed) this.visitor?.closed(this.why);
    });
  }

  send(message: ParentMessage): void {
    this.socket.write(`${JSON.stringify(message)}\n`);
  }

  close(): void {
    this.isClosed = true;
    this.socket.destroy();
  }

  private rest(): void {
    this.socket.pause();
    this.door.after(this.lines * restMsPerLine, () => this.socket.resume());
  }

  private hear(line: string, bytes: number): void {
    if (this.socket.destroyed) return;
    this.lines += 1;
    const message = parse(line);
    if (this.visitor === null) this.greet(message);
    else if (message === null || message.type === 'hello') this.waste(this.visitor);
    else this.visitor.said(message, bytes);
  }

  private greet(message: ChildMessage | null): void {
    if (message?.type !== 'hello') {
      this.door.refuse();
      return;
    }
    const { token, ...hello } = message;
    const expected = this.reception.tokenOf(hello.slot);
    if (expected === null || !isSame(token, expected)) {
      this.door.refuse();
      return;
    }
    this.door.known();
    this.visitor = this.reception.arrived(hello, this);
  }

  private waste(visitor: Visitor): void {
    this.nonsense += 1;
    visitor.garbage('not a message');
    if (this.nonsense >= mostGarbage) this.cut('it talked nonsense');
  }

  private overflow(): void {
    if (this.socket.destroyed) return;
    if (this.visitor === null) {
      this.door.refuse();
      return;
    }
    this.visitor.garbage('over-long line');
    this.cut('it sent an over-long line');
  }

  private cut(why: string): void {
    this.why = why;
    this.socket.destroy();
  }
}
