import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Test } from 'tap';
import type { createAlarms } from '../app/alarms.js';
import { compose, type Parts } from '../app/compose.js';
import { readConfig, type Config } from '../app/config.js';
import { createLog } from '../app/log.js';
import { stateFolders } from '../app/state.js';
import type { Billing } from '../billing/desk.js';
import type { Letters } from '../app/timetable.js';
import { loadKeyring } from '../data/keyring.js';
import { memoryLive } from '../data/live-memory.js';
import { claimInstallation } from '../data/users.js';
import type { Status } from '../features/status/status.js';
import { openMarketDesk, type MarketDesk } from '../sync/market-source.js';
import type { Outgoing, Postman } from '../mail/postman.js';
import type { Kit } from '../web/kit.js';
import { noLimits } from './limits.js';
import { Browser } from './browser.js';
import { TestClock } from './clock.js';
import { projectRoot, testDatabase, type TestDatabase } from './database.js';

export interface TestApp extends TestDatabase {
  app: FastifyInstance;
  kit: Kit;
  readStatus: () => Promise<Status>;
  alarms: ReturnType<typeof createAlarms>;
  clock: TestClock;
  /** where the account for prices is set; null: simulated prices need none */
  market: MarketDesk | null;
  /** each time another account was set (true), or the one there was cleared or refused (false) */
  marketChanges: boolean[];
  stateDir: string;
  /** every letter handed over, in order */
  mail: Outgoing[];
  letters: Letters;
  /** how long each slowed answer was held back, in ms */
  delays: number[];
  /** null: nothing is sold */
  billing: Billing | null;
  /** everything logged, a JSON object a line */
  logged: string[];
  browser(): Browser;
}

export type Options = Partial<
  Pick<
    Parts,
    | 'limits'
    | 'live'
    | 'onRoute'
    | 'sync'
    | 'terminals'
    | 'simulatedServers'
    | 'outside'
    | 'measures'
    | 'readLastBackup'
    | 'sold'
    | 'onPaymentFailed'
  >
> & {
  env?: Record<string, string>;
  /** prices need an account, as those of real brokers do */
  needsMarket?: boolean;
  /** shared with what stands beside the program */
  clock?: TestClock;
  /** nobody administers it yet */
  isEmpty?: boolean;
  /** who carries letters; own: as the settings have it. Left out: somebody who takes them all */
  postman?: Postman | null | 'own';
  database?: Parameters<typeof testDatabase>[1];
  /** made before, because something else stands on it too: the synchronisation of these accounts */
  ground?: { database: TestDatabase; stateDir: string };
};

/** A database and a folder for the state, which both end with the test. */
export async function testGround(t: Test, database?: Options['database']) {
  const stateDir = await mkdtemp(join(tmpdir(), 'rawjournal-test-'));
  t.teardown(() => rm(stateDir, { recursive: true, force: true, maxRetries: 20 }));
  return { database: await testDatabase(t, database), stateDir };
}

/** The whole program on a database of its own; only clock, mail and waiting are the test's. */
export async function testApp(t: Test, options: Options = {}): Promise<TestApp> {
  const { database, stateDir } = options.ground ?? (await testGround(t, options.database));
  const config: Config = readConfig({ STATE_DIR: stateDir, LOG_LEVEL: 'debug', ...options.env }, projectRoot);
  const clock = options.clock ?? new TestClock();
  if (options.isEmpty !== true)
    await database.db.withInstallation((tx) => claimInstallation(tx, clock.now()));
  const folders = await stateFolders(stateDir);
  const marketChanges: boolean[] = [];
  const marketParts = {
    db: database.db,
    keyring: await loadKeyring(folders.credentials, (size) => randomBytes(size)),
    random: (size: number) => randomBytes(size),
    clock,
    changed: (isUsable: boolean) => void marketChanges.push(isUsable),
  };
  const market = options.needsMarket === true ? await openMarketDesk(marketParts) : null;
  const mail: Outgoing[] = [];
  const takesAll: Postman = {
    send: (letter) => {
      mail.push(letter);
      return Promise.resolve({ kind: 'accepted', says: 'It was taken.' });
    },
    close: () => undefined,
  };
  const postman = options.postman === undefined ? takesAll : options.postman;
  const delays: number[] = [];
  const logged: string[] = [];
  const { app, kit, readStatus, alarms, letters, billing } = await compose({
    ...{ config, root: projectRoot, folders, market, clock },
    log: createLog(config.logLevel, { write: (line) => void logged.push(line) }),
    db: database.db,
    live: options.live ?? memoryLive(clock),
    limits: options.limits ?? noLimits,
    onRoute: options.onRoute,
    ...(options.sync === undefined ? {} : { sync: options.sync }),
    ...(options.terminals === undefined ? {} : { terminals: options.terminals }),
    simulatedServers: options.simulatedServers,
    ...(options.outside === undefined ? {} : { outside: options.outside }),
    ...(options.measures === undefined ? {} : { measures: options.measures }),
    ...(options.readLastBackup === undefined ? {} : { readLastBackup: options.readLastBackup }),
    ...(options.sold === undefined ? {} : { sold: options.sold }),
    ...(options.onPaymentFailed === undefined ? {} : { onPaymentFailed: options.onPaymentFailed }),
    ...(postman === 'own' ? {} : { postman }),
    delay: (ms) => {
      delays.push(ms);
      return Promise.resolve();
    },
  });
  t.teardown(() => app.close());
  await app.ready();
  const browser = (): Browser => new Browser(app, config.publicUrl, () => kit.afterwards.settled());
  return {
    ...{ ...database, app, kit, readStatus, alarms, clock, market, marketChanges },
    ...{ stateDir, mail, letters, delays, logged, billing, browser },
  };
}
