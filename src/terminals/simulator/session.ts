import { randomFillSync } from 'node:crypto';
import { secondMs } from '../../lib/clock.js';
import { methods, parentMessage, protocolVersion, type CallMessage } from '../protocol.js';
import { enums } from '../enums.js';
import { handlers, Refusal, type Terminal } from './calls.js';
import type { Link } from './link.js';
import { mischiefFor, mischiefIn, type Mischief } from './mischief.js';
import type { Settings } from './settings.js';
import { freshTerminal, rest, terminalFor } from './terminal.js';
import { createWorld } from './world.js';

export interface Session {
  link: Link;
  token: string;
  slot: number;
  settings: Settings;
}

const heartbeatMs = 5 * secondMs;

/** Never a password: calls are named, their parameters are not. */
const log = (text: string): void => void process.stdout.write(`${text}\n`);

const greet = ({ link, token, slot }: Session): Promise<void> =>
  link.send({
    type: 'hello',
    token,
    slot,
    pid: process.pid,
    protocol: protocolVersion,
    bridge: 'simulator 1',
    python: null,
    numpy: null,
    package: null,
    terminal: null,
    enums: { ...enums },
  });

async function makeNoise(link: Link, ms: number): Promise<void> {
  const endMs = Date.now() + ms;
  while (Date.now() < endMs && !link.isClosed()) {
    const noise = randomFillSync(Buffer.alloc(50_000)).map((byte) => (byte === 0x0a ? 0x0b : byte));
    await link.sendRaw(Buffer.from(noise));
    await rest(50);
  }
}

/** The parts of a result, each sent when the next one is there, since the last one is marked. */
async function sendParts(link: Link, id: number, parts: AsyncIterable<unknown>): Promise<void> {
  let part = -1;
  let waiting: unknown;
  for await (const result of parts) {
    if (part >= 0) await link.send({ type: 'reply', id, part, last: false, result: waiting });
    waiting = result;
    part++;
  }
  await link.send({ type: 'reply', id, part, last: true, result: waiting });
}

function start(call: CallMessage, terminal: Terminal): AsyncIterable<unknown> {
  const { method } = call;
  const params = methods[method].params.parse(call.params);
  const handle = handlers[method] as (terminal: Terminal, params: unknown) => AsyncIterable<unknown>;
  return handle(terminal, params);
}

function refuse(link: Link, id: number, error: unknown): Promise<void> {
  const { kind, code, text } =
    error instanceof Refusal
      ? { kind: error.kind, code: error.code, text: error.message }
      : { kind: 'internal' as const, code: null, text: String(error).slice(0, 500) };
  log(`call ${id} failed: ${kind}`);
  return link.send({ type: 'error', id, kind, code, text });
}

const ballast: Buffer[] = [];
const takeMemory = (mb: number): void => {
  if (ballast.length === 0) ballast.push(Buffer.alloc(mb * 1024 * 1024, 1));
};

/** Exits and hangs happen to any call, before it is looked at. True: there will be no answer. */
async function isLost(link: Link, mischief: Mischief): Promise<boolean> {
  if (mischief.exit !== undefined) {
    process.exitCode = mischief.exit;
    link.destroy();
    return true;
  }
  if (mischief.ballastMb !== undefined) takeMemory(mischief.ballastMb);
  if (mischief.garbage !== undefined) await makeNoise(link, mischief.garbage);
  return mischief.hang ?? false;
}

/**
 * Serves the parent until the socket is gone. Every timer lets the process end, so that it then does. Throws where the
 * recordings cannot be read.
 */
export async function serve(session: Session): Promise<void> {
  const { link, settings } = session;
  const world = createWorld(settings);
  const state = freshTerminal();
  const inFile = mischiefIn(settings.mischief);
  const readMischief = (): Mischief => mischiefFor(state.account?.login, inFile());
  let queue = Promise.resolve();
  let isHung = false;
  let method = 'idle';
  let seq = 0;

  const answer = async (call: CallMessage): Promise<void> => {
    const mischief = readMischief();
    const { id } = call;
    if (isHung || (isHung = await isLost(link, mischief))) return;
    ({ method } = call);
    log(`call ${id}: ${method}`);
    const progress = (done: number, total: number | null): Promise<void> =>
      link.send({ type: 'progress', call: id, done, total });
    const terminal = terminalFor({ world, settings, state, mischief, progress });
    try {
      if (mischief.offline && method !== 'shutdown')
        throw new Refusal('not-connected', -10_004, 'no connection to the broker');
      await sendParts(link, id, start(call, terminal));
    } catch (error) {
      await refuse(link, id, error);
    }
    if (method === 'shutdown') link.finish();
    method = 'idle';
  };

  const beat = (): void => {
    if (readMischief().silent || isHung) return;
    void link.send({ type: 'heartbeat', seq: seq++, state: method, rssBytes: process.memoryUsage.rss() });
  };
  link.onLine((line) => {
    const { data: message } = parentMessage.safeParse(JSON.parse(line));
    if (message?.type === 'ping') beat();
    if (message?.type === 'call') queue = queue.then(() => answer(message));
  });
  setInterval(beat, heartbeatMs / settings.timeScale).unref();
  await greet(session);
}
