import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sandboxArgs, type BwrapFeatures } from '../terminals/sandbox.js';

/** A program and what it is told. */
export interface Command {
  program: string;
  args: string[];
}

const root = realpathSync(fileURLToPath(new URL('../../', import.meta.url)));
const reader = join(root, 'dist/reports/child.js');
const readable = ['dist', 'node_modules', 'package.json'].map((name) => join(root, name));

/** With what node itself takes for stack and code, this stays within 300 MB. */
const heapMb = 208;

const permissionFlag = (version: string): string => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 5) ? '--permission' : '--experimental-permission';
};

const allowed = (path: string): string =>
  `--allow-fs-read=${path.endsWith('.json') ? path : join(path, '*')}`;

/** Node without any right but to read the program itself: no writing, no children, no threads. */
function confined(script: string, options: string): Command {
  const limits = [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=8'];
  const rights = [permissionFlag(process.versions.node), ...readable.map(allowed)];
  const flags = ['--no-warnings', '--disallow-code-generation-from-strings'];
  return { program: realpathSync(process.execPath), args: [...limits, ...rights, ...flags, script, options] };
}

/** bubblewrap as it is installed here, and whether it may take the network away. */
export interface ReaderWall {
  readonly path: string;
  readonly features: BwrapFeatures;
  readonly isOffline: boolean;
}

const noNetwork = ['--unshare-net'];

/** Behind the wall there is nothing but programs: `secretFolder` is what nobody may ever see. */
function walled({ path, features, isOffline }: ReaderWall, secretFolder: string, command: Command): Command {
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
  readonly wall: ReaderWall | null;
  /** never seen inside */
  readonly secretFolder: string;
  /** what tests put in place of the reader */
  readonly script?: string;
}

/** How the reader of reports is started: confined by node, and behind the wall too where there is one. */
export function readerCommand(
  { wall, secretFolder, script = reader }: Surroundings,
  options: string,
): Command {
  const command = confined(script, options);
  return wall === null ? bare(command) : walled(wall, secretFolder, command);
}

/** Starts node behind the wall, to no end but to see that it starts. */
export const trialCommand = (wall: ReaderWall, secretFolder: string): Command =>
  walled(wall, secretFolder, { program: realpathSync(process.execPath), args: ['--version'] });
