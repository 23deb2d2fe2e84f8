import { realpath } from 'node:fs/promises';
import { readEnvironment } from '../app/config.js';
import { createLog } from '../app/log.js';
import { run } from '../app/run.js';
import { stateFolders } from '../app/state.js';
import { launchWine } from '../terminals/launch-wine.js';
import { projectRoot } from '../testing/database.js';
import { makePrefixes, simulatorProgram, wineSettings } from '../testing/wine.js';

/** The program itself, with simulators under Wine where an installation of somebody's own has MetaTrader. */
const config = readEnvironment(projectRoot);
const root = await realpath((await stateFolders(config.stateDir)).root);
await makePrefixes(root, 4);
const nowMs = Date.now();
const program = simulatorProgram(() => ({
  ...{ epochMs: nowMs, anchorMs: nowMs, anchorRealMs: nowMs, speed: 1, timeScale: 1 },
  ...{ recordings: null, mischief: null },
}));
const launch = launchWine(wineSettings(root, { program }));
const { stop } = await run({ ...config, children: { launch } }, projectRoot, createLog(config.logLevel));
process.stdout.write('ready\n');
process.on('SIGTERM', () => void stop());
