import { statfs } from 'node:fs/promises';
import { currentAlarms, undeliveredSince } from '../../data/alarms.js';
import type { BackupPlaces } from '../../data/backup-records.js';
import { knownBackups } from '../../data/backup-reports.js';
import { nobody, type Database } from '../../data/database.js';
import { catalogBreaches } from '../../data/lint.js';
import type { Live } from '../../data/live.js';
import { knownServers, unknownServers } from '../../data/servers.js';
import { isAdministrator, isClaimed, listUsers, type ListedUser } from '../../data/users.js';
import { dayMs, secondMs, type Clock } from '../../lib/clock.js';
import type { MarketDesk } from '../../sync/market-source.js';
import { backupLines } from '../../web/backup-words.js';
import { span } from '../../web/figures.js';
import { measureLines, type MeasureFacts } from '../../web/measure-words.js';
import { marketName, marketSince, marketWords } from '../../web/market-words.js';
import type { PeopleFacts } from '../../web/queue-words.js';
import { engineChecks } from './engine-checks.js';
import { engineFacts, type Engine } from './engine-facts.js';
import { mailFinding } from './mail-check.js';
import { overall, type Check, type ProcessFacts, type Status } from './status.js';

export interface StatusDeps {
  db: Database;
  /** null where the asker cannot see the web process's own store */
  live: Live | null;
  clock: Clock;
  stateDir: string;
  process: ProcessFacts | null;
  /** null where the asker cannot see it: it runs in the web process */
  engine: Engine | null;
  /** where the account for prices is set; null: none is needed, or the asker cannot see it */
  market: MarketDesk | null;
  /** what was measured; null where the asker cannot see it */
  readMeasures: () => Promise<MeasureFacts | null>;
  backups: BackupPlaces;
  /** such as `smtp.example.org:587 (STARTTLS)`; null: no mail is set up */
  mailServer: string | null;
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

const presenceWords = ({ online, grace }: PeopleFacts): string =>
  online === null ? '' : `; ${online} online${grace === null || grace === 0 ? '' : `, ${grace} in grace`}`;

const peopleCheck = (db: Database, users: readonly ListedUser[], seen: PeopleFacts): Promise<Check> =>
  checked(
    'users',
    async () => {
      const admins = users.filter(isAdministrator).length;
      if (!(await isClaimed(db)))
        return {
          level: 'amber',
          says: 'nobody yet',
          fix: 'Open the first page and create the administrator.',
        };
      if (admins > 0)
        return green(
          `${counted(users.length, 'user')}, ${counted(admins, 'administrator')}${presenceWords(seen)}`,
        );
      return {
        level: 'red',
        says: `${counted(users.length, 'user')}, and no administrator who is let in`,
        fix: 'Run: rawjournal user role --email <address> --role admin',
      };
    },
    { level: 'red', fix: 'Look into the log of PostgreSQL.' },
  );

const serversCheck = (db: Database): Promise<Check> =>
  checked(
    'servers',
    async () => {
      const [known, unknown] = await db.withTenant('sync', nobody, (tx) =>
        Promise.all([knownServers(tx), unknownServers(tx)]),
      );
      if (unknown.length === 0) return green(`${counted(known.length, 'broker server')} read from`);
      return {
        level: 'amber',
        says: `no terminal finds ${unknown.map(({ server }) => server).join(', ')}`,
        fix: 'Teach it: rawjournal servers add FILE. A name that was mistyped: rawjournal servers forget NAME.',
      };
    },
    { level: 'red', fix: 'Look into the log of PostgreSQL.' },
  );

const pricesCheck = (market: MarketDesk, now: Date): Promise<Check> =>
  checked(
    'prices',
    async () => {
      const row = await market.look();
      const { level, word, detail, fix } = marketWords(row);
      if (row === null) return { level, says: `no account for them is set: ${detail}`, fix };
      const since = span(Math.max(0, now.getTime() - marketSince(row).getTime()) / secondMs);
      const says = `${marketName(row)}, ${word} for ${since}${detail === '' ? '' : `: ${detail}`}`;
      return { level, says, fix };
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

const alarmsCheck = (db: Database, now: Date): Promise<Check> =>
  checked(
    'alarms',
    async () => {
      const [on, stuck] = await db.withTenant('sync', nobody, (tx) =>
        Promise.all([currentAlarms(tx), undeliveredSince(tx, new Date(now.getTime() - dayMs))]),
      );
      const undelivered = stuck === 0 ? '' : `; ${counted(stuck, 'message')} of the last day not delivered`;
      const says = `${on.length === 0 ? 'none' : on.map(({ says }) => says).join(' ')}${undelivered}`;
      if (on.length === 0 && stuck === 0) return green(says);
      const fix =
        on.length === 0
          ? 'Send a test on the page /admin/alarms; it says what came back.'
          : `What to do stands at /admin/alarms/guide#${on[0]?.kind ?? ''}`;
      return { level: 'amber', says, fix };
    },
    { level: 'red', fix: 'Look into the log of PostgreSQL.' },
  );

const mailCheck = (db: Database, server: string | null, now: Date): Promise<Check> =>
  checked('mail', () => mailFinding(db, server, now), {
    level: 'red',
    fix: 'Look into the log of PostgreSQL.',
  });

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

/** Nothing is said of them while the database is away that would tell. */
const backupChecks = (db: Database, places: BackupPlaces, now: Date): Promise<Check[]> =>
  knownBackups(db, places).then(
    (facts) => backupLines(facts, now),
    () => [],
  );

const webCheck = (process: ProcessFacts | null): Check =>
  process === null
    ? { name: 'web', level: 'down', says: 'not running', fix: 'Start it: npm start' }
    : { name: 'web', level: 'green', says: `${process.url}, up ${span(process.uptimeS)}`, fix: null };

/** Everybody, as long as the database can be asked. */
const people = async (db: Database, database: Check): Promise<ListedUser[] | null> =>
  database.level === 'down' ? null : listUsers(db).catch(() => null);

/** Everything an administrator wants to know at one look. Never throws: what cannot be asked is said to be so. */
export async function readStatus(deps: StatusDeps): Promise<Status> {
  const { db, live, clock, stateDir, process, engine, market, readMeasures, backups, version } = deps;
  const { mailServer } = deps;
  const database = await databaseCheck(db);
  const users = await people(db, database);
  const seen = engineFacts(users?.map(({ user_id }) => user_id) ?? null, engine);
  const checks: Check[] = [webCheck(process), database];
  if (live !== null) checks.push(await liveCheck(live));
  if (database.level !== 'down') checks.push(await isolationCheck(db));
  if (users !== null) checks.push(await peopleCheck(db, users, seen.users));
  if (database.level !== 'down') checks.push(await serversCheck(db));
  if (engine !== null) {
    const ground = { isSimulated: engine.sync.isSimulated, findings: engine.terminals?.ground ?? [] };
    checks.push(...engineChecks(seen, ground, clock.now().getTime()));
  }
  if (market !== null && database.level !== 'down') checks.push(await pricesCheck(market, clock.now()));
  const measures = await readMeasures().catch(() => null);
  if (measures !== null) checks.push(...measureLines(measures));
  if (database.level !== 'down') checks.push(await alarmsCheck(db, clock.now()));
  if (database.level !== 'down') checks.push(await mailCheck(db, mailServer, clock.now()));
  checks.push(await diskCheck(stateDir), ...(await backupChecks(db, backups, clock.now())));
  const at = clock.now().toISOString();
  return { version, at, level: overall(checks), process, measures, ...seen, checks };
}

export const processFacts = (startedAt: Date, url: string, clock: Clock): ProcessFacts => ({
  url,
  startedAt: startedAt.toISOString(),
  uptimeS: Math.max(0, Math.floor((clock.now().getTime() - startedAt.getTime()) / secondMs)),
  rssBytes: globalThis.process.memoryUsage.rss(),
});
