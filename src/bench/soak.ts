import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { listAccounts } from '../data/accounts.js';
import { issueToken } from '../data/tokens.js';
import { minuteMs, secondMs } from '../lib/clock.js';
import { residentMb, startChild } from './children.js';
import { connectAccount, loginAt, withProgram, type Installation } from './installation.js';
import { addPeople, type BenchUser } from './people.js';
import { quantile } from './stats.js';

/** `npm run soak [-- --minutes N]`: many users in front of the real program for long, and what becomes of it. */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { minutes: { type: 'string', default: '30' } },
});
const minutes = Number(values.minutes);
const users = 20;
const accountsOfUser = 2;
const everyMs = 10 * secondMs;
const requestsAtOnce = 50;
const bounds = { ratio: 1.1, mostMb: 250, p95Ms: 500 };

interface Seen {
  /** [ms since the start, MB] */
  memory: [number, number][];
  answers: number[];
  refusals: number;
}

const paths = ['/api/v1/accounts', '/api/v1/trades', '/api/v1/trades?limit=200'];

async function ask(url: string, token: string, seen: Seen): Promise<void> {
  const start = performance.now();
  try {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await answer.arrayBuffer();
    if (answer.status !== 200) seen.refusals += 1;
  } catch {
    seen.refusals += 1;
  }
  seen.answers.push(performance.now() - start);
}

const askAll = (url: string, tokens: readonly string[], seen: Seen): Promise<unknown> =>
  Promise.all(
    Array.from({ length: requestsAtOnce }, (_, at) =>
      ask(`${url}${paths[at % paths.length] ?? ''}`, tokens[at % tokens.length] ?? '', seen),
    ),
  );

async function watch({ url, program }: Installation, tokens: readonly string[]): Promise<Seen> {
  const seen: Seen = { memory: [], answers: [], refusals: 0 };
  const start = performance.now();
  for (let round = 1; performance.now() - start < minutes * minuteMs; round += 1) {
    await askAll(url, tokens, seen);
    const [atMs, megabytes] = [performance.now() - start, residentMb(program.pid)];
    seen.memory.push([atMs, megabytes]);
    if (round % 6 === 0)
      process.stdout.write(`soak: minute ${(atMs / minuteMs).toFixed(0)}, ${megabytes.toFixed(0)} MB\n`);
    await sleep(Math.max(0, start + round * everyMs - performance.now()));
  }
  return seen;
}

/** A third of the time is for growing: what is grown then must last. */
function report({ memory, answers, refusals }: Seen, errors: number, fresh: string): boolean {
  const after = (share: number): number =>
    (memory.find(([atMs]) => atMs >= share * minutes * minuteMs) ?? memory.at(-1))?.[1] ?? NaN;
  const [grown, last] = [after(1 / 3), memory.at(-1)?.[1] ?? NaN];
  const most = Math.max(...memory.map(([, megabytes]) => megabytes));
  const p95 = quantile(answers, 0.95);
  const ratio = last / grown;
  process.stdout.write(
    `soak: ${users} users, ${users * accountsOfUser} accounts, ${minutes} minutes; ${fresh}\n` +
      `soak: resident memory ${grown.toFixed(0)} MB after a third, ${last.toFixed(0)} MB at the end, ` +
      `ratio ${ratio.toFixed(2)} (aim: ${bounds.ratio}), ${most.toFixed(0)} MB at most (aim: ${bounds.mostMb})\n` +
      `soak: ${answers.length} API requests, ${requestsAtOnce} at once: p50 ${quantile(answers, 0.5).toFixed(0)} ms, ` +
      `p95 ${p95.toFixed(0)} ms (aim: ${bounds.p95Ms}); ${refusals} not answered with 200 (aim: 0)\n` +
      `soak: ${errors} errors in the log (aim: 0)\n`,
  );
  const isMet = ratio <= bounds.ratio && most <= bounds.mostMb && p95 <= bounds.p95Ms;
  return isMet && errors === 0 && refusals === 0;
}

/** How many accounts have been read, and how old the oldest of them is. */
async function freshness({ db }: Installation, people: readonly BenchUser[]): Promise<string> {
  const rows = await Promise.all(
    people.map(({ userId }) => db.withTenant('app', userId, (tx) => listAccounts(tx, userId))),
  );
  const times = rows.flat().flatMap(({ light_synced_at }) => light_synced_at?.getTime() ?? []);
  const oldestS = (Date.now() - Math.min(...times)) / secondMs;
  return `${times.length} accounts read, the oldest ${oldestS.toFixed(0)} s ago`;
}

async function soak(installation: Installation): Promise<boolean> {
  const { db, url, program } = installation;
  const people = await addPeople(db, users);
  const tokens = await Promise.all(
    people.map(({ userId }) =>
      db.withTenant('app', userId, (tx) =>
        issueToken(tx, { userId, name: 'soak', scope: 'read', at: new Date() }),
      ),
    ),
  );
  for (const [at, { userId }] of people.entries())
    for (let own = 0; own < accountsOfUser; own += 1)
      await connectAccount(installation, userId, loginAt(at * accountsOfUser + own));
  const page = { url: `${url}/live?view=board`, origin: url };
  const pages = people.map(({ session }) => ({ ...page, cookie: `sid=${session}` }));
  const child = await startChild('bench/pages.js', { PAGES: JSON.stringify(pages) }, /ready/);
  const seen = await watch(installation, tokens);
  const fresh = await freshness(installation, people);
  await child.stop();
  const errors = program.said().match(/"level":[56]0/g)?.length ?? 0;
  if (errors > 0) process.stdout.write(`${program.said().slice(-4_000)}\n`);
  return report(seen, errors, fresh);
}

if (!(await withProgram({}, soak))) process.exitCode = 1;
