import { statfs } from 'node:fs/promises';
import type { Database } from '../../data/database.js';
import { catalogBreaches } from '../../data/lint.js';
import type { Live } from '../../data/live.js';
import { isAdministrator, isClaimed, listUsers } from '../../data/users.js';
import { secondMs, type Clock } from '../../lib/clock.js';
import { overall, type Check, type ProcessFacts, type Status } from './status.js';

export interface StatusDeps {
  db: Database;
  /** null where the asker cannot see the web process's own store */
  live: Live | null;
  clock: Clock;
  stateDir: string;
  process: ProcessFacts | null;
  version: string;
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : 'unknown');

type Finding = Omit<Check, 'name'>;

/** Runs one check; what it cannot find out is itself the finding. */
async function checked(
  name: string,
  find: () => Promise<Finding>,
  ifUnknown: Omit<Finding, 'says'>,
): Promise<Check> {
  try {
    return { name, ...(await find()) };
  } catch (error) {
    return { name, ...ifUnknown, says: reason(error) };
  }
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const green = (says: string): Finding => ({ level: 'green', says, fix: null });

const databaseCheck = (db: Database): Promise<Check> =>
  checked(
    'database',
    async () => {
      await db.ping();
      return green('answers');
    },
    { level: 'down', fix: 'Start PostgreSQL, or RawJournal itself.' },
  );

const isolationCheck = (db: Database): Promise<Check> =>
  checked(
    'isolation',
    async () => {
      const breaches = await catalogBreaches(db);
      if (breaches.length === 0) return green('every table keeps its users apart');
      return { level: 'red', says: breaches.join('; '), fix: 'Run: rawjournal migrate' };
    },
    { level: 'red', fix: 'Look into the log of PostgreSQL.' },
  );

const peopleCheck = (db: Database): Promise<Check> =>
  checked(
    'users',
    async () => {
      const users = await listUsers(db);
      const admins = users.filter(isAdministrator).length;
      if (!(await isClaimed(db)))
        return {
          level: 'amber',
          says: 'nobody yet',
          fix: 'Open the first page and create the administrator.',
        };
      if (admins > 0) return green(`${counted(users.length, 'user')}, ${counted(admins, 'administrator')}`);
      return {
        level: 'red',
        says: `${counted(users.length, 'user')}, and no administrator who is let in`,
        fix: 'Run: rawjournal user role --email <address> --role admin',
      };
    },
    { level: 'red', fix: 'Look into the log of PostgreSQL.' },
  );

const liveCheck = (live: Live): Promise<Check> =>
  checked(
    'live store',
    async () => {
      await live.ping();
      return green(live.kind === 'redis' ? 'Redis answers' : 'in this process');
    },
    {
      level: 'red',
      fix: 'Start Redis, or take REDIS_URL away; until then limits are counted in this process.',
    },
  );

const diskCheck = (stateDir: string): Promise<Check> =>
  checked(
    'disk',
    async () => {
      const { bavail, blocks, bsize } = await statfs(stateDir);
      const freePct = Math.round((bavail / blocks) * 100);
      const says = `${freePct} % free (${Math.round((bavail * bsize) / 1e9)} GB)`;
      if (freePct >= 15) return green(says);
      return { level: freePct >= 5 ? 'amber' : 'red', says, fix: `Make room on the disk of ${stateDir}.` };
    },
    { level: 'red', fix: `See whether ${stateDir} is there.` },
  );

const webCheck = (process: ProcessFacts | null): Check =>
  process === null
    ? { name: 'web', level: 'down', says: 'not running', fix: 'Start it: npm start' }
    : { name: 'web', level: 'green', says: `${process.url}, up ${inWords(process.uptimeS)}`, fix: null };

/** `3 d 4 h`, `12 min`, `40 s`: two units at most. */
const inWords = (seconds: number): string => {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`;
};

/** Everything an administrator wants to know at one look. Never throws: what cannot be asked is said to be so. */
export async function readStatus({
  db,
  live,
  clock,
  stateDir,
  process,
  version,
}: StatusDeps): Promise<Status> {
  const database = await databaseCheck(db);
  const checks: Check[] = [webCheck(process), database];
  if (live !== null) checks.push(await liveCheck(live));
  if (database.level !== 'down') checks.push(await isolationCheck(db), await peopleCheck(db));
  checks.push(await diskCheck(stateDir));
  return { version, at: clock.now().toISOString(), level: overall(checks), process, checks };
}

export const processFacts = (startedAt: Date, url: string, clock: Clock): ProcessFacts => ({
  url,
  startedAt: startedAt.toISOString(),
  uptimeS: Math.max(0, Math.floor((clock.now().getTime() - startedAt.getTime()) / secondMs)),
  rssBytes: globalThis.process.memoryUsage.rss(),
});
