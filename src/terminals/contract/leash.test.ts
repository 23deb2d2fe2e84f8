import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { freePort } from '../../testing/free-port.js';
import { rawParent, type RawParent } from '../../testing/raw-parent.js';
import { holds, scratch, type Terminal } from '../../testing/subjects.js';
import { isAlive } from '../../testing/trial.js';

/** Its process is gone without anybody having killed it. */
async function endsByItself(t: Test, { child }: Pick<RawParent, 'child'>): Promise<void> {
  const { signal } = await child.exited;
  t.equal(signal, null);
  t.notOk(isAlive(child.pid));
}

async function hung(t: Test, { launch, account, misbehave }: Terminal): Promise<RawParent> {
  const parent = await rawParent(t, launch);
  t.equal((await parent.ask('login', account)).error, null);
  misbehave(1, 'hang');
  void parent.ask('snapshot', {});
  await sleep(300);
  return parent;
}

holds('ends when its parent hangs up', async (t, { launch }) => {
  const parent = await rawParent(t, launch);
  await parent.until(() => parent.messages.length > 0);
  parent.socket.end();
  await endsByItself(t, parent);
});

holds('ends when its parent is gone, also while a call hangs', async (t, terminal) => {
  const parent = await hung(t, terminal);
  t.equal(parent.messages.filter(({ type }) => type === 'reply').length, 1, 'the login alone');
  parent.socket.destroy();
  await endsByItself(t, parent);
});

holds('ends when it is turned away', async (t, { launch }) => {
  const parent = await rawParent(t, launch);
  parent.socket.destroy();
  await endsByItself(t, parent);
});

holds('ends when nobody listens', async (t, { launch }) => {
  const folder = await scratch(t);
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, 'a token', { mode: 0o600 });
  const child = launch({ slot: 1, port: await freePort(), tokenFile, folder });
  await endsByItself(t, { child });
});

holds('ends when its parent talks nonsense', async (t, { launch }) => {
  const parent = await rawParent(t, launch);
  await parent.until(() => parent.messages.length > 0);
  parent.write('}{\n');
  await endsByItself(t, parent);
});

holds('ends when it is asked to, and says so before', async (t, terminal) => {
  const parent = await rawParent(t, terminal.launch);
  t.equal((await parent.ask('login', terminal.account)).error, null);
  t.same((await parent.ask('shutdown', {})).parts, [{}]);
  t.same(await parent.child.exited, { code: 0, signal: null });
});

const words = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !path.endsWith('token'))
    .map((path) => readFileSync(path, 'latin1'));

const proc = (pid: number, name: string): string => {
  const path = `/proc/${pid}/${name}`;
  return existsSync(path) ? readFileSync(path, 'latin1') : '';
};

holds('writes no password and no token anywhere, and is given none by its start', async (t, terminal) => {
  const parent = await rawParent(t, terminal.launch);
  const secrets = [parent.token, 'CANARY', terminal.account.password, terminal.masterPassword];
  await parent.ask('login', { ...terminal.account, password: 'CANARY-1' });
  await parent.ask('login', { ...terminal.account, password: 7 } as never);
  await parent.ask('login', { ...terminal.account, password: terminal.masterPassword });
  await parent.ask('login', terminal.account);
  const { pid } = parent.child;
  const said = [JSON.stringify(parent.messages.slice(1)), proc(pid, 'cmdline'), proc(pid, 'environ')];
  const kept = words(parent.folder);
  t.ok(kept.join('').includes('login'), 'it does write a log');
  for (const secret of secrets) t.notOk([...said, ...kept].some((text) => text.includes(secret)));
});

holds('dials its parent once', async (t, { launch }) => {
  const parent = await rawParent(t, launch);
  let again = 0;
  parent.server.on('connection', () => (again += 1));
  await parent.until(() => parent.messages.filter(({ type }) => type === 'heartbeat').length >= 3);
  t.equal(again, 0);
});
