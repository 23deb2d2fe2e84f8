import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { enums } from '../terminals/enums.js';
import type { Hello } from '../terminals/listener.js';
import type { CallMessage, Method, ParentMessage } from '../terminals/protocol.js';

/** How a terminal answers one method. Times in ms. */
export interface Act {
  afterMs?: number;
  /** the results of the parts; without them the usual answer */
  parts?: unknown[];
  betweenMs?: number;
  /** `$password` in the text becomes the one it was given */
  error?: { kind: string; code: number | null; text: string };
  /** progress at this interval until the answer; `isStuck`: it never grows */
  progressMs?: number;
  isStuck?: boolean;
  isSilent?: boolean;
  /** under another call's number */
  isStray?: boolean;
  exitCode?: number;
}

/** What a terminal of a test does; without more it behaves. Times in ms. */
export interface Script {
  hello?: 'never' | 'wrong token';
  helloAfterMs?: number;
  /** says this of itself, more or other than usual */
  introduces?: Partial<Pick<Hello, 'protocol' | 'package' | 'terminal' | 'enums'>>;
  /** null: none */
  heartbeatMs?: number | null;
  answersPing?: boolean;
  exitAfterMs?: number;
  exitCode?: number;
  /** after the hello, to the parent or to its own log */
  noise?: { bytesPerS: number; text: string; to: 'parent' | 'log' };
  /** before anything else, in place of a hello */
  isNoisyFirst?: boolean;
  ignoresShutdown?: boolean;
  calls?: Partial<Record<Method, Act>>;
}

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '' },
    slot: { type: 'string', default: '' },
    'token-file': { type: 'string', default: '' },
    settings: { type: 'string', default: '' },
  },
});
const script = JSON.parse(readFileSync(values.settings, 'utf8')) as Script;
let account = { login: '0', server: '' };

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const accountInfo = () => ({
  ...account,
  ...{
    name: 'A. Trader',
    company: 'A Broker',
    currency: 'EUR',
    currency_digits: 2,
    trade_mode: 0,
    margin_mode: 2,
  },
  ...{ leverage: 100, balance: 1000, credit: 0, profit: 0, equity: 1000, margin: 0, margin_free: 1000 },
  margin_level: 0,
});

const usual: Record<Method, (params: Record<string, unknown>) => unknown> = {
  login: (params) => {
    account = { login: String(params['login']), server: String(params['server']) };
    return { ...account, tradeAllowed: false, investor: 'yes', tookMs: 1 };
  },
  snapshot: () => ({ account: accountInfo(), positions: [], orders: [] }),
  history: () => ({
    ...{ deals: [], orders: [], dealsTotal: 0, ordersTotal: 0, complete: true },
    account: accountInfo(),
  }),
  rates: () => ({ bars: [[1_700_000_000_000, 1, 1, 1, 1, 1]] }),
  symbols: () => ({ symbols: [] }),
  clock: () => ({ tickServerMs: 1_700_000_000_000, utcMs: 1_700_000_000_000, isMoving: true }),
  shutdown: () => ({}),
};

function say(socket: Socket, message: object): void {
  socket.write(`${JSON.stringify(message)}\n`);
}

let seq = 0;
const beat = (socket: Socket): void =>
  say(socket, { type: 'heartbeat', seq: (seq += 1), state: 'idle', rssBytes: 1 });

async function answer(socket: Socket, { id, method, params }: CallMessage): Promise<void> {
  const act = script.calls?.[method] ?? {};
  let done = 0;
  const progress = (): void =>
    say(socket, { type: 'progress', call: id, done: act.isStuck === true ? 0 : (done += 1), total: null });
  const ticking = act.progressMs === undefined ? undefined : setInterval(progress, act.progressMs);
  await sleep(act.afterMs ?? 0);
  if (act.exitCode !== undefined) process.exit(act.exitCode);
  if (act.isSilent === true) return;
  clearInterval(ticking);
  const number = act.isStray === true ? id + 7 : id;
  if (act.error) {
    const { password } = params as { password?: string };
    const text = act.error.text.replace('$password', password ?? '');
    say(socket, { type: 'error', id: number, ...act.error, text });
    return;
  }
  const parts = act.parts ?? [usual[method](params as Record<string, unknown>)];
  for (const [part, result] of parts.entries()) {
    if (part > 0) await sleep(act.betweenMs ?? 0);
    say(socket, { type: 'reply', id: number, part, last: part === parts.length - 1, result });
  }
}

function makeNoise(socket: Socket): void {
  const { noise } = script;
  if (!noise) return;
  const chunk = noise.text.repeat(Math.ceil(noise.bytesPerS / 20 / noise.text.length));
  setInterval(() => (noise.to === 'log' ? process.stdout : socket).write(chunk), 50);
}

async function greet(socket: Socket): Promise<void> {
  if (script.isNoisyFirst === true) {
    makeNoise(socket);
    return;
  }
  await sleep(script.helloAfterMs ?? 0);
  if (script.hello === 'never') return;
  const token = script.hello === 'wrong token' ? 'x'.repeat(43) : readFileSync(values['token-file'], 'utf8');
  const versions = { bridge: 'scripted', python: null, numpy: null, package: null, terminal: 'Scripted 1' };
  const who = { slot: Number(values.slot), pid: process.pid, protocol: 1 };
  say(socket, { type: 'hello', token, ...who, ...versions, enums, ...script.introduces });
  makeNoise(socket);
  if (script.heartbeatMs !== null) setInterval(() => beat(socket), script.heartbeatMs ?? 100);
}

const socket = connect(Number(values.port), '127.0.0.1');
socket.on('error', () => process.exit(1));
socket.on('close', () => process.exit(1));
if (script.exitAfterMs !== undefined)
  setTimeout(() => process.exit(script.exitCode ?? 1), script.exitAfterMs);
createInterface({ input: socket }).on('line', (line) => {
  const message = JSON.parse(line) as ParentMessage;
  if (message.type === 'ping' && script.answersPing === true) beat(socket);
  if (message.type !== 'call') return;
  if (message.method !== 'shutdown') void answer(socket, message);
  else if (script.ignoresShutdown !== true) process.exit(0);
});
void greet(socket);
