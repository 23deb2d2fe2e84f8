import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { sql } from 'kysely';
import type { LightMyRequestResponse } from 'fastify';
import t from 'tap';
import type { Tx } from '../data/database.js';
import type { AdminLogin } from '../data/migrate.js';
import { openSession } from '../data/sessions.js';
import { issueToken, listTokens } from '../data/tokens.js';
import { addUser, setProfile } from '../data/users.js';
import { testApp, type TestApp } from '../testing/app.js';
import { asAdministrator, testDatabase } from '../testing/database.js';
import { estate, type Estate } from '../testing/estate.js';
import { rowsOf } from '../testing/rows.js';

t.setTimeout(1_800_000);

/** Enough for each run; with ISOLATION_REQUESTS=100000 it takes ten minutes. */
const requests = Number(process.env['ISOLATION_REQUESTS'] ?? 20_000);
const inFlight = 50;
/** Two connections for a crowd: whoever waits long on a busy machine has waited, and was not refused. */
const crowded = { poolSize: { app: 2 }, connectWaitMs: 120_000 };

/** A generator of numbers in [0, 1) that a seed repeats (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Runs `count` pieces of work, so many at a time. */
async function crowd(count: number, atOnce: number, work: (turn: number) => Promise<void>): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    for (let turn = next++; turn < count; turn = next++) await work(turn);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** Commits that do not wait for the disk: what is asked here is who sees what, not what lasts. */
const hurry = (login: AdminLogin): Promise<unknown> =>
  asAdministrator(login, (client) =>
    client.query(`alter database ${login.address.database} set synchronous_commit = off`),
  );

interface Tenant extends Estate {
  /** words that stand in this tenant's answers alone */
  words: { name: string; token: string; address: string };
  marks: string[];
}

async function tenant(world: TestApp, handle: string, address: string): Promise<Tenant> {
  const owner = await estate(world, handle);
  const words = { name: `name-${handle}`, token: `token-${handle}`, address };
  const at = world.kit.clock.now();
  const { userId } = owner;
  await world.db.withTenant('app', userId, async (tx) => {
    await setProfile(tx, userId, { name: words.name });
    await issueToken(tx, { userId, name: words.token, scope: 'read', at });
    await openSession(tx, { userId, stage: 'full', origin: { address, agent: 'x', replaces: null }, at });
  });
  await owner.browser.get('/settings/profile');
  const { email, otherSessionId, tokenId, accountId } = owner;
  const marks = [...Object.values(words), email, userId, otherSessionId, tokenId, accountId];
  return { ...owner, words, marks };
}

type Ask = (
  who: Tenant,
  turn: number,
  other: Tenant,
) => Promise<{ answer: LightMyRequestResponse; expected: string[] }>;

const json = 'application/json';
const bearer = (who: Tenant): Record<string, string> => ({ authorization: `Bearer ${who.token}` });

const asks: readonly Ask[] = [
  async (who) => ({
    answer: await who.browser.get('/settings/profile'),
    expected: [who.email, who.words.name],
  }),
  async (who) => ({
    answer: await who.browser.get('/settings/tokens'),
    expected: [who.words.token, who.words.name, who.tokenId],
  }),
  async (who) => ({
    answer: await who.browser.get('/settings/security/sessions'),
    expected: [who.words.address, who.otherSessionId],
  }),
  async (who) => ({ answer: await who.browser.get('/dashboard'), expected: [who.words.name] }),
  async (who) => ({ answer: await who.browser.get('/accounts'), expected: [who.accountId] }),
  async (who) => ({
    answer: await who.browser.get('/api/v1/accounts', bearer(who)),
    expected: [who.accountId],
  }),
  async (who) => ({
    answer: await who.browser.get('/api/v1/me', bearer(who)),
    expected: [who.userId, who.email, who.words.name],
  }),
  async (who, turn) => ({
    answer: await who.browser.post('/settings/profile', {
      name: `${who.words.name}-${turn}`,
      timeZone: 'UTC',
    }),
    expected: [],
  }),
  async (who, turn) => ({
    answer: await who.browser.post('/settings/profile', {
      name: `${who.words.name}-${turn}`,
      timeZone: 'None',
    }),
    expected: [who.email, `${who.words.name}-${turn}`],
  }),
  async (who, turn) => ({
    answer: await who.browser.request({
      method: 'PATCH',
      url: '/api/v1/me',
      headers: { ...bearer(who), 'content-type': json },
      payload: JSON.stringify({ name: `${who.words.name}-${turn}` }),
    }),
    expected: [who.userId, who.email, `${who.words.name}-${turn}`],
  }),
  // Of a row that is the other's, asked for in the middle of everything else.
  async (who, _turn, other) => ({
    answer: await who.browser.post(`/settings/tokens/${other.tokenId}/revocation`),
    expected: [],
  }),
];

/** What is wrong with an answer, in a sentence; null when it is this tenant's alone. */
function fault(
  who: Tenant,
  other: Tenant,
  answer: LightMyRequestResponse,
  expected: string[],
): string | null {
  if (![200, 303, 404, 422].includes(answer.statusCode))
    return `answered ${answer.statusCode}: ${answer.body}`;
  const text = answer.body + JSON.stringify(answer.headers);
  const leak = other.marks.find((mark) => text.includes(mark));
  if (leak !== undefined) return `${who.email} was shown ${leak}`;
  const lack = expected.find((mark) => !text.includes(mark));
  return lack === undefined ? null : `${who.email} was not shown ${lack}`;
}

void t.test(`in ${requests} mixed requests over two connections nobody sees another`, async (t) => {
  const world = await testApp(t, { database: crowded, env: { LOG_LEVEL: 'silent' } });
  await hurry(world.login);
  const ada = await tenant(world, 'ada', '198.51.100.111');
  const bob = await tenant(world, 'bob', '192.0.2.222');
  const draw = seeded(20_261_121);
  const faults: string[] = [];
  const counts = new Map<number, number>();
  const began = performance.now();
  await crowd(requests, inFlight, async (turn) => {
    const [who, other] = draw() < 0.5 ? [ada, bob] : [bob, ada];
    const ask = asks[Math.floor(draw() * asks.length)];
    if (ask === undefined) throw new Error('no such request');
    const { answer, expected } = await ask(who, turn, other);
    counts.set(answer.statusCode, (counts.get(answer.statusCode) ?? 0) + 1);
    const wrong = fault(who, other, answer, expected);
    if (wrong !== null && faults.length < 20) faults.push(`${turn}: ${wrong}`);
  });
  t.comment(
    `${requests} requests in ${Math.round((performance.now() - began) / 1000)} s`,
    Object.fromEntries(counts),
  );
  t.same(faults, []);
  for (const status of [200, 303, 404, 422])
    t.ok((counts.get(status) ?? 0) > requests / 50, `some were ${status}`);
  for (const who of [ada, bob]) {
    t.equal(
      (await who.browser.get('/api/v1/me', bearer(who))).statusCode,
      200,
      'no token was revoked by the other',
    );
    const { name } = (await who.browser.get('/api/v1/me', bearer(who))).json<{ name: string }>();
    t.match(name, new RegExp(`^${who.words.name}-\\d+$`), 'the last name written is one of the own');
  }
});

/** What a tenant does to its own rows; `breaks` says that the transaction must not take effect. */
interface Deed {
  breaks: boolean;
  work: (tx: Tx, userId: string, turn: number) => Promise<unknown>;
}

const write = (tx: Tx, userId: string, turn: number): Promise<unknown> =>
  issueToken(tx, { userId, name: `of ${userId} ${turn}`, scope: 'read', at: new Date(0) });

const deeds: readonly Deed[] = [
  { breaks: false, work: (tx, userId) => listTokens(tx, userId) },
  { breaks: false, work: write },
  {
    breaks: true,
    work: async (tx, userId, turn) => {
      await write(tx, userId, turn);
      await sql`select 1 / 0`.execute(tx);
    },
  },
  {
    breaks: true,
    work: async (tx, userId, turn) => {
      await write(tx, userId, turn);
      throw new Error('the caller gives up');
    },
  },
  {
    breaks: true,
    work: async (tx, userId, turn) => {
      await write(tx, userId, turn);
      await sql`set local statement_timeout = '5ms'`.execute(tx);
      await sql`select pg_sleep(10)`.execute(tx);
    },
  },
  {
    breaks: true,
    work: async (tx, userId, turn) => {
      await write(tx, userId, turn);
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx);
    },
  },
];

/** Every row that row level security lets through, whoever's it is. */
const seen = async (tx: Tx): Promise<string[]> => {
  const users = await tx.selectFrom('users').select('user_id').execute();
  const tokens = await tx.selectFrom('api_tokens').select(['user_id', 'name']).execute();
  return [...users, ...tokens].map((row) => row.user_id);
};

void t.test('fifty tenants on two connections see their own rows, whatever breaks in between', async (t) => {
  const { db, login } = await testDatabase(t, crowded);
  await hurry(login);
  const tenants = Array.from({ length: 50 }, () => randomUUID());
  for (const userId of tenants)
    await db.withTenant('app', userId, (tx) =>
      addUser(tx, {
        userId,
        email: `${userId}@example.org`,
        passwordHash: 'x',
        role: 'user',
        timeZone: 'UTC',
        verifiedAt: null,
        createdAt: new Date(0),
      }),
    );
  const draw = seeded(50);
  const written = new Map<string, number>(tenants.map((userId) => [userId, 0]));
  const faults: string[] = [];
  let broken = 0;
  await crowd(3_000, 20, async (turn) => {
    const userId = tenants[Math.floor(draw() * tenants.length)] ?? '';
    const deed = draw() < 0.7 ? deeds[turn % 2] : deeds[Math.floor(draw() * deeds.length)];
    if (deed === undefined) throw new Error('no such deed');
    const failure = await db
      .withTenant('app', userId, async (tx) => {
        const early = await seen(tx);
        if (early.some((id) => id !== userId)) faults.push(`${turn}: a row of another before`);
        if (early.length === 0) faults.push(`${turn}: no row of one's own`);
        await deed.work(tx, userId, turn);
        if ((await seen(tx)).some((id) => id !== userId)) faults.push(`${turn}: a row of another after`);
      })
      .then(
        () => null,
        (error: unknown) => error,
      );
    const isDone = failure === null;
    if (isDone === deed.breaks) faults.push(`${turn}: ${isDone ? 'took effect' : inspect(failure)}`);
    if (!isDone) broken += 1;
    if (isDone && deed.work === write) written.set(userId, (written.get(userId) ?? 0) + 1);
    const unset = draw() < 0.05 ? await db.withInstallation(seen) : [];
    if (unset.length > 0) faults.push(`${turn}: rows without a tenant`);
  });
  t.same(faults.slice(0, 20), []);
  t.ok(broken > 300, `${broken} transactions broke`);
  for (const [userId, count] of written)
    t.equal(
      (await rowsOf(login, userId))['api_tokens']?.rows,
      count,
      'what was acknowledged is there, no more',
    );
});
