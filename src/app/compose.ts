import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Books } from '../data/books.js';
import type { Database } from '../data/database.js';
import { lastVerifiedBackup } from '../data/backup-records.js';
import { knownBackups } from '../data/backup-reports.js';
import { loadKeyring } from '../data/keyring.js';
import { memoryLive } from '../data/live-memory.js';
import { redisLive } from '../data/live-redis.js';
import type { Live } from '../data/live.js';
import { pictureFiles } from '../data/picture-files.js';
import { secretFile } from '../data/secret-file.js';
import { readEngine, type Engine } from '../features/status/engine-facts.js';
import { processFacts, readStatus } from '../features/status/facts.js';
import type { Clock } from '../lib/clock.js';
import type { Keyring } from '../lib/seal.js';
import type { MarketDesk } from '../sync/market-source.js';
import { withoutTerminals } from '../sync/none.js';
import type { Sync } from '../sync/sync.js';
import type { Terminals } from '../terminals/supervisor.js';
import { createAfterwards } from '../web/afterwards.js';
import { loadAssets } from '../web/assets.js';
import { cookiesFor } from '../web/cookies.js';
import type { Postman } from '../mail/postman.js';
import type { MailRoom } from '../mail/room.js';
import { writeWeekly } from '../mail/weekly.js';
import { serverName } from '../mail/smtp.js';
import type { Kit, Site } from '../web/kit.js';
import { metricsText } from '../web/metrics-text.js';
import { createLimiter, limitTable, type LimitTable } from '../web/limits.js';
import { drawRegions, showPages, showRegions, type ShellExtras } from '../web/page.js';
import { createPasswords } from '../web/passwords.js';
import { createViews } from '../web/views.js';
import { createAlarms, type AlarmParts, type Outside } from './alarms.js';
import { createBilling, readSold, type Sold } from './billing.js';
import type { Config } from './config.js';
import { backupPlaces } from './config-backup.js';
import { legalDrafts } from './legal-drafts.js';
import { Measures } from './measures.js';
import { alarmDoor, createMail } from './mail.js';
import { paymentLetter } from './payment-letter.js';
import { dropSetupCode, setupCode } from './setup-code.js';
import { createServer, type ServerOptions } from './server.js';
import type { Letters } from './timetable.js';
import { createReportReader } from './workers.js';
import { findChildWall } from './workers-child.js';
import { createPictureEncoder } from './workers-pictures.js';
import { createShell } from './shell.js';
import { picturesFolder, type StateFolders } from './state.js';

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};

/** What an installation is made of, and what tests put in place of some parts. */
export interface Parts {
  config: Config;
  root: string;
  folders: StateFolders;
  log: Logger;
  db: Database;
  live: Live;
  /** where others hold it too; else it is read here */
  keyring?: Keyring;
  /** none where nothing is to be read */
  sync?: Sync;
  terminals?: Terminals;
  /** where the account for prices is set; null: simulated prices need none */
  market?: MarketDesk | null;
  /** offered to visitors; only where nobody comes from outside */
  demo?: Kit['demo'];
  simulatedServers?: ServerOptions['simulatedServers'];
  clock?: Clock;
  /** what counts requests, syncs and the like */
  measures?: Measures;
  /** when the last backup was made that could be restored */
  readLastBackup?: AlarmParts['readLastBackup'];
  /** what tests put in the place of hosts that alarms are sent to */
  outside?: Outside;
  limits?: LimitTable;
  /** where it was read before; else it is read here */
  sold?: Sold | null;
  /** a payment of somebody's has failed */
  onPaymentFailed?: (userId: string) => Promise<void>;
  /** who carries letters, in place of the server that is set; null: nobody */
  postman?: Postman | null;
  delay?: (ms: number) => Promise<void>;
  onRoute?: ServerOptions['onRoute'];
}

/** Tried once for each state folder: every trial starts a program. */
const walls = new Map<string, ReturnType<typeof findChildWall>>();
function childWall(root: string): ReturnType<typeof findChildWall> {
  const known = walls.get(root);
  if (known !== undefined) return known;
  const found = findChildWall(root);
  walls.set(root, found);
  return found;
}

export const openLive = (config: Pick<Config, 'redisUrl'>, log: Logger): Live =>
  config.redisUrl === null ? memoryLive(systemClock) : redisLive(config.redisUrl, log);

export async function readVersion(root: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** Some three hundred thousand trades. */
const mostBookBytes = 128 * 1024 * 1024;

async function createKit(
  parts: Parts,
  assetsDir: string,
  { extras, sold }: { extras: ShellExtras; sold: Sold | null },
): Promise<{ kit: Kit; room: MailRoom }> {
  const { config, root, folders, log, db, live, clock = systemClock, limits = limitTable } = parts;
  const random = (size: number): Buffer => randomBytes(size);
  const site: Site = {
    publicUrl: config.publicUrl,
    version: await readVersion(root),
    signUp: config.signUp,
    sendsMail: config.mail !== null,
    sells: sold !== null,
  };
  const cookies = cookiesFor(config.publicUrl);
  const afterwards = createAfterwards(log);
  const views = createViews({ viewsDir: join(root, 'views'), asset: loadAssets(assetsDir) });
  const draw = drawRegions(views, site);
  const { room, mail } = await createMail({
    ...{ config, folders, db, clock, log, draw, start: (work) => afterwards.start(work) },
    ...(parts.postman === undefined ? {} : { postman: parts.postman }),
  });
  const kit: Kit = {
    db,
    books: new Books(mostBookBytes, (userId, work) =>
      afterwards.start(() => db.withTenant('app', userId, work)),
    ),
    clock,
    random,
    keyring: parts.keyring ?? (await loadKeyring(folders.keys, random)),
    limiter: createLimiter({ live, clock, log, table: limits }),
    passwords: await createPasswords(random),
    delay: parts.delay ?? ((ms) => delay(ms)),
    mail,
    page: showPages(views, { site, clock }, { cookies, extras }),
    afterwards,
    setup: { code: await setupCode(config, folders, db), done: () => dropSetupCode(folders) },
    region: showRegions(views, { site, clock }),
    draw,
    cookies,
    site,
    plans: sold?.plans ?? null,
    demo: parts.demo ?? null,
  };
  return { kit, room };
}

/** What counts, and what tells when something is amiss. */
function createWatch(parts: Parts, { keyring, site: { version, sendsMail } }: Kit, room: MailRoom) {
  const { config, folders, db, clock = systemClock } = parts;
  // Where no mail is set up, it is no way by which an alarm is told.
  const outside: Outside = {
    ...(sendsMail ? { mail: alarmDoor(room, db, clock) } : {}),
    ...parts.outside,
  };
  const measures = parts.measures ?? new Measures(clock);
  const alarms = createAlarms({
    ...{ config, folders, db, clock, measures, keyring, version },
    terminals: parts.terminals ?? null,
    readLastBackup:
      parts.readLastBackup ?? (async () => lastVerifiedBackup(await knownBackups(db, backupPlaces(config)))),
    outside,
  });
  const readMeasures = () => measures.facts(db);
  const readMetrics = async () => {
    const on = await alarms.watch.current().catch(() => null);
    return metricsText({ version, measures: await readMeasures(), total: measures.sinceStart(), alarms: on });
  };
  return { measures, alarms, readMeasures, readMetrics };
}

/** What is done about plans; whoever reads accounts is told what has changed. */
const createDesk = (
  { config, log, db, clock = systemClock, onPaymentFailed }: Parts,
  sold: Sold,
  { sync, kit }: { sync: Sync; kit: Kit },
) =>
  createBilling(sold, {
    ...{ db, clock, log, publicUrl: config.publicUrl },
    onChanged: (userId) => sync.changed(userId),
    onPaymentFailed:
      onPaymentFailed ??
      paymentLetter({ db, clock, plans: sold.plans }, () => {
        kit.mail.wake();
      }),
  });

/** What recurs with letters. */
const lettersOf = (room: MailRoom, kit: Kit): Letters => ({
  send: () => room.sendDue(),
  forget: () => room.forget(),
  writeWeekly: async () => {
    if (room.isSetUp && (await writeWeekly(kit)) > 0) await room.sendDue();
  },
  close: () => {
    room.close();
    return Promise.resolve();
  },
});

/** Puts the parts together into a server that does not listen yet, and the function that reads its status. */
export async function compose(parts: Parts) {
  const { config, root, folders, log, db, live, clock = systemClock } = parts;
  const assetsDir = join(root, 'dist', 'public');
  const sold = parts.sold === undefined ? await readSold(config.billing) : parts.sold;
  const shell = createShell(db, parts.sync ?? withoutTerminals(), sold?.plans);
  const { kit, room } = await createKit(parts, assetsDir, { extras: shell.extras, sold });
  const billing = sold === null ? null : await createDesk(parts, sold, { sync: shell.sync, kit });
  // What a program that ended was reading is of no use to anybody.
  const uploads = join(folders.root, 'uploads');
  await rm(uploads, { recursive: true, force: true });
  const engine: Engine = { sync: shell.sync, terminals: parts.terminals ?? null };
  const market = parts.market ?? null;
  const { alarms, measures, readMeasures, readMetrics } = createWatch(parts, kit, room);
  const startedAt = clock.now();
  const mailServer = config.mail === null ? null : serverName(config.mail.smtp);
  const status = () =>
    readStatus({
      ...{ db, live, clock, engine, market, readMeasures, mailServer },
      stateDir: folders.root,
      process: processFacts(startedAt, config.publicUrl, clock),
      backups: backupPlaces(config),
      version: kit.site.version,
    });
  const surroundings = { wall: childWall(folders.root), secretFolder: folders.root };
  const reports = createReportReader(surroundings);
  const pictures = pictureFiles(picturesFolder(folders));
  const imports = { kit, reports, uploads, reading: new Map<string, string>() };
  const app: FastifyInstance = await createServer({
    ...imports,
    encoder: createPictureEncoder(surroundings),
    pictures,
    sync: shell.sync,
    billing,
    simulatedServers: parts.simulatedServers,
    log,
    readStatus: status,
    readMeasures,
    alarms,
    room,
    mailServer,
    onAnswered: (tookMs, statusCode) => measures.request(tookMs, statusCode),
    readBackups: () => knownBackups(db, backupPlaces(config)),
    readEngine: () => readEngine(db, engine),
    terminals: engine.terminals,
    market,
    legal: await legalDrafts(root, { sells: sold !== null }),
    csrfKey: await secretFile(folders.credentials, 'form_key'),
    assetsDir,
    trustProxy: config.trustProxy,
    apiCorsOrigins: config.apiCorsOrigins,
    ...(parts.onRoute === undefined ? {} : { onRoute: parts.onRoute }),
  });
  app.addHook('onClose', () => kit.afterwards.settled());
  const letters = lettersOf(room, kit);
  return { app, kit, readStatus: status, readMetrics, alarms, imports, pictures, letters, billing };
}
