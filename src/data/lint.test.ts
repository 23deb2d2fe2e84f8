import t, { type Test } from 'tap';
import { ownCluster } from '../testing/cluster.js';
import { asAdministrator, on, testDatabase } from '../testing/database.js';
import { catalogBreaches } from './lint.js';

t.setTimeout(600_000);

const closed = (table: string): string => `
  alter table ${table} enable row level security;
  alter table ${table} force row level security;
  create policy tenant on ${table}
    using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
    with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));`;
/** A table as it should be, for breaches to be made at. */
const notes = `
  create table notes (user_id uuid references users, id uuid, session_id uuid, primary key (user_id, id));
  ${closed('notes')}`;
const ofTenant = `user_id = (select nullif(current_setting('app.user_id', true), '')::uuid)`;

interface Plant {
  breach: string;
  make: string;
  /** what the lint says, whole */
  says: string[];
}

const opens = (table: string): string =>
  `policy open on ${table} opens rows of others to a role that must not have them`;
const unforced = (table: string): string =>
  `${table} holds user_id but row level security is not enabled and forced`;
const loose = (name: string, table: string): string => `index ${name} on ${table} is not led by user_id`;

const plants: readonly Plant[] = [
  {
    breach: 'a table without row level security',
    make: 'create table notes (user_id uuid primary key)',
    says: [unforced('notes'), 'notes holds user_id but has no tenant policy'],
  },
  {
    breach: 'row level security that is switched off',
    make: 'alter table sessions disable row level security',
    says: [unforced('sessions')],
  },
  {
    breach: 'row level security that spares the owner of the table',
    make: 'alter table sessions no force row level security',
    says: [unforced('sessions')],
  },
  {
    breach: 'a table whose tenant policy is gone',
    make: 'drop policy tenant on sessions',
    says: ['sessions holds user_id but has no tenant policy'],
  },
  {
    breach: 'a tenant policy that checks nothing that is written',
    make: 'alter policy tenant on sessions with check (true)',
    says: [
      'sessions holds user_id but has no tenant policy',
      opens('sessions').replace('policy open', 'policy tenant'),
    ],
  },
  {
    breach: 'a policy that shows the app every row',
    make: 'create policy open on sessions for select to rawjournal_app using (true)',
    says: [opens('sessions')],
  },
  {
    breach: 'a policy that shows everybody every row',
    make: 'create policy open on sessions for select using (true)',
    says: [opens('sessions')],
  },
  {
    breach: 'a policy that lets every row be changed',
    make: 'create policy open on sessions for update to rawjournal_sync using (true)',
    says: [opens('sessions')],
  },
  {
    breach: 'a policy that lets rows be made for others',
    make: 'create policy open on sessions for insert to rawjournal_app with check (true)',
    says: [opens('sessions')],
  },
  {
    breach: 'a policy that names the tenant and lets everything else through beside it',
    make: `create policy open on sessions to rawjournal_app using (${ofTenant} or stage = 'full')`,
    says: [opens('sessions')],
  },
  {
    breach: 'a view with the rights of its owner',
    make: 'create view everybody as select * from users; alter view everybody owner to rawjournal_owner',
    says: ["view everybody runs with its owner's rights"],
  },
  {
    breach: 'a view of a superuser',
    make: 'create view everybody with (security_invoker) as select * from users',
    says: ["view everybody runs with its owner's rights"],
  },
  {
    breach: 'a materialized view',
    make: 'create materialized view everybody as select email from users',
    says: ['materialized view everybody ignores row level security'],
  },
  {
    breach: 'a function with the rights of its owner',
    make: `create function everybody() returns bigint language sql security definer set search_path = ''
           as 'select count(*) from public.users'`,
    says: ["function everybody() runs with its owner's rights"],
  },
  {
    breach: 'the one such function without a search path',
    make: 'alter function lookup(text, text, timestamptz) reset search_path',
    says: ["function lookup(text,text,timestamp with time zone) runs with its owner's rights"],
  },
  {
    breach: 'the one such function in the hands of another owner',
    make: 'alter function lookup(text, text, timestamptz) owner to rawjournal_owner',
    says: ["function lookup(text,text,timestamp with time zone) runs with its owner's rights"],
  },
  {
    breach: 'the right to empty a table',
    make: 'grant truncate on users to rawjournal_app',
    says: ['rawjournal_app may truncate users'],
  },
  {
    breach: 'the right of everybody to ask a table what it holds',
    make: 'grant references on users to public',
    says: ['everybody may references users'],
  },
  {
    breach: 'a foreign key that leaves the tenant out',
    make: `alter table sessions add constraint sessions_id unique (user_id, id);
           create unique index sessions_by_id on sessions (id);
           ${notes} alter table notes add constraint to_session foreign key (session_id) references sessions (id)`,
    says: ['foreign key to_session on notes leaves out user_id', loose('sessions_by_id', 'sessions')],
  },
  {
    breach: 'a foreign key that pairs the tenant with something else',
    make: `${notes} alter table notes add constraint to_session
           foreign key (session_id, user_id) references sessions (user_id, id)`,
    says: ['foreign key to_session on notes leaves out user_id'],
  },
  {
    breach: 'a table of people’s data that calls its owner something else',
    make: 'create table notes (id uuid primary key, owner uuid constraint of_user references users)',
    says: ['foreign key of_user on notes leaves out user_id'],
  },
  {
    breach: 'a unique index over all tenants',
    make: 'create unique index by_agent on sessions (agent)',
    says: [loose('by_agent', 'sessions')],
  },
  {
    breach: 'an index that does not begin with the tenant',
    make: 'create index by_time on sessions (seen_at, user_id)',
    says: [loose('by_time', 'sessions')],
  },
  {
    breach: 'an index over an expression',
    make: 'create index by_expression on sessions (lower(agent))',
    says: [loose('by_expression', 'sessions')],
  },
  {
    breach: 'an index under the name of one that may stand alone',
    make: `alter table sessions drop constraint sessions_by_secret;
           create unique index sessions_by_secret on sessions (agent)`,
    says: [loose('sessions_by_secret', 'sessions')],
  },
];

async function plant(t: Test, make: string): Promise<string[]> {
  const { db, login } = await testDatabase(t);
  await asAdministrator(login, (client) => client.query(make));
  return catalogBreaches(db);
}

void t.test('a fresh database has no breach of isolation', async (t) => {
  t.same(await catalogBreaches((await testDatabase(t)).db), []);
});

void t.test('what keeps the rules is not reported', async (t) => {
  const view = `create view mine with (security_invoker) as select email from users;
    alter view mine owner to rawjournal_owner`;
  const rest = `
    alter table notes add constraint to_session foreign key (user_id, session_id) references sessions (user_id, id);
    create index by_session on notes (user_id, session_id);
    create policy planning on notes for select to rawjournal_sync using (true);
    create policy narrower on notes as restrictive for select using (id is not null);
    create table currencies (code text primary key)`;
  t.same(await plant(t, `${notes}; ${view}; ${rest}`), []);
});

for (const { breach, make, says } of plants)
  void t.test(`${breach} is found`, async (t) => {
    t.same(await plant(t, make), says);
  });

void t.test('rights of a role that void row level security are found', async (t) => {
  const { login } = await ownCluster(t);
  const { db } = await testDatabase(t, { server: login });
  const says = (role: string): string => `role rawjournal_${role} has rights that void row level security`;
  const admin = (text: string) => asAdministrator(on(login, 'postgres'), (client) => client.query(text));
  t.same(await catalogBreaches(db), []);
  for (const right of ['superuser', 'bypassrls', 'createrole', 'createdb', 'replication'])
    for (const role of ['app', 'sync', 'admin']) {
      await admin(`alter role rawjournal_${role} ${right}`);
      t.same(await catalogBreaches(db), [says(role)], `${role} with ${right}`);
      await admin(`alter role rawjournal_${role} no${right}`);
    }
  await admin('grant rawjournal_owner to rawjournal_app');
  t.same(await catalogBreaches(db), [says('app')], 'a member of another role');
  await admin('revoke rawjournal_owner from rawjournal_app');
  t.same(await catalogBreaches(db), []);
});
