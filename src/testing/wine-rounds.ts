import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchWine } from '../terminals/launch-wine.js';
import { pidsOf } from '../terminals/leftover.js';
import { makePrefix } from '../terminals/prefix.js';
import { familyOf, processTable } from '../terminals/process-table.js';
import { plainEnvironment } from './program.js';
import { errandOf, gone, growing, until, wineSettings, wineWorld } from './wine.js';

/** What was left of a tree that was killed, and for how long. */
export interface Round {
  /** what was killed, and how old the tree was */
  readonly what: string;
  readonly size: number;
  /** until nothing was left; throws where that takes longer than a second */
  readonly goneMs: number;
}

const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it ended while we looked
  }
};

/** What may be killed beside the child itself, by its command line. Windows programs have the path of their own. */
const members: readonly (readonly [string, RegExp])[] = [
  ['the script', /^\/bin\/sh\0.*slot\.sh/],
  ['the display', /^Xvfb/],
  ['the server', /wineserver64/],
  ['the program', /^Z:.*node\.exe/],
];

/** The oldest process of a family with such a command line. */
export const member = (pid: number, line: RegExp): number | undefined =>
  familyOf(pid, processTable())
    .sort((a, b) => a - b)
    .find((one) => line.test(commandLine(one)));

/** Whoever dials is let in and hears nothing. */
async function deafServer(): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Starts slot 1 and kills it, or a part of it, somewhere between its first moment and its sixth second. */
export async function killRound(root: string, random: () => number): Promise<Round> {
  const server = await deafServer();
  const { port } = server.address() as AddressInfo;
  const child = launchWine(wineSettings(root))(errandOf(root, 1, port));
  try {
    const ageMs = Math.floor(random() < 0.4 ? random() * 300 : random() * 6_000);
    await sleep(ageMs);
    const grown = growing(root, 1, child.pid);
    const [name, line] = members[Math.floor(random() * members.length * 2)] ?? ['the child', null];
    const victim = (line === null ? undefined : member(child.pid, line)) ?? child.pid;
    process.kill(victim, 'SIGKILL');
    const what = `${victim === child.pid ? 'the child' : name} after ${ageMs} ms`;
    return { what, size: grown.size, goneMs: await gone(what, [grown], 1_000) };
  } finally {
    child.kill('SIGKILL');
    await child.exited;
    server.close();
  }
}

/** Begins a prefix and kills its tree within the first seconds; the next try begins anew. */
export async function prefixRound(root: string, random: () => number): Promise<Round> {
  const prefix = join(root, 'killed');
  const making = `${prefix}.making`;
  const made = makePrefix(wineWorld(root), prefix).then(
    () => 'made',
    () => 'killed',
  );
  await until('a beginning', () => pidsOf(making).length > 0, 5_000);
  const ageMs = Math.floor(random() * 4_000);
  await sleep(ageMs);
  const pids = pidsOf(making);
  const [head = 0] = pids.filter((pid) => !pids.includes(processTable().get(pid)?.parent ?? 0));
  process.kill(head, 'SIGKILL');
  const what = `a new prefix after ${ageMs} ms`;
  const goneMs = await gone(what, [{ left: () => pidsOf(making) }], 1_000);
  if ((await made) !== 'killed') throw new Error('It was killed and says that it is whole.');
  return { what, size: pids.length, goneMs };
}

const parentProgram = `
  const { wineTerminals } = await import(process.argv[1]);
  const terminals = wineTerminals(process.argv[2], Number(process.argv[3]), () => undefined);
  await terminals.start();
  setInterval(() => {
    const views = terminals.slots.map((slot) => slot.view());
    if (views.every(({ state }) => state === 'ready')) console.log(views.map(({ child }) => child.pid).join());
  }, 50);`;

/** Starts a process that runs so many slots, and kills it when all are ready, or somewhere on the way. */
export async function parentRound(root: string, count: number, afterMs: number | null): Promise<Round> {
  mkdirSync(join(root, 'terminals'), { recursive: true });
  const helpers = new URL('./wine.js', import.meta.url).href;
  const args = ['--input-type=module', '-e', parentProgram, helpers, root, String(count)];
  const parent = spawn(process.execPath, args, {
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: parent.stdout });
  if (afterMs === null) await once(lines, 'line');
  else await sleep(afterMs);
  const slots = Array.from({ length: count }, (_, index) => index + 1);
  const trees = slots.map((slot) => growing(root, slot, parent.pid ?? 0));
  parent.kill('SIGKILL');
  const what = `the parent of ${count} after ${afterMs ?? 'all were ready'}`;
  const goneMs = await gone(what, trees, 1_000);
  return { what, size: (trees[0]?.size ?? 1) - 1, goneMs };
}
