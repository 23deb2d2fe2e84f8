import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LightMyRequestResponse } from 'fastify';
import t, { type Test } from 'tap';
import { testApp, type TestApp } from '../testing/app.js';
import { person, tokenOf, type Person } from '../testing/cast.js';
import { ownCluster, type TestCluster } from '../testing/cluster.js';
import { asAdministrator } from '../testing/database.js';

t.setTimeout(300_000);

/** Waits until something is so; gives up after a minute. */
async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const giveUp = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > giveUp) throw new Error(`waited in vain until ${what}`);
    await sleep(20);
  }
}

/** What programs and people were answered while the database came and went. */
interface Load {
  acknowledged: Map<string, Set<string>>;
  /** the highest number whose change of the profile was acknowledged, for each user */
  renamed: Map<string, number>;
  good: number;
  refused: number;
  faults: string[];
  isOver: boolean;
}

/** What is wrong with an answer that is not a success; null when it is an outage told as it should be. */
function wrongWith(answer: LightMyRequestResponse, isApi: boolean): string | null {
  if (answer.statusCode !== 503) return `answered ${answer.statusCode}: ${answer.body.slice(0, 300)}`;
  const seconds = Number(answer.headers['retry-after']);
  if (!(seconds >= 1 && seconds <= 10)) return `Retry-After: ${String(answer.headers['retry-after'])}`;
  if (!isApi) return answer.body.includes('One moment') ? null : 'a 503 without its page';
  const { error } = answer.json<{ error?: { code: string; message: string } }>();
  return error?.code === 'database_unavailable' && error.message !== '' ? null : `an odd 503: ${answer.body}`;
}

function judge(load: Load, answer: LightMyRequestResponse, isApi: boolean): boolean {
  if (answer.statusCode === 200 || answer.statusCode === 303) {
    load.good += 1;
    return true;
  }
  load.refused += 1;
  const wrong = wrongWith(answer, isApi);
  if (wrong !== null && load.faults.length < 20) load.faults.push(wrong);
  return false;
}

async function makeTokens(load: Load, { browser, userId }: Person): Promise<void> {
  const mine = new Set<string>();
  load.acknowledged.set(userId, mine);
  while (!load.isOver) {
    const name = randomUUID();
    const fields = { name, scope: 'read', formId: randomUUID() };
    if (judge(load, await browser.post('/settings/tokens', fields), false)) mine.add(name);
    await sleep(5);
  }
}

async function rename(load: Load, { browser, userId }: Person, token: string): Promise<void> {
  for (let number = 1; !load.isOver; number += 1) {
    const answer = await browser.request({
      method: 'PATCH',
      url: '/api/v1/me',
      headers: { authorization: `Bearer ${token}` },
      payload: { name: String(number) },
    });
    if (judge(load, answer, true)) load.renamed.set(userId, number);
    await sleep(5);
  }
}

async function read(load: Load, { browser }: Person): Promise<void> {
  while (!load.isOver) {
    judge(load, await browser.get('/settings/security'), false);
    await sleep(5);
  }
}

/** Writers and readers over the whole app, on the way until the load is over. */
async function begin(world: TestApp): Promise<{ load: Load; end: () => Promise<void> }> {
  const load: Load = {
    acknowledged: new Map(),
    renamed: new Map(),
    good: 0,
    refused: 0,
    faults: [],
    isOver: false,
  };
  const work: Promise<void>[] = [];
  for (const number of [1, 2, 3, 4]) {
    const who = await person(world, `writer${number}`);
    const token = await tokenOf(world, who);
    await who.browser.get('/settings/tokens');
    work.push(makeTokens(load, who), rename(load, who, token), read(load, who));
  }
  const end = async (): Promise<void> => {
    load.isOver = true;
    await Promise.all(work);
  };
  return { load, end };
}

/** Everything acknowledged is in the database, as the administrator reads it. */
const proveKept = (t: Test, { login }: TestApp, load: Load): Promise<void> =>
  asAdministrator(login, async (client) => {
    for (const [userId, names] of load.acknowledged) {
      const { rows } = await client.query<{ name: string }>(
        'select name from api_tokens where user_id = $1',
        [userId],
      );
      const kept = new Set(rows.map((row) => row.name));
      t.same(
        [...names].filter((name) => !kept.has(name)),
        [],
        `all of ${names.size} acknowledged tokens are there`,
      );
      t.equal(kept.size, rows.length, 'none of them twice');
      t.ok(names.size > 0);
    }
    for (const [userId, number] of load.renamed) {
      const { rows } = await client.query<{ name: string }>('select name from users where user_id = $1', [
        userId,
      ]);
      t.ok(
        Number(rows[0]?.name) >= number,
        `the name is ${rows[0]?.name ?? 'gone'}, acknowledged was ${number}`,
      );
    }
  });

async function killed({ server }: TestCluster, load: Load): Promise<void> {
  const { good, refused } = load;
  await until('the load is under way', () => load.good > good + 50);
  const pid = server.pid();
  if (pid === null) throw new Error('the server is down already');
  process.kill(pid, 'SIGKILL');
  await until('the loss is noticed', () => load.refused > refused);
  await until('the server is back', () => server.pid() !== null && server.pid() !== pid);
  const since = load.good;
  await until('the app answers again', () => load.good > since + 20);
}

void t.test(
  'PostgreSQL is killed again and again: the app says so, comes back, and has lost nothing',
  async (t) => {
    const cluster = await ownCluster(t);
    const world = await testApp(t, { database: { server: cluster.login }, env: { LOG_LEVEL: 'error' } });
    const { load, end } = await begin(world);
    for (const round of [1, 2, 3, 4, 5]) {
      await killed(cluster, load);
      t.pass(`back after kill ${round}`);
    }
    await end();
    t.comment(`${load.good} answered, ${load.refused} told to try again`);
    t.same(load.faults, []);
    await proveKept(t, world, load);
    t.equal((await world.browser().get('/healthz')).statusCode, 200);
  },
);

void t.test('connections are cut in the middle of transactions: nothing acknowledged is lost', async (t) => {
  const cluster = await ownCluster(t);
  const world = await testApp(t, { database: { server: cluster.login }, env: { LOG_LEVEL: 'error' } });
  const { load, end } = await begin(world);
  let cut = 0;
  await asAdministrator(world.login, async (client) => {
    while (cut < 60) {
      const { rowCount } = await client.query(`
        select pg_terminate_backend(pid) from pg_stat_activity
        where usename = 'rawjournal_app' and xact_start is not null and state <> 'idle'`);
      cut += rowCount ?? 0;
      await sleep(30);
    }
  });
  const since = load.good;
  await until('the app answers again', () => load.good > since + 20);
  await end();
  t.comment(`${cut} cut, ${load.good} answered, ${load.refused} told to try again`);
  t.ok(load.refused > 0, 'some were hit');
  t.same(load.faults, []);
  await proveKept(t, world, load);
});

void t.test('a transaction that loses its connection has written nothing and says so', async (t) => {
  const cluster = await ownCluster(t);
  const world = await testApp(t, { database: { server: cluster.login, poolSize: { app: 1 } } });
  const who = await person(world, 'owner');
  await who.browser.get('/settings/profile');
  await asAdministrator(world.login, async (client) => {
    await client.query('begin');
    await client.query('select from users where user_id = $1 for update', [who.userId]);
    const saving = who.browser.post('/settings/profile', { name: 'half-way', timeZone: 'UTC' });
    let cut = 0;
    await until('the app waits for the row', async () => {
      const { rowCount } = await client.query(`
        select pg_terminate_backend(pid) from pg_stat_activity
        where usename = 'rawjournal_app' and wait_event_type = 'Lock'`);
      cut += rowCount ?? 0;
      return cut > 0;
    });
    const answer = await saving;
    await client.query('rollback');
    t.equal(answer.statusCode, 503);
    t.equal(wrongWith(answer, false), null);
  });
  const page = await who.browser.get('/settings/profile');
  t.equal(page.statusCode, 200, 'the next request is served');
  t.notMatch(page.body, 'half-way');
});
