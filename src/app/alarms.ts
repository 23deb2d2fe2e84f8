import { randomBytes, randomUUID } from 'node:crypto';
import { usualWay, type Way } from '../alarms/ask.js';
import { LatestVersion } from '../alarms/latest.js';
import { Post, type MailDoor } from '../alarms/post.js';
import { telegramApi } from '../alarms/telegram.js';
import { AlarmWatch } from '../alarms/watch.js';
import { nobody, type Database } from '../data/database.js';
import { availability } from '../data/measures.js';
import type { AlarmFacts, LastBackup } from '../domain/alarm-facts.js';
import type { Clock } from '../lib/clock.js';
import type { Keyring } from '../lib/seal.js';
import type { Terminals } from '../terminals/supervisor.js';
import type { Config } from './config.js';
import { certificateEnd, diskUsedPct } from './machine.js';
import type { Measures } from './measures.js';
import type { StateFolders } from './state.js';

/** What tests put in the place of the world outside. */
export interface Outside {
  resolve?: Way['resolve'];
  telegramApi?: string;
  mail?: MailDoor;
}

export interface AlarmParts {
  config: Pick<Config, 'publicUrl' | 'certificate' | 'releases' | 'alarmPrivateHosts'>;
  folders: StateFolders;
  db: Database;
  keyring: Keyring;
  clock: Clock;
  measures: Measures;
  terminals: Terminals | null;
  version: string;
  readLastBackup: () => Promise<LastBackup>;
  outside?: Outside;
}

/** Fifteen minutes of visits are judged. */
const syncMinutes = 15;

async function certificateOf(file: string | null): Promise<AlarmFacts['certificateEnds']> {
  if (file === null) return 'not set up';
  return certificateEnd(file).catch(() => 'unreadable' as const);
}

const hostOf = (url: string): string => {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
};

/** Each fact by itself: one that cannot be found out keeps no other from being told. */
const factReader =
  ({ config, folders, db, clock, ...parts }: AlarmParts, latest: LatestVersion | null) =>
  async () => {
    const now = clock.now();
    const { syncs, syncSuccessPct } = parts.measures.figures(syncMinutes);
    const counted = await db.withTenant('sync', nobody, (tx) => availability(tx, now));
    const slots = parts.terminals?.slots ?? [];
    return {
      ...{ now, began: counted.since, syncs, syncSuccessPct, version: parts.version },
      terminals: slots.map((slot) => ({ number: slot.number, state: slot.view().state })),
      diskUsedPct: await diskUsedPct(folders.root),
      lastVerifiedBackup: await parts.readLastBackup().catch(() => 'unknown' as const),
      certificateEnds: await certificateOf(config.certificate),
      latestVersion: latest === null ? ('not set up' as const) : await latest.read(),
    };
  };

const wayWith =
  (outside: Outside) =>
  (allowed: readonly string[]): Way => ({
    ...usualWay(allowed),
    ...(outside.resolve === undefined ? {} : { resolve: outside.resolve }),
  });

/** The ways by which letters leave the house, for whoever has one to send. */
export function createPost(
  parts: Pick<AlarmParts, 'folders' | 'db' | 'keyring' | 'outside'> & {
    config: Pick<Config, 'alarmPrivateHosts'>;
  },
): Post {
  const { config, folders, db, keyring, outside = {} } = parts;
  return new Post({
    ...{ db, keyring, random: (size: number) => randomBytes(size), credentials: folders.credentials },
    way: wayWith(outside)(config.alarmPrivateHosts),
    telegramApi: outside.telegramApi ?? telegramApi,
    mail: outside.mail ?? null,
  });
}

/** What tells the administrator that something is amiss, and the ways by which it does. */
export function createAlarms(parts: AlarmParts): { watch: AlarmWatch; post: Post } {
  const { config, db, clock, outside = {} } = parts;
  const { releases } = config;
  const way = wayWith(outside);
  const latest =
    releases === null ? null : new LatestVersion({ releases, clock, way: way([hostOf(releases)]) });
  const post = createPost(parts);
  const watch = new AlarmWatch({
    ...{ db, clock, post, publicUrl: config.publicUrl, newId: randomUUID },
    readFacts: factReader(parts, latest),
  });
  return { watch, post };
}
