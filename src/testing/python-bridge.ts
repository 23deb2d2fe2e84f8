import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, type Launch } from '../terminals/launch.js';
import { projectRoot } from './database.js';
import type { Mt5World } from './mt5-world.js';
import { programPath } from './needs.js';

const standIn = join(projectRoot, 'src/testing/mt5');
const bridge = join(projectRoot, 'wine/bridge.py');

/** Bridges of a test, each beside a stand-in of a terminal. */
export interface PythonBridges {
  launch: Launch;
  /** where the terminal of a slot lives, with its journal */
  home: (slot: number) => string;
  /** What the slot's terminal finds from now on; one that started before finds it too. */
  write: (slot: number, world: Mt5World) => void;
}

/** wine/bridge.py under this machine's python3, with a stand-in for the package; waits are that much shorter. */
export function pythonBridges(folder: string, world: Mt5World, haste = 20): PythonBridges {
  const home = (slot: number): string => join(folder, `terminal-${slot}`);
  const write = (slot: number, now: Mt5World): void => {
    mkdirSync(home(slot), { recursive: true });
    const [file, draft] = [join(home(slot), 'world.json'), join(home(slot), 'world.json.new')];
    writeFileSync(draft, JSON.stringify(now));
    renameSync(draft, file);
  };
  const launch: Launch = ({ slot, port, tokenFile, folder: own }) => {
    if (!existsSync(join(home(slot), 'world.json'))) write(slot, world);
    const python = ['-B', '-u', '-X', 'utf8', join(standIn, 'start.py'), bridge];
    const place = ['--port', String(port), '--slot', String(slot), '--token-file', tokenFile];
    const terminal = ['--terminal', join(home(slot), 'terminal64.exe'), '--haste', String(haste)];
    const args = [...python, ...place, ...terminal];
    return startChild(own, { program: programPath('python3') ?? 'python3', args, environment: {} });
  };
  return { launch, home, write };
}
