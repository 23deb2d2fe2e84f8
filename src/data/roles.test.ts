import t from 'tap';
import { testApp } from '../testing/app.js';
import { asAdministrator, testDatabase } from '../testing/database.js';
import { estate } from '../testing/estate.js';
import {
  addPerson,
  connectAs,
  denied,
  peoplesTables,
  refusal,
  tenantTables,
  tradingTables,
} from '../testing/roles.js';
import { rowsOf } from '../testing/rows.js';
import type { Tx } from './database.js';

t.setTimeout(180_000);

const ids = async (tx: Tx): Promise<string[]> =>
  (await tx.selectFrom('users').select('user_id').execute()).map((row) => row.user_id);

void t.test('the administrator’s lists show named columns of everybody and take nothing', async (t) => {
  const world = await testDatabase(t);
  const { db } = world;
  const people = [await addPerson(db), await addPerson(db)];
  t.same((await db.withAdminLists(ids)).sort(), people.sort(), 'everybody is on the list');
  await t.rejects(
    db.withAdminLists((tx) => tx.selectFrom('users').select('password_hash').execute()),
    { code: denied },
  );
  await t.rejects(
    db.withAdminLists((tx) => tx.selectFrom('users').selectAll().execute()),
    { code: denied },
  );
  const admin = await connectAs(t, world, 'admin');
  for (const column of ['secret_hash', 'id', 'address', 'agent', '*'])
    t.equal(await refusal(admin, `select ${column} from sessions`), denied, `sessions.${column}`);
  for (const column of ['customer_id', 'subscription_id', '*'])
    t.equal(await refusal(admin, `select ${column} from subscriptions`), denied, `subscriptions.${column}`);
  for (const column of ['sealed_password', 'login', 'balance', 'label', '*'])
    t.equal(await refusal(admin, `select ${column} from accounts`), denied, `accounts.${column}`);
  for (const column of ['facts', 'secret', 'once', '*'])
    t.equal(await refusal(admin, `select ${column} from letters`), denied, `letters.${column}`);
  const readable = new Set(['users', 'sessions', 'accounts', 'letters', 'subscriptions']);
  for (const table of tenantTables) {
    if (!readable.has(table)) t.equal(await refusal(admin, `select user_id from ${table}`), denied, table);
    t.equal(await refusal(admin, `insert into ${table} (user_id) values ($1)`, [people[0]]), denied);
    t.equal(await refusal(admin, `update ${table} set user_id = user_id`), denied);
    t.equal(await refusal(admin, `delete from ${table}`), denied);
  }
  t.equal(await refusal(admin, "select lookup('email', 'x', now())"), denied);
});

void t.test('the role of the synchronisation neither reads nor writes people', async (t) => {
  const world = await testDatabase(t);
  const userId = await addPerson(world.db);
  await t.rejects(world.db.withTenant('sync', userId, ids), { code: denied });
  const sync = await connectAs(t, world, 'sync');
  await sync.query("select set_config('app.user_id', $1, false)", [userId]);
  for (const table of peoplesTables) {
    t.equal(await refusal(sync, `select user_id from ${table}`), denied, `select from ${table}`);
    t.equal(await refusal(sync, `insert into ${table} (user_id) values ($1)`, [userId]), denied);
    t.equal(await refusal(sync, `update ${table} set user_id = user_id`), denied, `update ${table}`);
    t.equal(await refusal(sync, `delete from ${table}`), denied, `delete from ${table}`);
  }
  // It tells an owner that an account waits for its password.
  const letter =
    'insert into letters (user_id, kind, facts, created_at, due_at, expires_at) values ($1, $2, $3, now(), now(), now())';
  t.equal(await refusal(sync, letter, [userId, 'needs-password', '{}']), 'done');
  t.equal(await refusal(sync, 'select user_id from letters'), denied);
  t.equal(await refusal(sync, 'update letters set user_id = user_id'), denied);
  t.equal(await refusal(sync, 'delete from letters'), denied);
  // It labels trades by their owner’s hours.
  t.equal(await refusal(sync, 'select user_id from session_windows'), 'done');
  t.equal(await refusal(sync, 'insert into session_windows (user_id) values ($1)', [userId]), denied);
  t.equal(await refusal(sync, 'update session_windows set user_id = user_id'), denied);
  t.equal(await refusal(sync, 'delete from session_windows'), denied);
  t.equal(await refusal(sync, "select lookup('email', 'x', now())"), denied);
});

void t.test('the synchronisation removes no true deal, and makes and removes no account', async (t) => {
  const world = await testApp(t);
  const { userId } = await estate(world, 'ada');
  const before = await rowsOf(world.login, userId);
  const sync = await connectAs(t, world, 'sync');
  await sync.query("select set_config('app.user_id', $1, false)", [userId]);
  t.equal(await refusal(sync, 'delete from deals where ticket > 0'), 'done', 'none of them is shown for it');
  for (const table of ['deal_versions', 'accounts'])
    t.equal(await refusal(sync, `delete from ${table}`), denied, `delete from ${table}`);
  t.equal(await refusal(sync, 'insert into accounts (user_id) values ($1)', [userId]), denied);
  for (const table of tradingTables)
    t.equal(await refusal(sync, `truncate ${table} cascade`), denied, `truncate ${table}`);
  t.same(await rowsOf(world.login, userId), before);
});

void t.test('the app’s role cannot lift what binds it', async (t) => {
  const world = await testDatabase(t);
  const userId = await addPerson(world.db);
  const app = await connectAs(t, world, 'app');
  for (const role of ['owner', 'sync', 'admin', 'auth', 'backup'])
    t.equal(await refusal(app, `set role rawjournal_${role}`), denied, `set role ${role}`);
  for (const table of tenantTables) {
    t.equal(await refusal(app, `truncate ${table} cascade`), denied, `truncate ${table}`);
    t.equal(await refusal(app, `alter table ${table} disable row level security`), denied);
    t.equal(await refusal(app, `alter table ${table} no force row level security`), denied);
    t.equal(await refusal(app, `alter table ${table} add column x int`), denied);
    t.equal(await refusal(app, `drop policy tenant on ${table}`), denied);
    t.equal(await refusal(app, `create policy mine on ${table} using (true)`), denied);
    t.equal(await refusal(app, `drop table ${table} cascade`), denied);
    t.equal(
      await refusal(app, `grant select on ${table} to public`),
      'done',
      'a warning that grants nothing',
    );
  }
  t.equal(await refusal(app, 'create table public.mine (x int)'), denied);
  t.equal(await refusal(app, 'alter role rawjournal_app bypassrls'), denied);
  t.equal(await refusal(app, 'create role mine'), denied);
  await app.query('set row_security = off');
  t.equal(await refusal(app, 'select user_id from users'), denied, 'row security cannot be switched off');
  await asAdministrator(world.login, async (client) => {
    const { rows } = await client.query('select from users where user_id = $1', [userId]);
    t.equal(rows.length, 1, 'the row is where it was');
    const grants = await client.query(
      "select from information_schema.role_table_grants where grantee = 'PUBLIC' and table_schema = 'public'",
    );
    t.equal(grants.rowCount, 0, 'nothing was granted to everybody');
  });
});

void t.test('the role of the backup reads everything and writes nothing', async (t) => {
  const world = await testApp(t);
  await estate(world, 'ada');
  await estate(world, 'bob');
  const before = await rowsOf(world.login, null);
  const backup = await connectAs(t, world, 'backup');
  for (const table of tenantTables) {
    t.equal((await backup.query(`select from ${table}`)).rowCount, before[table]?.rows, `reads ${table}`);
    t.equal(await refusal(backup, `insert into ${table} (user_id) values (gen_random_uuid())`), denied);
    t.equal(await refusal(backup, `update ${table} set user_id = user_id`), denied);
    t.equal(await refusal(backup, `delete from ${table}`), denied);
    t.equal(await refusal(backup, `truncate ${table} cascade`), denied);
  }
  t.equal((await backup.query('select from installation')).rowCount, 1);
  t.equal(await refusal(backup, 'update installation set claimed_at = now()'), denied);
  t.same(await rowsOf(world.login, null), before);
  const report = "insert into backup_reports (told_at, facts) values (now(), '{}')";
  t.equal(await refusal(backup, report), 'done', 'but what it tells of backups');
  t.equal(await refusal(backup, 'delete from backup_reports'), denied);
  const app = await connectAs(t, world, 'app');
  t.equal(await refusal(app, 'update backup_reports set told_at = now()'), denied);
});
