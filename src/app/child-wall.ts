import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sandboxArgs, type BwrapFeatures } from '../terminals/sandbox.js';

/** A program and what it is told. */
export interface Command {
  program: string;
  args: string[];
}

/** A script of the program's own that looks into what people sent. */
export interface ChildScript {
  readonly script: string;
  readonly args: readonly string[];
  /** further flags of node, above all how much heap it may have */
  readonly flags: readonly string[];
}

const root = realpathSync(fileURLToPath(new URL('../../', import.meta.url)));
/** Of what is compiled. */
export const inDist = (name: string): string => join(root, 'dist', name);
const readable = ['dist', 'node_modules', 'package.json'].map((name) => join(root, name));

const permissionFlag = (version: string): string => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 5) ? '--permission' : '--experimental-permission';
};

const allowed = (path: string): string =>
  `--allow-fs-read=${path.endsWith('.json') ? path : join(path, '*')}`;

/** Node without any right but to read the program itself: no writing, no children, no threads. */
function confined({ script, args, flags }: ChildScript): Command {
  const rights = [permissionFlag(process.versions.node), ...readable.map(allowed)];
  const quiet = ['--no-warnings', '--disallow-code-generation-from-strings'];
  return {
    program: realpathSync(process.execPath),
    args: [...flags, ...rights, ...quiet, script, ...args],
  };
}

/** bubblewrap as it is installed here, and whether it may take the network away. */
export interface ChildWall {
  readonly path: string;
  readonly features: BwrapFeatures;
  readonly isOffline: boolean;
}

const noNetwork = ['--unshare-net'];

/** Behind the wall there is nothing but programs: `secretFolder` is what nobody may ever see. */
function walled({ path, features, isOffline }: ChildWall, secretFolder: string, command: Command): Command {
  const { program, args } = command;
  const shown = { programs: [], reads: [program, ...readable], writes: [], environment: {} };
  const sandbox = { ...shown, command: [program, ...args] };
  const inside = sandboxArgs(sandbox, { folder: secretFolder, except: [] }, features);
  return { program: path, args: [...(isOffline ? noNetwork : []), ...inside] };
}

// Whatever is added to the environment of children on their way, none of it arrives.
const bare = ({ program, args }: Command): Command => ({
  program: '/usr/bin/env',
  args: ['-i', program, ...args],
});

export interface Surroundings {
  /** what stands around the child beside node's own confinement */
  readonly wall: ChildWall | null;
  /** never seen inside */
  readonly secretFolder: string;
  /** what tests put in place of the child */
  readonly script?: string;
}

/** How a child is started: confined by node, and behind the wall too where there is one. */
export function childCommand({ wall, secretFolder }: Surroundings, script: ChildScript): Command {
  const command = confined(script);
  return wall === null ? bare(command) : walled(wall, secretFolder, command);
}

/** Starts node behind the wall, to no end but to see that it starts. */
export const trialCommand = (wall: ChildWall, secretFolder: string): Command =>
  walled(wall, secretFolder, { program: realpathSync(process.execPath), args: ['--version'] });
