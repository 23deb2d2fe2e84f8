import { join } from 'node:path';
import type { RandomBytes } from '../lib/secret.js';
import { secondMs } from '../lib/clock.js';
import { startChild, type Child, type Errand, type Launch } from './launch.js';
import { endLeftover } from './leftover.js';
import { memoryFolder, putSecret, wipeSecret } from './memory.js';
import { startIni } from './start-ini.js';
import { emptyScratch, treeCommand, windowsPath, type WineTree, type WineWorld } from './wine-tree.js';
import { xauthority } from './xauthority.js';

/** What runs in a slot, as Windows names it. */
export interface Program {
  /** with its own arguments; where it is to dial and who it is follow */
  readonly command: readonly string[];
  /** files and folders that it reads outside of its prefix */
  readonly reads: readonly string[];
  /** MetaTrader, which starts with the first login; null: the program is the terminal itself */
  readonly terminal: string | null;
}

export interface WineSettings {
  readonly world: WineWorld;
  readonly prefixOf: (slot: number) => string;
  readonly program: (errand: Errand) => Program;
  /** a folder in memory, of this installation alone */
  readonly memory: string;
  readonly random: RandomBytes;
  /** told before each start, while nothing runs in the prefix */
  readonly teach?: (prefix: string) => void;
  /** for how long an account may lie in memory while MetaTrader starts into it */
  readonly iniMs?: number;
}

const standardIniMs = 30 * secondMs;

const errandArgs = ({ port, slot, tokenFile }: Errand): string[] => [
  ...['--port', String(port), '--slot', String(slot)],
  ...['--token-file', windowsPath(tokenFile)],
];

/** The account that MetaTrader is started with: in memory, for as long as a login takes. */
class StartFile {
  private timer: NodeJS.Timeout | null = null;
  private isUsed = false;

  constructor(
    private readonly path: string,
    private readonly mostMs: number,
  ) {}

  /** Once: from then on MetaTrader runs, and is told of accounts by the program beside it. */
  put(credentials: Parameters<typeof startIni>[0]): void {
    if (this.isUsed) return;
    putSecret(this.path, startIni(credentials));
    this.isUsed = true;
    this.timer = setTimeout(() => this.wipe(), this.mostMs);
  }

  wipe(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    wipeSecret(this.path);
  }
}

/** A terminal under Wine: one tree of processes in a sandbox, with a display of its own, over the slot's prefix. */
export const launchWine =
  ({ world, prefixOf, program, memory, random, teach, iniMs = standardIniMs }: WineSettings): Launch =>
  (errand): Child => {
    const { slot, folder } = errand;
    const secrets = memoryFolder(memory, `slot-${slot}`);
    const [ini, authority] = [join(secrets, 'start.ini'), join(secrets, 'xauthority')];
    wipeSecret(ini);
    putSecret(authority, xauthority(random(16)));
    const { command, reads, terminal } = program(errand);
    emptyScratch(world.wall, folder);
    teach?.(prefixOf(slot));
    const tree: WineTree = {
      folder,
      prefix: prefixOf(slot),
      reads: [errand.tokenFile, secrets, ...reads],
      environment: { XAUTHORITY: authority, START_INI: ini, TERMINAL: terminal ?? '' },
      script: 'slot.sh',
      args: [...command, ...errandArgs(errand)],
    };
    const start = new StartFile(ini, iniMs);
    const child = startChild(folder, treeCommand(world, tree));
    const exited = child.exited.then(async (exit) => {
      start.wipe();
      wipeSecret(authority);
      await endLeftover(folder, Infinity);
      return exit;
    });
    return { ...child, exited, loginBegins: (account) => start.put(account), loginEnds: () => start.wipe() };
  };
