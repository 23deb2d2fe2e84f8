import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { compose, systemClock } from '../app/compose.js';
import type { Database } from '../data/database.js';
import { memoryLive } from '../data/live-memory.js';
import type { WrittenReading } from '../data/readings.js';
import type { Feed, FeedEvent } from '../sync/feed.js';
import { ingestSnapshot, type Owned } from '../sync/ingest.js';
import type { Ground } from '../sync/rebuild.js';
import type { Part, Position } from '../terminals/protocol.js';
import { TestClock } from '../testing/clock.js';
import { projectRoot } from '../testing/database.js';
import { freePort } from '../testing/free-port.js';
import { noLimits } from '../testing/limits.js';
import { scriptedSync } from '../testing/scripted-sync.js';
import { seedAccount, seededPassword } from '../testing/trading.js';
import { startChild } from './children.js';
import { addPeople, type BenchUser } from './people.js';
import { inPlace, type Place } from './place.js';
import { quantile } from './stats.js';

const users = 20;
const pagesOfUser = 5;
const accountsOfUser = 2;
const positionsOfAccount = 5;
const rounds = 5;
const spacingMs = 100;
const patienceMs = 10_000;

const ground: Ground = {
  digits: 2,
  rule: 'fixed:0',
  symbols: new Map([['EURUSD', { digits: 5, point: 0.00001 }]]),
};

const positionAt = (at: number, tick: number): Position => ({
  ...{ ticket: String(7_000 + at), identifier: String(7_000 + at), time_msc: Date.UTC(2026, 0, 5) },
  ...{ time_update_msc: Date.UTC(2026, 0, 5), type: at % 2 === 0 ? 0 : 1, magic: '77', reason: 3 },
  ...{ volume: 0.1 * (at + 1), price_open: 1.08, sl: 1.07, tp: 1.1, symbol: 'EURUSD', comment: 'Trend EA' },
  ...{ price_current: 1.08 + tick / 100_000, swap: -0.4, profit: (at + 1) * tick },
});

/** What a terminal would say at the `tick`th price. */
function snapshotAt(tick: number): Part<'snapshot'> {
  const positions = Array.from({ length: positionsOfAccount }, (_, at) => positionAt(at, tick));
  const profit = positions.reduce((sum, one) => sum + one.profit, 0);
  const equity = 1_000 + profit;
  const account = {
    ...{ login: '5100121', server: 'Example-Live', name: 'Bench', company: 'Example Markets' },
    ...{ currency: 'USD', currency_digits: 2, trade_mode: 2, margin_mode: 2, leverage: 100 },
    ...{ balance: 1_000, credit: 0, profit, equity, margin: 120, margin_free: equity - 120 },
    margin_level: (equity / 120) * 100,
  };
  return { account, positions, orders: [] };
}

/** Who has been handed what since when. */
class Handed {
  private readonly counts = new Map<string, { frames: number; bytes: number; lastAt: number }>();

  clear(): void {
    this.counts.clear();
  }

  add(userId: string, bytes: number): void {
    const now = this.counts.get(userId) ?? { frames: 0, bytes: 0, lastAt: 0 };
    this.counts.set(userId, {
      frames: now.frames + 1,
      bytes: now.bytes + bytes,
      lastAt: performance.now(),
    });
  }

  /** When the last page of this user got its frame, once all have. */
  async all(userId: string): Promise<{ lastAt: number; bytes: number }> {
    for (const untilMs = performance.now() + patienceMs; performance.now() < untilMs;) {
      const seen = this.counts.get(userId);
      if (seen !== undefined && seen.frames >= pagesOfUser) return seen;
      await sleep(1);
    }
    throw new Error('A page was told nothing.');
  }

  /** Every page has been drawn its first time when nothing more is sent for a while. */
  async isQuiet(): Promise<void> {
    for (let before = -1; ;) {
      const now = [...this.counts.values()].reduce((sum, { frames }) => sum + frames, 0);
      if (now === before && now >= users * pagesOfUser) return;
      before = now;
      await sleep(500);
    }
  }
}

/** Notes what the server hands to each socket, and when it has. */
function listen(app: FastifyInstance, people: readonly BenchUser[], handed: Handed): void {
  app.websocketServer.on('connection', (socket, { headers }) => {
    const owner = people.find(({ session }) => headers.cookie?.includes(session));
    const send = socket.send.bind(socket) as (html: string) => void;
    socket.send = (html: string): void => {
      send(html);
      if (owner !== undefined) handed.add(owner.userId, html.length);
    };
  });
}

/** Writes so many bytes to each of so many sockets, as a server would that knew them already; ms. */
function written(sockets: readonly Socket[], bytes: number): number {
  const body = Buffer.alloc(bytes, 'x');
  const start = performance.now();
  for (const socket of sockets) socket.write(body);
  return performance.now() - start;
}

interface World {
  db: Database;
  feed: Feed;
  handed: Handed;
  owners: readonly Owned[];
  plain: readonly Socket[];
}

const commit = (db: Database, owner: Owned, tick: number): Promise<WrittenReading> =>
  ingestSnapshot(db, owner, snapshotAt(tick), { ground, at: systemClock.now(), sealed: seededPassword });

/** What a visit tells of a reading. */
const told = ({ accountId }: Owned, reading: WrittenReading): FeedEvent[] => [
  { type: 'BALANCE_UPDATE', accountId, reading },
  { type: 'POSITION_UPDATE', accountId, reading },
];

/** What tells of a change but not which: the server has to ask the database. */
const changed = ({ accountId }: Owned): FeedEvent[] => [{ type: 'SYNC_STATUS', accountId }];

interface Measured {
  /** from the event to the last byte, for each user that was told */
  ours: number[];
  limit: number[];
  /** of this process, for each event; in ms */
  processor: number;
}

/** How long this process has worked, in ms. */
const worked = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** One account after another, as the terminals bring them. */
async function spread(
  { db, feed, handed, owners, plain }: World,
  eventsOf: (owner: Owned, reading: WrittenReading) => FeedEvent[],
): Promise<Measured> {
  const [ours, limit]: [number[], number[]] = [[], []];
  let processor = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, owner] of owners.entries()) {
      const reading = await commit(db, owner, 1 + round * owners.length + at);
      handed.clear();
      const [start, before] = [performance.now(), worked()];
      feed.publish(owner.userId, eventsOf(owner, reading));
      const { lastAt, bytes } = await handed.all(owner.userId);
      processor += worked() - before;
      ours.push(lastAt - start);
      limit.push(written(plain.slice(0, pagesOfUser), Math.round(bytes / pagesOfUser)));
      await sleep(spacingMs);
    }
  }
  return { ours, limit, processor: processor / ours.length };
}

/** Everybody at the same instant, which no scheduler does: most of it is waiting for those who are told before. */
async function atOnce({ db, feed, handed, owners, plain }: World): Promise<Measured> {
  const [ours, limit]: [number[], number[]] = [[], []];
  let processor = 0;
  for (let round = 0; round < rounds; round += 1) {
    const readings: (readonly [Owned, WrittenReading])[] = [];
    for (const owner of owners) readings.push([owner, await commit(db, owner, 1_000 + round)]);
    handed.clear();
    const [start, before] = [performance.now(), worked()];
    for (const [owner, reading] of readings) feed.publish(owner.userId, told(owner, reading));
    const all = await Promise.all(owners.map(({ userId }) => handed.all(userId)));
    processor += worked() - before;
    ours.push(...all.map(({ lastAt }) => lastAt - start));
    limit.push(written(plain, Math.round((all[0]?.bytes ?? 0) / pagesOfUser)));
    await handed.isQuiet();
  }
  return { ours, limit, processor: processor / rounds / owners.length };
}

const line = (name: string, { ours, limit, processor }: Measured, aim = ''): void =>
  void process.stdout.write(
    `push: ${name.padEnd(36)}p50 ${quantile(ours, 0.5).toFixed(2)} ms, p99 ${quantile(ours, 0.99).toFixed(2)} ms, ` +
      `most ${Math.max(...ours).toFixed(2)} ms${aim}; each ${processor.toFixed(2)} ms of processor; ` +
      `the bytes alone ${quantile(limit, 0.5).toFixed(2)} ms\n`,
  );

/** Sockets that take bytes and do nothing else. */
async function plainServer(): Promise<{ server: Server; port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on('error', () => socket.destroy())));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port, sockets };
}

async function measure({ config, folders, log, storage }: Place): Promise<void> {
  const { db } = storage;
  const people = await addPeople(db, users);
  const clock = new TestClock(new Date().toISOString());
  const owners: Owned[] = [];
  for (let at = 0; at < accountsOfUser; at += 1)
    for (const { userId } of people) {
      const seeds = { label: `Account ${at}`, trades: 50, isExposed: true };
      const { accountId } = await seedAccount({ db, clock }, userId, seeds);
      owners.push({ userId, accountId });
    }
  const sync = scriptedSync({ isSimulated: true });
  const parts = { config, root: projectRoot, folders, log, db, live: memoryLive(systemClock) };
  const { app, kit } = await compose({ ...parts, limits: noLimits, sync });
  const handed = new Handed();
  const plain = await plainServer();
  try {
    await app.ready();
    listen(app, people, handed);
    await app.listen({ host: '127.0.0.1', port: config.port });
    const page = { url: `${config.publicUrl}/live?view=board`, origin: config.publicUrl };
    const pages = people.flatMap(({ session }) =>
      Array.from({ length: pagesOfUser }, () => ({ ...page, cookie: `${kit.cookies.session}=${session}` })),
    );
    const env = {
      PAGES: JSON.stringify(pages),
      PLAIN: JSON.stringify({ port: plain.port, count: pages.length }),
    };
    const child = await startChild('bench/pages.js', env, /ready/);
    await handed.isQuiet();
    const world = { db, feed: sync.feed, handed, owners, plain: plain.sockets };
    await spread({ ...world, owners: owners.slice(0, 10) }, told); // until it is compiled
    const what = `${pages.length} pages of ${users} users, ${owners.length} accounts`;
    const load = loadavg()[0]?.toFixed(1) ?? '';
    process.stdout.write(
      `push: ${what}, load of the machine ${load}; from the event to the last byte handed to a user's sockets\n`,
    );
    line('one account after another', await spread(world, told), ' (aim: p50 2, p99 15)');
    line('the same where it must be asked for', await spread(world, changed));
    line(`all ${owners.length} at the same instant`, await atOnce(world));
    await child.stop();
  } finally {
    await app.close();
    plain.server.close();
    for (const socket of plain.sockets) socket.destroy();
  }
}

/** What the server needs to tell every open page that an account has changed. */
export const push = async (): Promise<void> => inPlace({ PORT: String(await freePort()) }, measure);
