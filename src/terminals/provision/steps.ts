import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../lib/fault.js';
import { minuteMs } from '../../lib/clock.js';
import { inPrefix, metaTrader, metaTraderFolder, python } from '../installed.js';
import { journalText } from '../journal-tail.js';
import { makePrefix } from '../prefix.js';
import { windowsUser } from '../wine-tree.js';
import type { Downloads } from './downloads.js';
import { ownPath, putFile } from '../own-file.js';
import { runInPrefix, type Place } from './run-in-prefix.js';

export interface Workshop extends Place {
  readonly downloads: Downloads;
}

/** One thing that is done to a prefix, and may be done again at any time. */
export interface Step {
  readonly name: string;
  /** another answer than last time: it is to be done anew */
  readonly from: (downloads: Downloads) => Promise<string>;
  readonly work: (at: Workshop) => Promise<void>;
}

const onceOnly = (): Promise<string> => Promise.resolve('1');

const failed = ({ folder }: Place, what: string): Fault =>
  new Fault(500, 'not_provisioned', `${what} What was said is in ${folder}/terminal.log.`);

const prefix: Step = {
  name: 'prefix',
  from: onceOnly,
  work: async ({ world, prefix }) => {
    rmSync(prefix, { recursive: true, force: true });
    await makePrefix(world, prefix);
  },
};

function unzip(archive: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const { status, stderr, error } = spawnSync('unzip', ['-q', '-o', archive, '-d', folder], {
    encoding: 'utf8',
  });
  if (error !== undefined) throw new Fault(500, 'no_unzip', 'unzip is not installed. Run: apt install unzip');
  if (status !== 0) throw new Fault(500, 'not_unpacked', `${archive} cannot be unpacked: ${stderr.trim()}`);
}

const wheels = ['numpy.whl', 'metatrader5.whl'];
const packages = 'Lib\\site-packages';

/** The embeddable Python reads no environment: what it may import stands in a file beside it. */
function letImport(folder: string): void {
  const [name] = readdirSync(folder).filter((one) => one.endsWith('._pth'));
  if (name === undefined)
    throw new Fault(422, 'not_python', 'python.zip is no embeddable Python: it has no ._pth.');
  const path = join(folder, name);
  const lines = readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'));
  writeFileSync(path, [...lines, packages, ''].join('\r\n'));
}

const bridgeImports =
  'import MetaTrader5, numpy; print("MetaTrader5", MetaTrader5.__version__, "numpy", numpy.__version__)';

const pythonStep: Step = {
  name: 'python',
  from: async (downloads) => {
    const files = await Promise.all(['python.zip', ...wheels].map((name) => downloads.file(name)));
    return files.map(({ sha256 }) => sha256).join(' ');
  },
  work: async (at) => {
    const folder = ownPath(at.prefix, inPrefix(at.prefix, 'C:\\Python'));
    const unborn = `${folder}.new`;
    rmSync(unborn, { recursive: true, force: true });
    unzip((await at.downloads.file('python.zip')).path, unborn);
    for (const wheel of wheels)
      unzip((await at.downloads.file(wheel)).path, join(unborn, ...packages.split('\\')));
    letImport(unborn);
    rmSync(folder, { recursive: true, force: true });
    renameSync(unborn, folder);
    const ended = await runInPrefix(at, { command: [python, '-c', bridgeImports], mostMs: 2 * minuteMs });
    if (typeof ended === 'string' || ended.code !== 0)
      throw failed(at, 'Python does not start in the prefix, or cannot import MetaTrader5 and numpy.');
  },
};

const installer = 'C:\\mt5setup.exe';

const install: Step = {
  name: 'metatrader',
  from: onceOnly,
  work: async (at) => {
    const { path } = await at.downloads.file('mt5setup.exe');
    const copy = inPrefix(at.prefix, installer);
    // Whoever ran there before may have left a link in its place.
    putFile(at.prefix, copy, readFileSync(path));
    const ended = await runInPrefix(at, { command: [installer, '/auto'], mostMs: 15 * minuteMs });
    rmSync(ownPath(at.prefix, copy), { force: true });
    const isThere = existsSync(inPrefix(at.prefix, metaTrader));
    if (ended === 'late' || !isThere) throw failed(at, 'MetaTrader could not be installed.');
  },
};

/** A fresh MetaTrader translates its examples for minutes, and answers nobody meanwhile. */
const warmUp: Step = {
  name: 'warm-up',
  from: onceOnly,
  work: async (at) => {
    const isEnough = async (): Promise<boolean> =>
      (await journalText(at.prefix)).includes('full recompilation has been finished');
    const command = [metaTrader, '/portable'];
    if ((await runInPrefix(at, { command, mostMs: 5 * minuteMs, isEnough })) !== 'enough')
      throw failed(at, 'MetaTrader did not finish its first start.');
  },
};

const utf16 = (lines: readonly string[]): Buffer => Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`, 'utf16le');

/**
 * Its tool server, which could trade, is off. Updates have nowhere to lie: a terminal newer than its Python package
 * answers nobody, so both are replaced together, by making the prefixes anew.
 */
const settings: Step = {
  name: 'settings',
  from: () => Promise.resolve('1'),
  work: ({ prefix }) => {
    const config = inPrefix(prefix, `${metaTraderFolder}\\Config\\assistant.ini`);
    putFile(prefix, config, utf16(['[MCP.MetaTrader]', 'Enable=0']));
    const updates = `C:\\users\\${windowsUser}\\AppData\\Roaming\\MetaQuotes\\WebInstall`;
    putFile(prefix, inPrefix(prefix, updates), Buffer.alloc(0), 0o400);
    return Promise.resolve();
  },
};

/** How a template comes to be, in this order. */
export const buildSteps: readonly Step[] = [prefix, pythonStep, install, warmUp, settings];
/** What a prefix that is in use takes over when it is newer. */
export const renewSteps: readonly Step[] = [pythonStep, settings];
