import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { plainEnvironment } from '../testing/program.js';
import { isAlive, scriptedTerminal } from '../testing/trial.js';
import { endLeftover, markOf, pidsOf } from './leftover.js';
import { birthMark, loadOf, processTable } from './process-table.js';

/** A process of its own that runs two terminals and says their numbers when they are ready. */
const program = `
  const { openTerminals } = await import(process.argv[1] + '/supervisor.js');
  const { launchNode } = await import(process.argv[1] + '/launch.js');
  const { randomBytes } = await import('node:crypto');
  const clock = { now: () => new Date(), monotonicMs: () => performance.now() };
  const terminals = openTerminals({
    count: 2, launch: launchNode(process.argv[2], () => ({})), folder: process.argv[3], clock,
    random: randomBytes, log() {},
    onChange() {
      const views = terminals.slots.map((slot) => slot.view());
      if (views.every(({ state }) => state === 'ready')) console.log(views.map(({ child }) => child.pid).join());
    },
  });
  await terminals.start();`;

async function earlierRun(test: Test): Promise<{ parent: ChildProcess; folder: string; pids: number[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-leftover-'));
  const here = new URL('.', import.meta.url).href;
  const args = ['--input-type=module', '-e', program, here, scriptedTerminal, folder];
  const parent = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: plainEnvironment(),
  });
  const lines = createInterface({ input: parent.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  const pids = line.split(',').map(Number);
  test.teardown(async () => {
    for (const pid of [...pids, parent.pid ?? 0]) if (pid > 0 && isAlive(pid)) process.kill(pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return { parent, folder, pids };
}

const isRunning = (pid: number): boolean => birthMark(pid) !== null;

async function until(isSo: () => boolean): Promise<void> {
  const at = performance.now();
  while (!isSo()) {
    if (performance.now() - at > 5_000) throw new Error('it never came to that');
    await sleep(5);
  }
}

async function goneAfter(pids: number[]): Promise<number> {
  const at = performance.now();
  await until(() => !pids.some(isRunning));
  return performance.now() - at;
}

await t.test('children end within a second of a parent that was killed', async (t) => {
  const { parent, pids } = await earlierRun(t);
  t.ok(pids.every(isRunning));
  parent.kill('SIGKILL');
  const tookMs = await goneAfter(pids);
  t.ok(tookMs < 1_000);
  t.comment(`gone after ${Math.round(tookMs)} ms`);
});

await t.test('a child that was frozen when its parent was killed is ended by the next run', async (t) => {
  const { parent, folder, pids } = await earlierRun(t);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await sleep(100);
  t.ok(pids.every(isRunning), 'they are left');
  const ended = await Promise.all([1, 2].map((n) => endLeftover(join(folder, `slot-${n}`))));
  t.same(ended, [1, 1]);
  t.notOk(pids.some(isRunning));
  t.equal(await endLeftover(join(folder, 'slot-1')), 0);
});

await t.test('whoever left the family is ended with it; who only names the folder is let be', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-leftover-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const start = (args: string[], env: Record<string, string>) =>
    spawn('sh', ['-c', ...args], { stdio: 'ignore', env: { ...plainEnvironment(), ...env } });
  const stranger = start(['sleep 60', folder], { RAWJOURNAL_SLOT: folder });
  t.teardown(() => stranger.kill('SIGKILL'));
  const child = start(['setsid sleep 60 & setsid sleep 60 & sleep 60'], markOf(folder));
  await until(() => pidsOf(folder).length === 4);
  child.kill('SIGKILL');
  await until(() => pidsOf(folder).length === 3);
  t.equal(await endLeftover(folder), 3);
  t.ok(isRunning(stranger.pid ?? 0));
});

await t.test('a process weighs what it and its descendants weigh', async (t) => {
  const sleeper = spawn('sh', ['-c', 'sleep 60 & sleep 60'], { stdio: 'ignore', detached: true });
  t.teardown(() => process.kill(-(sleeper.pid ?? 0), 'SIGKILL'));
  await sleep(200);
  const table = processTable();
  const [own, theirs] = [await loadOf(process.pid, table), await loadOf(sleeper.pid ?? 0, table)];
  t.equal(theirs.processes, 3);
  t.ok(theirs.rssBytes > 0);
  t.ok(own.rssBytes > theirs.rssBytes + 20 * 1024 * 1024);
  t.same(await loadOf(99_999_999, table), { rssBytes: 0, processes: 0 });
});
