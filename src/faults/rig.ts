import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { random as spreading } from '../app/storage.js';
import { connectAccount, loginAt } from '../bench/installation.js';
import { addPeople } from '../bench/people.js';
import { inPlace, type Place } from '../bench/place.js';
import { accountOf, type AccountRow } from '../data/accounts.js';
import type { Database } from '../data/database.js';
import { loadKeyring } from '../data/keyring.js';
import { memoryLive } from '../data/live-memory.js';
import type { Clock } from '../lib/clock.js';
import { createSync, type RunningSync } from '../sync/create.js';
import type { Owned } from '../sync/ingest.js';
import { launchNode } from '../terminals/launch.js';
import type { Mischief } from '../terminals/simulator/mischief.js';
import type { Settings } from '../terminals/simulator/settings.js';
import { openTerminals, type Slot, type Terminals } from '../terminals/supervisor.js';
import { after } from '../terminals/timers.js';
import { scaled, standardTiming } from '../terminals/timing.js';

export interface Watched extends Owned {
  server: string;
  login: string;
}

/** Two users whose accounts are read by real children under a real supervision, all of it `scale` times as fast. */
export interface Rig {
  db: Database;
  place: Place;
  terminals: Terminals;
  sync: RunningSync;
  scale: number;
  /** how many times as long as promised everything may take */
  patience: number;
  epochMs: number;
  clock: Clock;
  owners: readonly [Watched, Watched];
  /** everything that was logged */
  lines: string[];
  slot(number: number): Slot;
  pid(number: number): number;
  misbehave(slot: number, how: Mischief | null): void;
  /** The broker of this account does, whichever terminal reads it. */
  betray(owner: Watched, how: Mischief | null): void;
  account(owner: Owned): Promise<AccountRow>;
  /** Connects one more account of the first user. */
  connect(login: { server: string; login: string; password: string }): Promise<Watched>;
  /** Asks for a whole reading, and resolves when one that began after the call has been written completely. */
  read(owner: Owned): Promise<void>;
}

const terminalCount = 2;
const simulator = fileURLToPath(new URL('../terminals/simulator/main.js', import.meta.url));

/** Waits until it is so; the ms it took. Throws after `mostMs`. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  mostMs: number,
): Promise<number> {
  const start = performance.now();
  while (!(await isSo())) {
    if (performance.now() - start > mostMs)
      throw new Error(`${what}: not within ${(mostMs / 1000).toFixed(1)} s`);
    await sleep(10);
  }
  return performance.now() - start;
}

const fast = (scale: number, startMs: number): Clock => ({
  now: () => new Date(startMs + (Date.now() - startMs) * scale),
  monotonicMs: () => performance.now() * scale,
});

async function supervised(place: Place, scale: number, startMs: number, lines: string[]) {
  const folder = join(place.folders.root, 'terminals');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const mischief = (slot: number): string => join(folder, `mischief-${slot}.json`);
  const settings: Settings = {
    ...{ epochMs: startMs, speed: scale, anchorMs: startMs, anchorRealMs: startMs, timeScale: scale },
    ...{ recordings: null, mischief: null },
  };
  const clock = fast(scale, startMs);
  let sync: RunningSync | null = null;
  const terminals = openTerminals({
    count: terminalCount,
    launch: launchNode(simulator, (slot) => ({ ...settings, mischief: mischief(slot) })),
    folder,
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    random: (size) => randomBytes(size),
    log: (line) => void lines.push(line),
    onChange: () => sync?.wake(),
    timing: scaled(standardTiming, scale),
  });
  sync = await createSync({
    ...{ db: place.storage.db, live: memoryLive(clock), clock, random: spreading, slots: terminals.slots },
    ...{ market: null, restart: (slot) => terminals.restart(slot), isSimulated: true, slowWeekends: false },
    keyring: await loadKeyring(place.folders.credentials, (size) => randomBytes(size)),
    after: (ms, then) => after(ms / scale, then),
    onError: (error) => void lines.push(String(error)),
  });
  return { terminals, sync, clock, mischief };
}

type Parts = Awaited<ReturnType<typeof supervised>>;

function rigOf(
  place: Place,
  { terminals, sync, clock, mischief }: Parts,
  rest: Pick<Rig, 'scale' | 'patience' | 'epochMs' | 'owners' | 'lines'>,
): Rig {
  const { db } = place.storage;
  const slot = (number: number): Slot => {
    const found = terminals.slots[number - 1];
    if (found === undefined) throw new RangeError(`no slot ${number}`);
    return found;
  };
  const account = async ({ userId, accountId }: Owned): Promise<AccountRow> => {
    const row = await db.withTenant('sync', userId, (tx) => accountOf(tx, userId, accountId));
    if (row === undefined) throw new Error('The account is gone.');
    return row;
  };
  const misbehave = (number: number, how: Mischief | null): void => {
    if (how === null) rmSync(mischief(number), { force: true });
    else writeFileSync(mischief(number), JSON.stringify(how));
  };
  return {
    ...rest,
    ...{ db, place, terminals, sync, clock, slot, account, misbehave },
    pid: (number) => slot(number).view().child?.pid ?? 0,
    betray: ({ login }, how) => {
      for (const { number } of terminals.slots) misbehave(number, how === null ? null : { ...how, login });
    },
    connect: async (login) => {
      const [{ userId }] = rest.owners;
      const owner = await connectAccount({ db, folders: place.folders }, userId, login);
      await sync.changed(userId);
      return { ...owner, ...login };
    },
    read: async (owner) => {
      const next = async (): Promise<void> => {
        const fromMs = clock.now().getTime();
        sync.ask(owner.userId, owner.accountId);
        const isRead = async (): Promise<boolean> => {
          const { state, full_synced_at } = await account(owner);
          return state === 'live' && (full_synced_at?.getTime() ?? 0) > fromMs;
        };
        await until('a whole reading', () => isRead().catch(() => false), 600_000 / rest.scale + 30_000);
      };
      // The first may have been under way before the call.
      await next();
      await next();
    },
  };
}

/** Opens a rig, lets `work` use it when both accounts have been read, and leaves nothing behind. */
export const withRig = <T>(
  { scale, patience }: Pick<Rig, 'scale' | 'patience'>,
  work: (rig: Rig) => Promise<T>,
): Promise<T> =>
  inPlace({ LOG_LEVEL: 'silent' }, async (place) => {
    const lines: string[] = [];
    const epochMs = Date.now();
    const parts = await supervised(place, scale, epochMs, lines);
    const [one, two] = await addPeople(place.storage.db, 2);
    if (one === undefined || two === undefined) throw new Error('nobody there');
    const connected = async (userId: string, at: number): Promise<Watched> => ({
      ...(await connectAccount({ db: place.storage.db, folders: place.folders }, userId, loginAt(at))),
      ...loginAt(at),
    });
    // Of two servers, so that each terminal has its own.
    const owners = [await connected(one.userId, 0), await connected(two.userId, 1)] as const;
    const rig = rigOf(place, parts, { scale, patience, epochMs, owners, lines });
    try {
      await parts.terminals.start();
      const watches = owners.map(({ userId }) => parts.sync.open(userId));
      const beat = setInterval(() => {
        for (const watch of watches) watch.heard();
      }, 10_000 / scale);
      try {
        await Promise.all(owners.map((owner) => rig.read(owner)));
        return await work(rig);
      } finally {
        clearInterval(beat);
      }
    } finally {
      await Promise.all([parts.sync.stop(), parts.terminals.stop()]);
    }
  });
