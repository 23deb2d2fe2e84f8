import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Wall } from './containment.js';
import type { Command } from './launch.js';
import { markOf } from './leftover.js';
import { sandboxArgs } from './sandbox.js';

/** A Wine as it is installed here. */
export interface Wine {
  readonly launcher: string;
  readonly server: string;
  /** what it is made of, outside of /usr */
  readonly folders: readonly string[];
}

/** What every tree of Windows programs is started with. */
export interface WineWorld {
  readonly wine: Wine;
  readonly wall: Wall;
  /** the application's state, without symbolic links: no tree sees more of it than its own folder and prefix */
  readonly secretFolder: string;
}

/** One tree of processes over one prefix. */
export interface WineTree {
  /** its own; outside of a sandbox only the prefix in it is used, and `scratch` */
  readonly folder: string;
  readonly prefix: string;
  readonly reads: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** a script of ../../wine and its arguments */
  readonly script: 'slot.sh' | 'prefix.sh';
  readonly args: readonly string[];
}

const launchers = [
  '/opt/wine-stable/bin/wine',
  '/opt/wine-staging/bin/wine',
  '/opt/wine-devel/bin/wine',
  '/usr/lib/wine/wine64',
  '/usr/bin/wine',
];

/** Finds Wine; `launcher` null: where Debian, Ubuntu and WineHQ put it. Answers null where there is none. */
export function findWine(launcher: string | null): Wine | null {
  const found = (launcher === null ? launchers : [launcher]).find((path) => existsSync(path));
  if (found === undefined) return null;
  const beside = [dirname(found), '/usr/lib/wine', '/usr/bin'].map((folder) => join(folder, 'wineserver'));
  const server = beside.find((path) => existsSync(path));
  const [optional] = /^\/opt\/[^/]+/.exec(found) ?? [];
  return server === undefined
    ? null
    : { launcher: found, server, folders: optional === undefined ? [] : [optional] };
}

/** A path of this machine as Windows programs name it. */
export const windowsPath = (path: string): string => `Z:${path.replaceAll('/', '\\')}`;

/** What runs inside of a prefix and around it. */
export const scriptsFolder = fileURLToPath(new URL('../../wine', import.meta.url));

/** Where a tree may write what it forgets: a sandbox has a /tmp of its own. */
const scratchOf = ({ kind }: Wall, folder: string): string =>
  kind === 'bwrap' ? '/tmp' : join(folder, 'scratch');

/** Empty before each tree; a sandbox sees to that itself. */
export function emptyScratch(wall: Wall, folder: string): void {
  if (wall.kind === 'bwrap') return;
  const scratch = scratchOf(wall, folder);
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
}

/** Whose folders a prefix has, whoever owns it outside. */
export const windowsUser = 'trader';

/** Nothing is fetched for .NET, and no menus are made. */
const overrides = 'mscoree=;winemenubuilder.exe=d';

/** How a tree is started: in a sandbox where there is a wall. */
export function treeCommand({ wine, wall, secretFolder }: WineWorld, tree: WineTree): Command {
  const { folder, prefix, reads, script, args } = tree;
  const [scratch, path] = [scratchOf(wall, folder), join(scriptsFolder, script)];
  const environment = {
    ...{ PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    ...{ HOME: scratch, USER: windowsUser, SCRATCH: scratch },
    ...{ WINE: wine.launcher, WINESERVER: wine.server, WINEPREFIX: prefix, WINEARCH: 'win64' },
    ...{ WINEDEBUG: '-all', WINEDLLOVERRIDES: overrides },
    ...tree.environment,
    ...markOf(folder),
  };
  const command = ['/bin/sh', path, ...args];
  if (wall.kind === 'none') return { program: '/bin/sh', args: command.slice(1), environment };
  const sandbox = {
    programs: wine.folders,
    reads: [scriptsFolder, ...reads],
    writes: [prefix],
    environment,
    command,
  };
  const secrets = { folder: secretFolder, except: [folder, prefix] };
  return { program: wall.path, args: sandboxArgs(sandbox, secrets, wall.features), environment: {} };
}
