import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import t from 'tap';
import { testApp } from '../testing/app.js';
import { asAdministrator, testDatabase, type TestDatabase } from '../testing/database.js';
import { estate } from '../testing/estate.js';
import { addPerson, appendOnlyTables, connectAs, denied, refusal, tenantTables } from '../testing/roles.js';
import { rowsOf } from '../testing/rows.js';
import type { Database, Tx } from './database.js';

t.setTimeout(180_000);

const ids = async (tx: Tx): Promise<string[]> =>
  (await tx.selectFrom('users').select('user_id').execute()).map((row) => row.user_id);

void t.test('the tables that hold people’s data are the ones these tests know', async (t) => {
  const { login } = await testDatabase(t);
  t.same(Object.keys(await rowsOf(login, randomUUID())), [...tenantTables]);
});

void t.test('a transaction that has not said whose it is sees no row', async (t) => {
  const world = await testApp(t);
  const { userId } = await estate(world, 'owner');
  const app = await connectAs(t, world, 'app');
  const visible = async (): Promise<number[]> => {
    const counts: number[] = [];
    for (const table of tenantTables) counts.push((await app.query(`select from ${table}`)).rowCount ?? -1);
    return counts;
  };
  const none = tenantTables.map(() => 0);
  t.same(await visible(), none, 'on a fresh connection');
  await app.query('begin');
  await app.query("select set_config('app.user_id', $1, true)", [userId]);
  for (const count of await visible()) t.ok(count > 0, 'with the setting its rows are there');
  await app.query('commit');
  t.same(await visible(), none, 'after a transaction that had said so');
  t.same(await world.db.withInstallation(ids), []);
  t.same(await world.db.withTenant('app', '', ids), [], 'the empty id is nobody');
  await t.rejects(world.db.withTenant('app', `${userId}' or true --`, ids), { code: '22P02' });
});

void t.test('a row of another can be neither made, taken over, changed nor removed', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'owner');
  const other = await estate(world, 'other');
  const before = await rowsOf(world.login, owner.userId);
  const app = await connectAs(t, world, 'app');
  const asOther = async (text: string, values: unknown[]): Promise<string> => {
    await app.query('begin');
    await app.query("select set_config('app.user_id', $1, true)", [other.userId]);
    const code = await refusal(app, text, values);
    await app.query('commit');
    return code;
  };
  const inserts: Partial<Record<(typeof tenantTables)[number], string>> = {
    users: "insert into users (user_id, email, password_hash, created_at) values ($1, 'x@x', 'x', now())",
    sessions: "insert into sessions values ($1, default, 'x', 'full', 'x', 'x', now(), now())",
    mailed_links: "insert into mailed_links values ($1, default, 'reset', 'x', now(), now())",
    api_tokens: "insert into api_tokens values ($1, default, 'x', 'write', 'x', 'x', now())",
    two_factor: "insert into two_factor values ($1, 'x')",
    recovery_codes: "insert into recovery_codes values ($1, 'x')",
    form_receipts: 'insert into form_receipts values ($1, gen_random_uuid(), now())',
  };
  for (const table of tenantTables) {
    const taken = appendOnlyTables.includes(table) ? denied : 'done';
    // Whose row it is is asked before anything else about it.
    const insert = inserts[table] ?? `insert into ${table} (user_id) values ($1)`;
    t.equal(await asOther(insert, [owner.userId]), denied, `insert into ${table}`);
    t.equal(
      await asOther(`update ${table} set user_id = $1`, [owner.userId]),
      denied,
      `give away in ${table}`,
    );
    t.equal(await asOther(`update ${table} set user_id = user_id where user_id = $1`, [owner.userId]), taken);
    t.equal(await asOther(`delete from ${table} where user_id = $1`, [owner.userId]), taken);
  }
  t.equal(await asOther('delete from sessions', []), 'done');
  t.same(await rowsOf(world.login, owner.userId), before, 'no row of the owner has changed');
  t.equal((await rowsOf(world.login, other.userId))['sessions']?.rows, 0, 'the own ones are gone');
});

/** A handle that outlives its transaction: committed, given up, or cut off. */
async function stale(
  db: Database,
  userId: string,
  how: 'committed' | 'rolled back' | 'cut off',
): Promise<Tx> {
  const kept: Tx[] = [];
  const ending = db.withTenant('app', userId, async (tx) => {
    kept.push(tx);
    if (how === 'rolled back') throw new Error('given up');
    if (how === 'cut off') await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx);
  });
  await ending.catch(() => undefined);
  if (kept[0] === undefined) throw new Error('no transaction has begun');
  return kept[0];
}

for (const how of ['committed', 'rolled back', 'cut off'] as const) {
  void t.test(
    `the handle of a transaction that was ${how} runs nowhere, least of all in another’s`,
    async (t) => {
      const { db } = await testDatabase(t, { poolSize: { app: 1 } });
      const [ada, bob] = [await addPerson(db), await addPerson(db)];
      const old = await stale(db, ada, how);
      await t.rejects(ids(old), 'while nothing runs');
      await db.withTenant('app', bob, async (tx) => {
        t.same(await ids(tx), [bob]);
        await t.rejects(ids(old), 'while the only connection is another’s');
        await t.rejects(old.updateTable('users').set({ name: 'stale' }).execute());
        await t.rejects(sql`select set_config('app.user_id', ${ada}, true)`.execute(old));
        t.same(await ids(tx), [bob], 'whose transaction it remains');
      });
      const names = (tx: Tx) => tx.selectFrom('users').select('name').execute();
      t.same(await db.withTenant('app', bob, names), [{ name: '' }]);
      t.same(await db.withTenant('app', ada, names), [{ name: '' }]);
    },
  );
}

const last = (db: Database, userId: string): Promise<string> =>
  db.withTenant('app', userId, async (tx) => {
    const row = await tx.selectFrom('two_factor').select('last_step').executeTakeFirstOrThrow();
    return row.last_step;
  });

/** Resolves for everybody once so many have come; later comers pass at once. */
function meeting(size: number): () => Promise<void> {
  let come = 0;
  let open: () => void = () => undefined;
  const isOpen = new Promise<void>((resolve) => (open = resolve));
  return () => {
    come += 1;
    if (come >= size) open();
    return isOpen;
  };
}

async function counter({ db }: TestDatabase): Promise<string> {
  const userId = await addPerson(db);
  await db.withTenant('app', userId, (tx) =>
    tx
      .insertInto('two_factor')
      .values({ user_id: userId, sealed_secret: Buffer.alloc(1), confirmed_at: null })
      .execute(),
  );
  return userId;
}

void t.test('a deadlock is tried again, and the work of both writers is there', async (t) => {
  const world = await testDatabase(t);
  const { db } = world;
  const userId = await counter(world);
  const meet = meeting(2);
  let attempts = 0;
  const name = (tx: Tx) =>
    tx
      .updateTable('users')
      .set({ name: sql`name || 'x'` })
      .execute();
  const step = (tx: Tx) =>
    tx
      .updateTable('two_factor')
      .set({ last_step: sql`last_step + 1` })
      .execute();
  const writer = (first: (tx: Tx) => Promise<unknown>, second: (tx: Tx) => Promise<unknown>): Promise<void> =>
    db.withTenant('app', userId, async (tx) => {
      attempts += 1;
      await first(tx);
      await meet();
      await second(tx);
    });
  await Promise.all([writer(name, step), writer(step, name)]);
  t.ok(attempts > 2, 'one of them was the victim of a deadlock');
  t.equal(await last(db, userId), '2');
  const [row] = await db.withTenant('app', userId, (tx) => tx.selectFrom('users').select('name').execute());
  t.equal(row?.name, 'xx');
});

void t.test('a serialization failure is tried again, and the work of both writers is there', async (t) => {
  const world = await testDatabase(t);
  const { db, login } = world;
  await asAdministrator(login, (client) =>
    client.query(
      `alter database ${login.address.database} set default_transaction_isolation = 'repeatable read'`,
    ),
  );
  const userId = await counter(world);
  const meet = meeting(2);
  let attempts = 0;
  const writer = (): Promise<void> =>
    db.withTenant('app', userId, async (tx) => {
      attempts += 1;
      const row = await tx.selectFrom('two_factor').select('last_step').executeTakeFirstOrThrow();
      await meet();
      await tx
        .updateTable('two_factor')
        .set({ last_step: Number(row.last_step) + 1 })
        .execute();
    });
  await Promise.all([writer(), writer()]);
  t.equal(attempts, 3, 'one of them came too late and began again');
  t.equal(await last(db, userId), '2');
});

void t.test(
  'what collides for ever is given up after four tries, and nothing else is tried again',
  async (t) => {
    const { db } = await testDatabase(t);
    for (const [code, tries] of [
      ['40001', 4],
      ['40P01', 4],
      ['23505', 1],
    ] as const) {
      let count = 0;
      const failing = db.withTenant('app', randomUUID(), () => {
        count += 1;
        return Promise.reject(Object.assign(new Error('no'), { code }));
      });
      await t.rejects(failing, { code });
      t.equal(count, tries, code);
    }
    let count = 0;
    const failing = db.withTenant('app', randomUUID(), (tx) => {
      count += 1;
      return sql`select 1 / 0`.execute(tx);
    });
    await t.rejects(failing, { code: '22012' });
    t.equal(count, 1, 'a mistake');
  },
);
