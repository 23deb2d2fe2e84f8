import type { Logger } from 'pino';
import { compose, openLive, systemClock } from './compose.js';
import { simulatedServers } from '../terminals/simulator/brokers.js';
import { goesFirst, readSold } from './billing.js';
import { isLocal, type Config } from './config.js';
import type { Database } from '../data/database.js';
import { holdKeys } from './keys.js';
import { ensureDemo, readDemo, removeDemo, type Demo } from './demo.js';
import { createEngine, type Engine, type EngineParts } from './engine.js';
import type { Visit } from '../domain/tally.js';
import { controlSocket, leaveNote, removeNote, stateFolders, type StateFolders } from './state.js';
import { Measures } from './measures.js';
import { serveMetrics } from './metrics.js';
import { setupNotice } from './setup-code.js';
import { openStorage } from './storage.js';
import { keepTimetable, timetable } from './timetable.js';
import { closeControl, serveControl } from './control.js';
import { controlRoutes } from './control-routes.js';
import { doctorRoutes } from './doctor-routes.js';
import { listen } from './listen.js';
import { openNotices } from './notify.js';
import { importControl } from './import-control.js';
import { keyControl } from './key-control.js';
import { givenAccount, type MarketSource } from '../sync/market.js';

/** What visitors may try, as the form that connects an account offers it. */
const offered = simulatedServers.map(({ name, sentence, login, investorPassword }) => ({
  server: name,
  sentence,
  login,
  password: investorPassword,
}));

type Stop = () => Promise<unknown>;

/** Ends what was started, the last first; one that fails does not keep the others from ending. */
async function stopAll(stops: Stop[], log: Logger): Promise<void> {
  for (const stop of [...stops].reverse())
    await stop().catch((error: unknown) => {
      log.error({ err: error }, 'Something did not stop cleanly.');
    });
  stops.length = 0;
}

interface Running {
  stop: () => Promise<void>;
  /** what whoever starts it has to know, a line each */
  notices: string[];
}

/** Invented brokers come with an invented trader; real ones take it away. */
async function demonstration(
  terminals: Config['terminals'],
  db: Database,
  folders: StateFolders,
): Promise<Demo | null> {
  if (terminals === 'simulator') return ensureDemo(db, folders, systemClock);
  await removeDemo(db, systemClock);
  return null;
}

/** The account by which prices are read; simulated brokers have one for everybody. */
const pricesOf = (engine: Engine | null): MarketSource | null => {
  const [simulated] = offered;
  if (engine?.sync.isSimulated !== true) return engine?.market ?? null;
  return simulated === undefined ? null : givenAccount(simulated);
};

/** Why there are no terminals, and how that is mended. */
const obstacles = (engine: Engine | null): string[] =>
  (engine?.terminals.ground ?? [])
    .filter(({ level }) => level === 'red')
    .map(({ says, fix }) => `No terminal is started: ${says}. ${fix ?? ''}`);

interface Place {
  config: Config;
  root: string;
  log: Logger;
  folders: StateFolders;
  stops: Stop[];
}

/** The database, every statement on it timed, what was measured before, and what is sold. */
async function openMeasured({ config, root, log, folders, stops }: Place) {
  const measures = new Measures(systemClock);
  const onQuery = (tookMs: number): void => measures.query(tookMs);
  const storage = await openStorage({ ...config, onQuery }, folders, log, root);
  stops.push(() => storage.close());
  await measures.recall(storage.db);
  stops.push(() => measures.write(storage.db, { all: true }));
  return { storage, measures, sold: await readSold(config.billing) };
}

/** Figures for Prometheus, where a port is set for them. */
async function serveFigures({ config, log, stops }: Place, read: () => Promise<string>): Promise<void> {
  if (config.metricsPort === null) return;
  const server = await serveMetrics(config.metricsPort, read, (error) =>
    log.error({ err: error }, 'Figures could not be told.'),
  );
  stops.push(() => closeControl(server));
}

/** What the commands on this machine ask. */
async function serveCommands(
  { folders, log, stops }: Place,
  routes: Parameters<typeof serveControl>[1],
): Promise<void> {
  const control = await serveControl(controlSocket(folders), routes, (error) =>
    log.error({ err: error }, 'A command could not be answered.'),
  );
  stops.push(() => closeControl(control));
}

const noticesOf = (
  { folders }: Place,
  demo: Demo | null,
  code: string | null,
  engine: Engine | null,
): string[] => [
  ...(demo === null ? [] : [`Demonstration: sign in as ${demo.email} with the password ${demo.password}`]),
  ...(code === null ? [] : [setupNotice(folders, code)]),
  ...obstacles(engine),
];

/** `children`: what a measurement puts in the place of MetaTrader. */
type Given = Config & Pick<EngineParts, 'children'>;

/** Starts everything in order and returns how to stop it. A start that fails half-way leaves nothing behind. */
export async function run(config: Given, root: string, log: Logger): Promise<Running> {
  const stops: Stop[] = [];
  try {
    const folders = await stateFolders(config.stateDir, config.keys?.folder);
    const place: Place = { config, root, log, folders, stops };
    const { storage, measures, sold } = await openMeasured(place);
    const live = openLive(config, log);
    stops.push(() => live.close());
    const { terminals } = config;
    const keyring = await holdKeys(config, folders);
    const parts = {
      ...{ ...config, folders, db: storage.db, live, clock: systemClock, log, keyring },
      onMeasured: (visited: Visit) => measures.visit(visited),
      goesFirst: goesFirst(sold, storage.db, systemClock),
    };
    const engine = terminals === 'none' ? null : await createEngine({ ...parts, terminals });
    if (engine !== null) stops.push(() => engine.stop());
    const demo = await demonstration(terminals, storage.db, folders);
    const { app, kit, readStatus, readMetrics, alarms, imports, pictures, letters, billing } = await compose({
      ...{ config, root, folders, log, db: storage.db, live, measures, keyring, sold },
      demo: isLocal(config) ? demo : null,
      ...(engine === null ? {} : { sync: engine.sync, terminals: engine.terminals, market: engine.market }),
      ...(terminals === 'simulator' ? { simulatedServers: offered } : {}),
    });
    stops.push(() => app.close());
    // First of all the port: a second start that is refused must not touch what the first has left for its commands.
    await listen(app, config);
    await engine?.terminals.start();
    if (engine !== null && demo !== null) await readDemo(storage.db, engine.sync, demo);
    const shared = { ...imports, db: storage.db, live, clock: systemClock, log };
    const holdings = { ...shared, pictures, measures, alarms: alarms.watch, letters, billing };
    const jobs = keepTimetable(timetable(holdings), log);
    stops.push(() => jobs.stop(), letters.close);
    await serveFigures(place, readMetrics);
    const routes = {
      ...controlRoutes(readStatus, engine),
      ...importControl(imports),
      ...keyControl(keyring),
      ...doctorRoutes({
        ...{ config, engine, db: storage.db, keyring, clock: systemClock },
        market: pricesOf(engine),
      }),
    };
    await serveCommands(place, routes);
    // Whoever found nobody to ask before this may have put a key there since it was read.
    await keyring.reload();
    await leaveNote(folders, { url: config.publicUrl, database: storage.address });
    stops.push(() => removeNote(folders));
    const systemd = openNotices(config, () => engine?.sync.sinceLookMs() ?? null, log);
    await systemd.ready();
    stops.push(() => systemd.stopping());
    const notices = noticesOf(place, demo, kit.setup.code, engine);
    return { stop: () => stopAll(stops, log), notices };
  } catch (error) {
    await stopAll(stops, log);
    throw error;
  }
}
