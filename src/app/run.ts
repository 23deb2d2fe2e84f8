import type { Logger } from 'pino';
import { compose, openLive, systemClock } from './compose.js';
import type { Config } from './config.js';
import { createEngine } from './engine.js';
import { controlSocket, leaveNote, removeNote, stateFolders } from './state.js';
import { setupNotice } from './setup-code.js';
import { openStorage } from './storage.js';
import { serveControl } from './control.js';

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
  /** what whoever starts it has to know; null for nothing */
  notice: string | null;
}

/** Starts everything in order and returns how to stop it. A start that fails half-way leaves nothing behind. */
export async function run(config: Config, root: string, log: Logger): Promise<Running> {
  const stops: Stop[] = [];
  try {
    const folders = await stateFolders(config.stateDir);
    const storage = await openStorage(config, folders, log, root);
    stops.push(() => storage.close());
    const live = openLive(config, log);
    stops.push(() => live.close());
    const engine =
      config.terminals === 'none'
        ? null
        : await createEngine({ ...config, folders, db: storage.db, live, clock: systemClock, log });
    if (engine !== null) stops.push(() => engine.stop());
    const parts = { config, root, folders, log, db: storage.db, live };
    const { app, kit, readStatus } = await compose(
      engine === null ? parts : { ...parts, sync: engine.sync, terminals: engine.terminals },
    );
    stops.push(() => app.close());
    // First of all the port: a second start that is refused must not touch what the first has left for its commands.
    await app.listen({ host: config.host, port: config.port });
    await engine?.terminals.start();
    const control = await serveControl(controlSocket(folders), readStatus);
    stops.push(() => new Promise((resolve) => control.close(resolve)));
    await leaveNote(folders, { url: config.publicUrl, database: storage.address });
    stops.push(() => removeNote(folders));
    const { code } = kit.setup;
    return { stop: () => stopAll(stops, log), notice: code === null ? null : setupNotice(folders, code) };
  } catch (error) {
    await stopAll(stops, log);
    throw error;
  }
}
