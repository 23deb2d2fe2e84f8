import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startChild } from '../bench/children.js';
import { connectAccount, loginAt, withProgram, type Installation } from '../bench/installation.js';
import { addPeople } from '../bench/people.js';
import { issueToken } from '../data/tokens.js';
import type { Owned } from '../sync/ingest.js';
import { processesNaming, startProgram } from '../testing/program.js';
import { startRedis, type TestRedis } from '../testing/redis.js';
import type { Fault, Seen } from './fault.js';
import { compared, marked, type Books } from './oracle.js';
import { until, type Watched } from './rig.js';
import { accountRow, askApi, epochOf, readWhole } from './whole-reading.js';

/** The real program with two users whose pages are open. Its times are true ones: nothing here is scaled. */
interface Stage extends Books {
  /** Asks for a whole reading, which may be lost with the program; false where nothing answered. */
  ask(owner: Owned): Promise<boolean>;
  installation: Installation;
  owners: readonly [Watched, Watched];
  session: string;
  redis: TestRedis | null;
  /** how many times as long as promised everything may take */
  patience: number;
}

async function staged(installation: Installation, redis: TestRedis | null, patience: number): Promise<Stage> {
  const { db } = installation;
  const people = await addPeople(db, 2);
  const tokens = new Map<string, string>();
  const owners: Watched[] = [];
  for (const [at, { userId }] of people.entries()) {
    const wish = { userId, name: 'faults', scope: 'write', at: new Date() } as const;
    tokens.set(userId, await db.withTenant('app', userId, (tx) => issueToken(tx, wish)));
    owners.push({ ...(await connectAccount(installation, userId, loginAt(at))), ...loginAt(at) });
  }
  const [one, two] = owners;
  if (one === undefined || two === undefined) throw new Error('nobody there');
  const stage: Stage = {
    ...{ db, installation, redis, patience, owners: [one, two], session: people[0]?.session ?? '' },
    epochMs: await epochOf(installation),
    clock: { now: () => new Date() },
    account: (owner) => accountRow(installation, owner),
    ask: (owner) => askApi(installation, owner, tokens.get(owner.userId) ?? ''),
    read: async (owner) => {
      // The first may have been under way before the call.
      await readWhole(stage, owner);
      await readWhole(stage, owner);
    },
  };
  return stage;
}

interface Wanted {
  name: string;
  promise: string;
  needs: string | null;
  mostMs: number;
  /** Resolves when all is well again: the ms that count, and whether what is promised beside was kept. */
  inject(stage: Stage, random: () => number, turn: number): Promise<{ ms: number; isKept: boolean }>;
}

async function once(stage: Stage, wanted: Wanted, random: () => number, turn: number): Promise<Seen> {
  const [owner, other] = stage.owners;
  const page = { url: `${stage.installation.url}/live?view=board`, origin: stage.installation.url };
  const pages = [{ ...page, cookie: `sid=${stage.session}` }];
  const child = await startChild('bench/pages.js', { PAGES: JSON.stringify(pages) }, /ready/);
  try {
    const isSame = await marked(stage, other);
    // The fault comes somewhere within a whole reading.
    await stage.ask(owner);
    await sleep(random() * 6_000);
    const { ms, isKept } = await wanted.inject(stage, random, turn);
    const [own, others] = [await compared(stage, owner), await compared(stage, other)];
    return {
      ms,
      lost: own.lost + others.lost,
      doubled: own.doubled + others.doubled,
      disturbed: (await isSame()) ? 0 : 1,
      isKept: isKept && ms <= stage.patience * wanted.mostMs,
    };
  } finally {
    await child.stop();
  }
}

const faultOf = (wanted: Wanted): Fault => ({
  ...{ name: wanted.name, promise: wanted.promise, needs: wanted.needs },
  run: async ({ times, patience, random, onSeen }) => {
    const redis = wanted.needs === null ? null : await startRedis();
    try {
      await withProgram({ ...(redis === null ? {} : { REDIS_URL: redis.url }) }, async (installation) => {
        const stage = await staged(installation, redis, patience);
        for (const owner of stage.owners) await stage.read(owner);
        for (let turn = 0; turn < times; turn += 1) onSeen(await once(stage, wanted, random, turn));
      });
    } finally {
      await redis?.stop();
    }
  },
});

const answers = async (url: string): Promise<boolean> =>
  (await fetch(`${url}/login`).catch(() => null))?.status === 200;

const isSignedIn = async ({ installation, session }: Stage): Promise<boolean> => {
  const headers = { cookie: `sid=${session}` };
  const answer = await fetch(`${installation.url}/dashboard`, { headers, redirect: 'manual' }).catch(
    () => null,
  );
  return answer?.status === 200;
};

const terminalsLeft = ({ stateDir }: Installation): number =>
  processesNaming(stateDir).filter((line) => line.includes('simulator')).length;

async function startAgain({ installation, patience }: Stage): Promise<number> {
  const start = performance.now();
  installation.program = await startProgram('main.js', installation.env, /is ready at/);
  await until('a page', () => answers(installation.url), 30_000 * patience);
  return performance.now() - start;
}

async function stopped(stage: Stage): Promise<{ ms: number; isKept: boolean }> {
  const { installation } = stage;
  const start = performance.now();
  const { code } = await installation.program.end('SIGTERM');
  const ms = performance.now() - start;
  const left = terminalsLeft(installation);
  await startAgain(stage);
  return { ms, isKept: code === 0 && left === 0 };
}

async function killed(stage: Stage): Promise<{ ms: number; isKept: boolean }> {
  const { installation, patience } = stage;
  await installation.program.end('SIGKILL');
  const endedMs = await until(
    'the terminals end',
    () => terminalsLeft(installation) === 0,
    10_000 * patience,
  );
  const ms = await startAgain(stage);
  await until('four terminals', () => terminalsLeft(installation) === 4, 90_000 * patience);
  return { ms, isKept: endedMs <= 1_000 * patience && (await isSignedIn(stage)) };
}

async function postmasterKilled(stage: Stage): Promise<{ ms: number; isKept: boolean }> {
  const { stateDir, program } = stage.installation;
  const before = await readFile(join(stateDir, 'postgres', 'postmaster.pid'), 'utf8');
  process.kill(Number(before.split('\n')[0]), 'SIGKILL');
  const ms = await until('a page', () => isSignedIn(stage), 60_000 * stage.patience);
  return { ms, isKept: process.kill(program.pid, 0) };
}

/** Killed and back empty, or emptied: by turns. */
async function redisLost(
  stage: Stage,
  random: () => number,
  turn: number,
): Promise<{ ms: number; isKept: boolean }> {
  const { redis, owners } = stage;
  if (redis === null) throw new Error('There is no Redis.');
  let lasts: boolean;
  if (turn % 2 === 0) {
    await redis.kill();
    lasts = await isSignedIn(stage);
    await sleep(random() * 3_000);
    await redis.restart();
  } else {
    const client = new Redis(redis.url);
    await client.flushall();
    client.disconnect();
    lasts = await isSignedIn(stage);
  }
  const fromMs = Date.now();
  const isReading = async (): Promise<boolean> =>
    ((await stage.account(owners[0])).light_synced_at?.getTime() ?? 0) > fromMs;
  return { ms: await until('the next reading', isReading, 120_000 * stage.patience), isKept: lasts };
}

const minute = 60_000;

export const processFaults: readonly Fault[] = [
  {
    ...{ name: 'postmaster-killed', promise: 'lives, pages again <= 10 s, nothing lost', needs: null },
    ...{ mostMs: 10_000, inject: postmasterKilled },
  },
  {
    ...{ name: 'redis-lost', promise: 'sessions survive, read again <= 60 s', needs: 'redis-server' },
    ...{ mostMs: minute, inject: redisLost },
  },
  {
    ...{ name: 'sigterm', promise: 'clean <= 15 s, exit 0', needs: null },
    ...{ mostMs: 15_000, inject: stopped },
  },
  {
    ...{ name: 'sigkill', promise: 'no terminal left <= 1 s, pages <= 10 s, four terminals', needs: null },
    ...{ mostMs: 10_000, inject: killed },
  },
].map(faultOf);
