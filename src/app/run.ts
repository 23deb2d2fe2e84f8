import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { compose, openLive, systemClock } from './compose.js';
import { simulatedServers } from '../terminals/simulator/brokers.js';
import { isLocal, type Config } from './config.js';
import type { Database } from '../data/database.js';
import { holdKeyring } from '../data/keyring.js';
import { ensureDemo, readDemo, removeDemo, type Demo } from './demo.js';
import { createEngine, type Engine } from './engine.js';
import { controlSocket, leaveNote, removeNote, stateFolders, type StateFolders } from './state.js';
import { setupNotice } from './setup-code.js';
import { openStorage } from './storage.js';
import { keepTimetable, timetable } from './timetable.js';
import { closeControl, serveControl } from './control.js';
import { controlRoutes } from './control-routes.js';
import { doctorRoutes } from './doctor-routes.js';
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

const noticesOf = (demo: Demo | null, folders: StateFolders, code: string | null): string[] => [
  ...(demo === null ? [] : [`Demonstration: sign in as ${demo.email} with the password ${demo.password}`]),
  ...(code === null ? [] : [setupNotice(folders, code)]),
];

/** Starts everything in order and returns how to stop it. A start that fails half-way leaves nothing behind. */
export async function run(config: Config, root: string, log: Logger): Promise<Running> {
  const stops: Stop[] = [];
  try {
    const folders = await stateFolders(config.stateDir);
    const storage = await openStorage(config, folders, log, root);
    stops.push(() => storage.close());
    const live = openLive(config, log);
    stops.push(() => live.close());
    const { terminals } = config;
    const keyring = await holdKeyring(folders.credentials, (size) => randomBytes(size));
    const parts = { ...config, folders, db: storage.db, live, clock: systemClock, log, keyring };
    const engine = terminals === 'none' ? null : await createEngine({ ...parts, terminals });
    if (engine !== null) stops.push(() => engine.stop());
    const demo = await demonstration(terminals, storage.db, folders);
    const { app, kit, readStatus, imports, pictures } = await compose({
      config,
      root,
      folders,
      log,
      db: storage.db,
      live,
      keyring,
      demo: isLocal(config) ? demo : null,
      ...(engine === null ? {} : { sync: engine.sync, terminals: engine.terminals, market: engine.market }),
      ...(terminals === 'simulator' ? { simulatedServers: offered } : {}),
    });
    stops.push(() => app.close());
    // First of all the port: a second start that is refused must not touch what the first has left for its commands.
    await app.listen({ host: config.host, port: config.port });
    await engine?.terminals.start();
    if (engine !== null && demo !== null) await readDemo(storage.db, engine.sync, demo);
    const jobs = keepTimetable(timetable({ db: storage.db, clock: systemClock, pictures, log }), log);
    stops.push(() => jobs.stop());
    const routes = {
      ...controlRoutes(readStatus, engine),
      ...importControl(imports),
      ...keyControl(keyring),
      ...doctorRoutes({
        ...{ config, engine, db: storage.db, keyring, clock: systemClock },
        market: pricesOf(engine),
      }),
    };
    const control = await serveControl(controlSocket(folders), routes, (error) =>
      log.error({ err: error }, 'A command could not be answered.'),
    );
    stops.push(() => closeControl(control));
    // Whoever found nobody to ask before this may have put a key there since it was read.
    await keyring.reload();
    await leaveNote(folders, { url: config.publicUrl, database: storage.address });
    stops.push(() => removeNote(folders));
    const notices = [...noticesOf(demo, folders, kit.setup.code), ...obstacles(engine)];
    return { stop: () => stopAll(stops, log), notices };
  } catch (error) {
    await stopAll(stops, log);
    throw error;
  }
}
