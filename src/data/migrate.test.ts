import { randomBytes } from 'node:crypto';
import { appendFile, copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import t, { type Test } from 'tap';
import { ownCluster, type TestCluster } from '../testing/cluster.js';
import { asAdministrator, on, projectRoot, testServer } from '../testing/database.js';
import { catalogBreaches } from './lint.js';
import { openDatabase, type RolePasswords } from './database.js';
import { ensureDatabase, migrate, prepareRoles, readMigrations, type AdminLogin } from './migrate.js';
import { ensureRoles, rolePasswords } from './roles.js';
import { secretFile } from './secret-file.js';

t.setTimeout(600_000);

const migrations = join(projectRoot, 'migrations');

async function folder(t: Test): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rawjournal-test-'));
  t.teardown(() => rm(path, { recursive: true }));
  return path;
}

/** The passwords that all tests on this server share: roles belong to the whole of it. */
const sharedPasswords = (): Promise<RolePasswords> =>
  rolePasswords(join(projectRoot, 'var', 'test', 'credentials'));

/** An empty database of the test's own. */
async function emptyDatabase(t: Test, server = testServer()): Promise<AdminLogin> {
  const login = on(server, `rawjournal_test_${randomBytes(6).toString('hex')}`);
  await ensureDatabase(login, server.address.database);
  t.teardown(() =>
    asAdministrator(server, (client) =>
      client.query(`drop database if exists ${login.address.database} with (force)`),
    ),
  );
  return login;
}

/** Tables, columns, policies, grants and functions, each in a line, and the rows that migrations leave. */
const shapeOf = (login: AdminLogin): Promise<string[]> =>
  asAdministrator(login, async (client) => {
    const { rows } = await client.query<{ line: string }>(`
      select format('%s %s %s', c.oid::regclass, c.relkind, c.relacl) as line from pg_class c
        where c.relnamespace = 'public'::regnamespace
      union all select format('%s.%s %s', attrelid::regclass, attname, attacl) from pg_attribute
        join pg_class c on c.oid = attrelid and c.relnamespace = 'public'::regnamespace where attnum > 0
      union all select format('%s %s', polname, polrelid::regclass) from pg_policy
      union all select format('%s %s', oid::regprocedure, md5(prosrc)) from pg_proc
        where pronamespace = 'public'::regnamespace
      union all select format('%s', extname) from pg_extension
      order by 1`);
    return rows.map((row) => row.line);
  });

const stepsOf = (login: AdminLogin): Promise<unknown[]> =>
  asAdministrator(
    login,
    async (client) =>
      (await client.query<{ name: string }>('select * from kysely_migration order by name')).rows,
  );

const all = async (): Promise<string[]> => Object.keys(await readMigrations(migrations));

void t.test('bringing the schema up to date a second time does nothing', async (t) => {
  const login = await emptyDatabase(t);
  const passwords = await sharedPasswords();
  t.same(await migrate(login, passwords, migrations), await all());
  const [shape, steps] = [await shapeOf(login), await stepsOf(login)];
  t.ok(shape.length > 50);
  t.same(await migrate(login, passwords, migrations), []);
  t.same(await shapeOf(login), shape);
  t.same(await stepsOf(login), steps, 'nothing has run again');
});

/** Another process that does the same; what it says at its end. */
async function inAnotherProcess(login: AdminLogin): Promise<string[]> {
  const program = `
    const [migrateUrl, rolesUrl, login, migrations, credentials] = process.argv.slice(1);
    const { migrate } = await import(migrateUrl);
    const { rolePasswords } = await import(rolesUrl);
    console.log(JSON.stringify(await migrate(JSON.parse(login), await rolePasswords(credentials), migrations)));`;
  const urls = ['./migrate.js', './roles.js'].map((name) => new URL(name, import.meta.url).href);
  const credentials = join(projectRoot, 'var', 'test', 'credentials');
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', program, ...urls, JSON.stringify(login), migrations, credentials],
    { stdio: ['ignore', 'pipe', 'inherit'], cwd: fileURLToPath(new URL('.', import.meta.url)) },
  );
  let text = '';
  child.stdout.on('data', (part: Buffer) => (text += part.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`the process ended with ${String(code)}`);
  return JSON.parse(text) as string[];
}

void t.test('processes that start at once take turns: each migration runs once', async (t) => {
  const login = await emptyDatabase(t);
  const done = await Promise.all([inAnotherProcess(login), inAnotherProcess(login), inAnotherProcess(login)]);
  t.same(
    done.toSorted((a, b) => a.length - b.length),
    [[], [], await all()],
  );
  t.equal((await stepsOf(login)).length, (await all()).length);
});

void t.test('a migration that fails leaves everything as it was and is named', async (t) => {
  const login = await emptyDatabase(t);
  const passwords = await sharedPasswords();
  await migrate(login, passwords, migrations);
  const [shape, steps] = [await shapeOf(login), await stepsOf(login)];
  const path = await folder(t);
  for (const file of await readdir(migrations)) await copyFile(join(migrations, file), join(path, file));
  await writeFile(
    join(path, '9001_good.sql'),
    'create table good (x int); alter table users add column y int;',
  );
  await writeFile(join(path, '9002_broken.sql'), 'create table half (x int); create table half (x int);');
  await t.rejects(migrate(login, passwords, path), {
    code: 'migration_failed',
    message: /9002_broken.*half.*already exists/,
  });
  t.same(await shapeOf(login), shape, 'not even the good one before it took effect');
  t.same(await stepsOf(login), steps);
  await writeFile(join(path, '9002_broken.sql'), 'create table half (x int);');
  t.same(await migrate(login, passwords, path), ['9001_good', '9002_broken'], 'mended, both run');
});

void t.test('a release works with what a newer one added before it was left again', async (t) => {
  const login = await emptyDatabase(t);
  const passwords = await sharedPasswords();
  const newer = await folder(t);
  for (const file of await readdir(migrations)) await copyFile(join(migrations, file), join(newer, file));
  await writeFile(join(newer, '9001_added.sql'), 'create table added (x int);');
  await migrate(login, passwords, newer);
  const [shape, steps] = [await shapeOf(login), await stepsOf(login)];
  t.same(await migrate(login, passwords, migrations), []);
  t.same(await shapeOf(login), shape);
  t.same(await stepsOf(login), steps);
  await rm(join(newer, (await readdir(newer)).sort()[0] ?? ''));
  await t.rejects(migrate(login, passwords, newer), /0001/, 'one of its own that is gone is another matter');
});

void t.test('only files named like migrations are read, in the order of their numbers', async (t) => {
  const path = await folder(t);
  for (const name of ['0010_b.sql', '0002_a.sql', '0003_c.sql~', 'x.sql', '03_d.sql', '0004_e.txt'])
    await writeFile(join(path, name), 'select 1');
  t.same(Object.keys(await readMigrations(path)), ['0002_a', '0010_b']);
});

const attributes = async (login: AdminLogin): Promise<Record<string, string>> =>
  asAdministrator(login, async (client) => {
    const { rows } = await client.query<{ name: string; has: string }>(`
      select rolname as name, concat_ws(' ', case when rolcanlogin then 'login' end, case when rolsuper then 'super' end,
        case when rolbypassrls then 'bypassrls' end, case when rolcreaterole then 'createrole' end,
        case when rolcreatedb then 'createdb' end, case when rolreplication then 'replication' end,
        case when rolinherit then 'inherit' end,
        (select 'in ' || string_agg(m.roleid::regrole::text, ',') from pg_auth_members m where m.member = r.oid)) as has
      from pg_roles r where rolname like 'rawjournal\\_%' order by 1`);
    return Object.fromEntries(rows.map((row) => [row.name, row.has]));
  });

const rightAttributes = {
  rawjournal_admin: 'login',
  rawjournal_app: 'login',
  rawjournal_auth: '',
  rawjournal_backup: 'login bypassrls createdb inherit',
  rawjournal_owner: 'in rawjournal_auth',
  rawjournal_setup: 'login in rawjournal_owner',
  rawjournal_sync: 'login',
};

/** A server that asks the roles for their passwords and writes every statement into its log. */
async function strict(t: Test): Promise<TestCluster & { log: () => Promise<string> }> {
  const cluster = await ownCluster(t);
  const { login, dataDir } = cluster;
  const rules = 'local all postgres trust\nlocal all all scram-sha-256\n';
  await writeFile(join(dataDir, 'pg_hba.conf'), rules);
  await appendFile(
    join(dataDir, 'postgresql.conf'),
    "\nlog_statement = 'all'\nlog_min_duration_statement = 0\n",
  );
  await asAdministrator(login, (client) => client.query('select pg_reload_conf()'));
  return { ...cluster, log: () => Promise.resolve(cluster.lines.join('\n')) };
}

const logsIn = async (login: AdminLogin, role: string, password: string): Promise<boolean> => {
  const client = new pg.Client({ ...login.address, user: `rawjournal_${role}`, password });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') return false;
    throw error;
  } finally {
    await client.end();
  }
};

void t.test('the roles have the rights they should and passwords that the server never sees', async (t) => {
  const cluster = await strict(t);
  const login = await emptyDatabase(t, cluster.login);
  const credentials = await folder(t);
  const passwords = await rolePasswords(credentials);
  await migrate(login, passwords, migrations);
  t.same(await attributes(login), rightAttributes);
  const stored = () =>
    asAdministrator(login, async (client) => {
      const { rows } = await client.query<{ rolname: string; rolpassword: string | null }>(
        "select rolname, rolpassword from pg_authid where rolname like 'rawjournal\\_%' order by 1",
      );
      return Object.fromEntries(rows.map((row) => [row.rolname, row.rolpassword]));
    });
  const before = await stored();
  for (const role of ['app', 'sync', 'admin', 'backup'] as const) {
    t.match(before[`rawjournal_${role}`], /^SCRAM-SHA-256\$4096:/, role);
    t.ok(await logsIn(login, role, passwords[role]), `${role} logs in`);
    t.notOk(await logsIn(login, role, `${passwords[role]}x`), `${role} with another password does not`);
  }
  t.equal(before['rawjournal_owner'], null);
  t.equal(before['rawjournal_auth'], null);
  t.equal(before['rawjournal_setup'], null, 'no password lets it in');
  await migrate(login, passwords, migrations);
  t.same(await stored(), before, 'a password that works is left alone');

  const renewed = await rolePasswords(await folder(t));
  await migrate(login, renewed, migrations);
  t.ok(await logsIn(login, 'app', renewed.app), 'passwords that were lost are replaced');
  t.notOk(await logsIn(login, 'app', passwords.app));

  const db = openDatabase({
    address: login.address,
    passwords: renewed,
    random: Math.random,
    onError: () => undefined,
  });
  t.same(await catalogBreaches(db), [], 'and the program works with them');
  await db.close();
  const log = await cluster.log();
  t.match(log, /alter role rawjournal_app password/i, 'the log holds every statement');
  for (const password of [...Object.values(passwords), ...Object.values(renewed)])
    t.notOk(log.includes(password), 'but no password');
});

void t.test('roles that processes make at once are made once', async (t) => {
  const cluster = await ownCluster(t);
  const login = await emptyDatabase(t, cluster.login);
  const passwords = await rolePasswords(await folder(t));
  const make = () => asAdministrator(login, (client) => ensureRoles(client, login, passwords));
  await Promise.all([make(), make(), make(), make()]);
  t.same(await attributes(login), rightAttributes);
});

void t.test(
  'a login that may make no roles works with those of an administrator, or says who has to',
  async (t) => {
    const cluster = await ownCluster(t);
    const login = await emptyDatabase(t, cluster.login);
    const passwords = await rolePasswords(await folder(t));
    const create = 'create role somebody login; create role rawjournal_setup login noinherit';
    await asAdministrator(login, (client) => client.query(create));
    for (const user of ['somebody', 'rawjournal_setup'])
      await t.rejects(migrate({ ...login, user }, passwords, migrations), {
        message: new RegExp(
          `The role ${user} may not make the roles.*rawjournal_owner, .*rawjournal migrate`,
        ),
      });
    const done = await migrate(login, passwords, migrations);
    t.same(await migrate({ ...login, user: 'rawjournal_setup' }, passwords, migrations), []);
    await t.rejects(
      migrate({ ...login, user: 'somebody' }, passwords, migrations),
      /rawjournal_owner is missing or not/,
    );
    const fresh = await emptyDatabase(t, cluster.login);
    await prepareRoles(fresh, passwords);
    const own = { ...fresh, user: 'rawjournal_setup' };
    t.same(await migrate(own, passwords, migrations), done, 'it brings an empty one up to date as well');
  },
);

void t.test('a secret is made once, however many ask, and nobody else may read it', async (t) => {
  const path = join(await folder(t), 'credentials');
  const secrets = await Promise.all(Array.from({ length: 20 }, () => secretFile(path, 'key')));
  t.equal(new Set(secrets).size, 1);
  t.match(secrets[0], /^[\w-]{43}$/);
  t.equal(await readFile(join(path, 'key'), 'utf8'), secrets[0]);
  t.equal((await stat(join(path, 'key'))).mode & 0o777, 0o600);
  t.equal((await stat(path)).mode & 0o777, 0o700);
  t.same(await readdir(path), ['key'], 'no draft is left');
  t.equal(await secretFile(path, 'key'), secrets[0], 'asked again, it is the same');
  t.not(await secretFile(path, 'other'), secrets[0]);
});
