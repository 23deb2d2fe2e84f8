import type { WebSocket } from '@fastify/websocket';
import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import type { Door } from '../data/database.js';
import { secondMs } from '../lib/clock.js';
import { Fault } from '../lib/fault.js';
import { doorOf } from './gate.js';
import { visitorOf, type Kit } from './kit.js';

const mostSocketsOfOneUser = 20;
const pingEveryMs = 25 * secondMs;
const silentAfterMs = 60 * secondMs;
/** Less than the five seconds within which a closed door is felt: the question takes time too. */
const doorsEveryMs = 4 * secondMs;
const lookEveryMs = secondMs;
/** How long a socket that was told to close may take over it. */
const farewellMs = secondMs;

/** As a WebSocket says it; on 1012 a page comes back by itself, on 1008 it does not. */
const closing = {
  restart: [1012, 'The server restarts.'],
  door: [1008, 'The session or the token has ended.'],
  crowd: [1013, 'Too many connections are open at once.'],
} as const;

/** What a feature does about one socket. */
interface Attendance {
  /** it answered a ping, or said anything else */
  heard(): void;
  /** once, whatever ended the socket */
  close(): void;
}

interface Kept {
  userId: string;
  door: Door;
  socket: WebSocket;
  heardMs: number;
  pingedMs: number;
  heard: () => void;
  leave: () => void;
}

/** Every open socket, of pages and of programs. */
export interface Sockets {
  /** Before the handshake. Throws a Fault 429 beyond the limits. */
  admit(request: FastifyRequest): Promise<void>;
  /** After it: pings, silence, the door and the end are looked after from here. `open` is asked where there is room. */
  keep(request: FastifyRequest, socket: WebSocket, open: () => Attendance): void;
  closeAll(): void;
}

type Deps = Pick<Kit, 'db' | 'clock' | 'cookies' | 'limiter'> & { log: Pick<FastifyBaseLogger, 'error'> };

export function keepSockets(deps: Deps): Sockets {
  const { clock, cookies, limiter } = deps;
  const kept = new Set<Kept>();
  const askDoors = doorkeeper(deps, kept);
  const look = (): void => {
    for (const one of kept) touch(one, clock.monotonicMs());
    void askDoors();
  };
  const timer = setInterval(look, lookEveryMs).unref();
  const isFull = (userId: string): boolean =>
    [...kept].filter((one) => one.userId === userId).length >= mostSocketsOfOneUser;

  const enter = (
    one: Omit<Kept, 'heardMs' | 'pingedMs' | 'heard' | 'leave'>,
    open: () => Attendance,
  ): void => {
    const nowMs = clock.monotonicMs();
    const attendance = open();
    const heard = (): void => {
      entry.heardMs = clock.monotonicMs();
      attendance.heard();
    };
    const leave = (): void => {
      if (kept.delete(entry)) attendance.close();
    };
    const entry: Kept = { ...one, heardMs: nowMs, pingedMs: nowMs, heard, leave };
    kept.add(entry);
    listen(entry);
  };

  return {
    admit: async (request) => {
      const { userId } = visitorOf(request);
      const taken = await limiter.take('socketsByUser', userId);
      if (taken.allowed && !isFull(userId)) return;
      throw new Fault(429, 'too_many_requests', closing.crowd[1], {
        retryAfterS: Math.ceil(taken.retryAfterMs / secondMs) || 30,
      });
    },
    keep: (request, socket, open) => {
      const { userId } = visitorOf(request);
      const door = doorOf(request, cookies);
      // Handshakes that were admitted at the same moment are counted one by one here.
      if (door === null || isFull(userId)) socket.close(...closing.crowd);
      else enter({ userId, door, socket }, open);
    },
    closeAll: () => {
      clearInterval(timer);
      for (const one of kept) end(one, closing.restart);
    },
  };
}

/** Asks every few seconds whether the doors of open sockets still open: each session or token once, all together. */
function doorkeeper({ db, clock, log }: Deps, kept: ReadonlySet<Kept>): () => Promise<void> {
  let askedMs = clock.monotonicMs();
  let isAsking = false;
  return async () => {
    const nowMs = clock.monotonicMs();
    if (isAsking || kept.size === 0 || nowMs - askedMs < doorsEveryMs) return;
    isAsking = true;
    askedMs = nowMs;
    const doors = new Map([...kept].map(({ door }) => [door.key, door]));
    try {
      const open = await db.openDoors([...doors.values()], clock.now());
      for (const one of kept) if (doors.has(one.door.key) && !open.has(one.door.key)) end(one, closing.door);
    } catch (error) {
      // Where nothing can be read, nothing can have been revoked; it is asked again.
      log.error({ err: error }, 'It could not be asked whether open sockets are still allowed.');
    } finally {
      isAsking = false;
    }
  };
}

function listen({ socket, heard, leave }: Kept): void {
  socket.on('pong', heard);
  socket.on('message', heard);
  socket.on('error', () => socket.terminate());
  socket.on('close', leave);
}

/** A ping every 25 s; who was silent for 60 s is gone. */
function touch(one: Kept, nowMs: number): void {
  if (nowMs - one.heardMs >= silentAfterMs) {
    one.leave();
    one.socket.terminate();
  } else if (nowMs - one.pingedMs >= pingEveryMs) {
    one.pingedMs = nowMs;
    one.socket.ping();
  }
}

/** Nothing more is sent from here on, whether or not the other side takes part in closing. */
function end({ socket, leave }: Kept, [code, reason]: readonly [number, string]): void {
  leave();
  socket.close(code, reason);
  setTimeout(() => socket.terminate(), farewellMs).unref();
}
