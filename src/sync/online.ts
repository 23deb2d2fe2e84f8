import type { Live } from '../data/live.js';
import type { Clock } from '../lib/clock.js';
import type { After } from '../terminals/timers.js';
import { closed, heard, nextChangeMs, opened, type Present, stateOf, swept } from './presence.js';
import type { Attention, Watch } from './sync.js';

const setName = 'online';

export interface Online {
  open(userId: string): Watch;
  stateOf(userId: string): Attention;
  /** everybody who is read for: online or in grace */
  users(): string[];
  stop(): void;
}

interface Deps {
  clock: Clock;
  after: After;
  live: Live;
  /** someone came, or went for good */
  onChange: (userId: string, state: Attention) => void;
  onError: (error: unknown) => void;
}

/** With many people online, a store that is away would be told of many times a second: it is once, until it answers. */
function onceAway(onError: (error: unknown) => void) {
  let isAway = false;
  return {
    failed: (error: unknown): void => {
      if (!isAway) onError(error);
      isAway = true;
    },
    answered: (): void => {
      isAway = false;
    },
  };
}

/** Who is online, kept here and, so that a restart does not forget it, in the live store. */
export async function watchUsers({ clock, after, live, onChange, onError }: Deps): Promise<Online> {
  const { failed, answered } = onceAway(onError);
  let present: Present = await remembered(live, clock).catch((error: unknown) => {
    failed(error);
    return new Map();
  });
  const known = new Map<string, Attention>([...present.keys()].map((userId) => [userId, 'grace']));
  let sockets = 0;
  let isStopped = false;
  let callOff = (): void => undefined;

  const remember = (userId: string): void => {
    const until = present.get(userId)?.leaseUntilMs;
    const written =
      until === undefined
        ? live.release(setName, userId)
        : live.lease(setName, userId, new Date(clock.now().getTime() + until - clock.monotonicMs()));
    written.then(answered, failed);
  };
  const look = (): void => {
    const nowMs = clock.monotonicMs();
    for (const userId of new Set([...known.keys(), ...present.keys()])) {
      const state = stateOf(present.get(userId), nowMs);
      if (state === (known.get(userId) ?? 'offline')) continue;
      if (state === 'offline') known.delete(userId);
      else known.set(userId, state);
      onChange(userId, state);
    }
    present = swept(present, nowMs);
    callOff();
    const next = isStopped ? null : nextChangeMs(present, nowMs);
    callOff = next === null ? () => undefined : after(next - nowMs, look);
  };
  const change = (userId: string, to: Present): void => {
    present = to;
    remember(userId);
    look();
  };
  look();

  return {
    open: (userId) => {
      const id = String(++sockets);
      change(userId, opened(present, userId, id, clock.monotonicMs()));
      return {
        heard: () => change(userId, heard(present, userId, id, clock.monotonicMs())),
        close: () => change(userId, closed(present, userId, id, clock.monotonicMs())),
      };
    },
    stateOf: (userId) => stateOf(present.get(userId), clock.monotonicMs()),
    users: () => [...known.keys()],
    stop: () => {
      isStopped = true;
      callOff();
    },
  };
}

/** Those who were online when the process ended: in grace until their lease runs out. */
async function remembered(live: Live, clock: Clock): Promise<Present> {
  const now = clock.now();
  const leases = await live.leases(setName, now);
  return new Map(
    [...leases].map(([userId, until]) => [
      userId,
      { sockets: new Map(), leaseUntilMs: clock.monotonicMs() + until.getTime() - now.getTime() },
    ]),
  );
}
