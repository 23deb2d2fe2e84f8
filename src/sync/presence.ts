import { minuteMs, secondMs } from '../lib/clock.js';

export const pingEveryMs = 25 * secondMs;
/** A socket that was not heard for so long counts as closed from that moment on, whether or not anybody looked. */
export const silentAfterMs = 60 * secondMs;
export const graceMs = 5 * minuteMs;

export interface Presence {
  /** open sockets, by an id that is never used twice → when each was last heard */
  readonly sockets: ReadonlyMap<string, number>;
  /** with no socket open any more: until when the user still counts; else until when at least */
  readonly leaseUntilMs: number;
}

/** Everybody who is online or in grace, by user id. All times are ms on one clock that only grows. */
export type Present = ReadonlyMap<string, Presence>;

export type PresenceState = 'online' | 'grace' | 'offline';

const isHeard = (heardMs: number, nowMs: number): boolean => nowMs < heardMs + silentAfterMs;

/** The lease that the sockets give by themselves: grace after the last of them would fall silent. */
const leaseOf = (sockets: ReadonlyMap<string, number>): number =>
  Math.max(0, ...[...sockets.values()].map((heardMs) => heardMs + silentAfterMs + graceMs));

const withHeard = (present: Present, userId: string, socketId: string, nowMs: number): Present => {
  const sockets = new Map(present.get(userId)?.sockets).set(socketId, nowMs);
  return new Map(present).set(userId, { sockets, leaseUntilMs: leaseOf(sockets) });
};

/** A page was opened: the user is online, grace or not. */
export const opened = (present: Present, userId: string, socketId: string, nowMs: number): Present =>
  withHeard(present, userId, socketId, nowMs);

/** A pong or any other word. A socket that is closed, or was silent for too long, stays closed. */
export const heard = (present: Present, userId: string, socketId: string, nowMs: number): Present => {
  const lastMs = present.get(userId)?.sockets.get(socketId);
  return lastMs !== undefined && isHeard(lastMs, nowMs)
    ? withHeard(present, userId, socketId, nowMs)
    : present;
};

/** Closing twice, or after falling silent, changes nothing: the grace runs from the first of these. */
export const closed = (present: Present, userId: string, socketId: string, nowMs: number): Present => {
  const presence = present.get(userId);
  const lastMs = presence?.sockets.get(socketId);
  if (presence === undefined || lastMs === undefined || !isHeard(lastMs, nowMs)) return present;
  const sockets = new Map(presence.sockets);
  sockets.delete(socketId);
  const leaseUntilMs = Math.max(nowMs + graceMs, leaseOf(sockets));
  return new Map(present).set(userId, { sockets, leaseUntilMs });
};

/** Online while a socket is open, then in grace until the lease ends. */
export const stateOf = (presence: Presence | undefined, nowMs: number): PresenceState => {
  if (presence === undefined) return 'offline';
  if ([...presence.sockets.values()].some((heardMs) => isHeard(heardMs, nowMs))) return 'online';
  return nowMs < presence.leaseUntilMs ? 'grace' : 'offline';
};

/** Forgets silent sockets and users who are offline. Nobody's state changes by it, now or later. */
export const swept = (present: Present, nowMs: number): Present =>
  new Map(
    [...present]
      .filter(([, presence]) => stateOf(presence, nowMs) !== 'offline')
      .map(([userId, { sockets, leaseUntilMs }]) => [
        userId,
        { sockets: new Map([...sockets].filter(([, heardMs]) => isHeard(heardMs, nowMs))), leaseUntilMs },
      ]),
  );

/** Sockets to ping now, and those to close because they are silent; ask every few seconds. */
export const socketsToTouch = (
  present: Present,
  nowMs: number,
): { readonly ping: readonly string[]; readonly close: readonly string[] } => {
  const all = [...present.values()].flatMap(({ sockets }) => [...sockets]);
  const ids = (wanted: (heardMs: number) => boolean): string[] =>
    all.filter(([, heardMs]) => wanted(heardMs)).map(([id]) => id);
  return {
    ping: ids((heardMs) => isHeard(heardMs, nowMs) && nowMs >= heardMs + pingEveryMs),
    close: ids((heardMs) => !isHeard(heardMs, nowMs)),
  };
};

/** The next moment at which somebody's state may change by itself; null: never. */
export const nextChangeMs = (present: Present, nowMs: number): number | null => {
  const moments = [...present.values()]
    .flatMap(({ sockets, leaseUntilMs }) => [
      leaseUntilMs,
      ...[...sockets.values()].map((heardMs) => heardMs + silentAfterMs),
    ])
    .filter((atMs) => atMs > nowMs);
  return moments.length > 0 ? Math.min(...moments) : null;
};
