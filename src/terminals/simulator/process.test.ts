import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import t, { type Test as TapTest } from 'tap';
import { dayMs } from '../../lib/clock.js';
import { projectRoot } from '../../testing/database.js';
import { plainEnvironment } from '../../testing/program.js';
import { conversation } from '../../testing/raw-parent.js';
import { enums } from '../enums.js';
import { maxLineBytes, methods } from '../protocol.js';
import type { Mischief } from './mischief.js';

type Test = TapTest;
const token = 'a-token-of-this-boot';
/** a Wednesday, wherever the test runs */
const anchorMs = Date.UTC(2026, 6, 8, 12);

/** The parent's side: a listener, one child, and what the child has said. */
async function startTerminal(t: Test, more: Record<string, unknown> = {}) {
  const folder = t.testdir({});
  const path = (name: string): string => join(folder, name);
  const settings = { epochMs: anchorMs - dayMs, speed: 1, anchorMs, anchorRealMs: Date.now(), timeScale: 50 };
  const places = { recordings: null, mischief: path('mischief.json') };
  writeFileSync(path('token'), `${token}\n`, { mode: 0o600 });
  writeFileSync(path('settings.json'), JSON.stringify({ ...settings, ...places, ...more }));
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const files = ['--token-file', path('token'), '--settings', path('settings.json')];
  const program = join(projectRoot, 'dist/terminals/simulator/main.js');
  const child = spawn(process.execPath, [program, '--port', String(port), '--slot', '3', ...files], {
    env: plainEnvironment(),
  });
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += String(part)));
  child.stderr.on('data', (part: Buffer) => (said += String(part)));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.on('error', () => undefined);
  t.teardown(() => {
    child.kill('SIGKILL');
    server.close();
  });
  return { socket, ended, said: () => said, path, ...conversation(socket) };
}

const credentials = { login: '5100101', server: 'Simulated-NewYork', password: 'inv-5100101' };
const everything = { fromServerMs: 0, toServerMs: anchorMs + 10 * dayMs };

void t.test('a terminal says hello, answers every call and leaves when asked', async (t) => {
  const terminal = await startTerminal(t);
  await terminal.until(() => terminal.messages.length > 0);
  t.match(terminal.messages[0], { type: 'hello', token, slot: 3, protocol: 1 });
  t.match(terminal.messages[0], {
    enums: { DEAL_TYPE_BUY_CANCELED: 13, DEAL_ENTRY_OUT_BY: 3, TIMEFRAME_H4: 16388 },
  });
  t.equal(Object.keys(enums).length, new Set(Object.keys(enums)).size);

  t.equal((await terminal.ask('snapshot', {})).error?.kind, 'not-connected', 'before a login');
  const login = methods.login.part.parse((await terminal.ask('login', credentials)).parts[0]);
  t.match(login, { login: '5100101', server: 'Simulated-NewYork', tradeAllowed: false, investor: 'yes' });
  const snapshot = methods.snapshot.part.parse((await terminal.ask('snapshot', {})).parts[0]);
  t.equal(snapshot.account.login, '5100101');
  t.ok(snapshot.positions.length > 0);

  const { parts, progress } = await terminal.ask('history', everything);
  const pages = parts.map((part) => methods.history.part.parse(part));
  const deals = pages.flatMap((page) => page.deals);
  t.ok(pages.length > 5 && progress >= pages.length, `${pages.length} pages`);
  t.equal(deals.length, pages[0]?.dealsTotal);
  const cents = deals
    .flatMap(({ profit, swap, commission, fee }) => [profit, swap, commission, fee])
    .reduce((sum, money) => sum + Math.round(money * 100), 0);
  t.equal(cents, Math.round((pages[0]?.account.balance ?? 0) * 100));

  const range = { fromServerMs: anchorMs - 20 * dayMs, toServerMs: anchorMs };
  const rates = await terminal.ask('rates', { symbol: 'EURUSD', timeframe: 'M1', ...range });
  const bars = rates.parts.flatMap((part) => methods.rates.part.parse(part).bars);
  t.ok(bars.length > 15_000 && bars.length < 25_000, `${bars.length} bars`);
  const symbols = await terminal.ask('symbols', { names: ['XAUUSD', 'PLUTONIUM'] });
  t.match(methods.symbols.part.parse(symbols.parts[0]).symbols, [{ name: 'XAUUSD', digits: 2 }]);
  const clock = methods.clock.part.parse((await terminal.ask('clock', { symbol: 'EURUSD' })).parts[0]);
  t.equal(Math.round((clock.tickServerMs - clock.utcMs) / 900_000) * 900, 3 * 3_600);
  t.ok(clock.isMoving);
  t.equal((await terminal.ask('clock', { symbol: 'PLUTONIUM' })).error?.code, -4);

  await terminal.until(() => terminal.messages.filter(({ type }) => type === 'heartbeat').length >= 2);
  t.ok(Math.max(...terminal.lengths) <= maxLineBytes, `longest line: ${Math.max(...terminal.lengths)}`);
  await terminal.ask('shutdown', {});
  t.equal(await terminal.ended, 0);
  t.notMatch(terminal.said(), /inv-|a-token/);
});

void t.test('logins that must fail, fail as they would', async (t) => {
  const terminal = await startTerminal(t, { timeScale: 400 });
  const refusal = async (more: Partial<typeof credentials>): Promise<unknown> => {
    const { error } = await terminal.ask('login', { ...credentials, ...more });
    return [error?.kind, error?.code];
  };
  t.same(await refusal({ password: 'nonsense' }), ['auth', -6]);
  t.same(await refusal({ password: 'main-5100101' }), ['investor', null]);
  t.same(await refusal({ server: 'Nobody-Live' }), ['server-unknown', -10_005]);
  t.equal((await terminal.ask('snapshot', {})).error?.kind, 'not-connected');
  t.notMatch(terminal.said(), /main-|nonsense/);
});

void t.test('a terminal never outlives its parent', async (t) => {
  const terminal = await startTerminal(t);
  await terminal.ask('login', credentials);
  terminal.socket.destroy();
  t.not(await terminal.ended, null, 'by itself: 0 after a close, 1 where the line was cut');
});

void t.test('a terminal that waits ends with the socket too', async (t) => {
  const terminal = await startTerminal(t, { timeScale: 1 });
  await terminal.until(() => terminal.messages.length > 0);
  void terminal.ask('login', { ...credentials, server: 'Simulated-Slow' });
  terminal.socket.end();
  t.equal(await terminal.ended, 0);
});

void t.test('mischief happens while its file says so', async (t) => {
  const terminal = await startTerminal(t);
  const misbehave = (mischief: Mischief): void =>
    writeFileSync(terminal.path('mischief.json'), JSON.stringify(mischief));
  misbehave({ rejectLogins: true });
  t.equal((await terminal.ask('login', credentials)).error?.kind, 'auth');
  misbehave({ loginMs: 120 });
  const login = await terminal.ask('login', credentials);
  t.ok(methods.login.part.parse(login.parts[0]).tookMs >= 115);
  misbehave({ offline: true });
  t.equal((await terminal.ask('snapshot', {})).error?.kind, 'not-connected');
  misbehave({ halfHistory: 1 });
  const history = async (): Promise<[boolean | undefined, number]> => {
    const { parts } = await terminal.ask('history', everything);
    const pages = parts.map((part) => methods.history.part.parse(part));
    return [pages[0]?.complete, pages.flatMap(({ deals }) => deals).length];
  };
  const [isComplete, few] = await history();
  const [isWhole, all] = await history();
  t.same([isComplete, isWhole, few], [false, true, Math.floor(all / 2)]);
  misbehave({ emptyHistory: 1 });
  t.same(await history(), [true, 0]);
  t.same(await history(), [true, all]);
  misbehave({ exit: 7 });
  void terminal.ask('snapshot', {});
  t.equal(await terminal.ended, 7);
});

void t.test('a silent, hung or noisy terminal is just that', async (t) => {
  const terminal = await startTerminal(t, { timeScale: 200 });
  await terminal.until(() => terminal.messages.some(({ type }) => type === 'heartbeat'));
  writeFileSync(terminal.path('mischief.json'), '{"silent":true,"hang":true}');
  void terminal.ask('snapshot', {});
  await new Promise((resolve) => setTimeout(resolve, 200));
  const count = terminal.messages.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  t.equal(terminal.messages.length, count);

  const noisy = await startTerminal(t, { timeScale: 1 });
  await noisy.until(() => noisy.messages.length > 0);
  noisy.socket.removeAllListeners('data');
  let noise = 0;
  let lineEnds = 0;
  noisy.socket.on('data', (part: Buffer) => {
    noise += part.length;
    lineEnds += part.filter((byte) => byte === 0x0a).length;
  });
  writeFileSync(noisy.path('mischief.json'), '{"garbage":600,"hang":true}');
  void noisy.ask('snapshot', {});
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  t.ok(noise > 200_000 && noise < 1_500_000, `${noise} bytes`);
  t.equal(lineEnds, 0);
});
