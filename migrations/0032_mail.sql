-- Letters to people (src/mail), and the devices by which a sign-in from a new one is known.

create table letters (
  user_id uuid not null references users on delete cascade,
  id uuid not null default gen_random_uuid(),
  kind text not null check (kind in ('verify', 'reset', 'known', 'new-device', 'needs-password', 'payment-failed',
    'weekly', 'alarm', 'test')),
  -- what it tells, by its kind (src/data/letters.ts); null once it was sent or has expired
  facts jsonb,
  -- of the link that it carries; goes with the facts
  secret text,
  -- of the same name there is one
  once text,
  created_at timestamptz not null,
  -- when it is tried, or tried again; whoever sends it moves this ahead first
  due_at timestamptz not null,
  -- from when on it is of no use
  expires_at timestamptz not null,
  tries integer not null default 0,
  -- when the try began that is under way; null: none is
  claimed_at timestamptz,
  -- kept: no mail was set up, and an administrator reads it here
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'kept', 'given-up', 'expired')),
  done_at timestamptz,
  -- what came back at the last try, in words
  answer text not null default '',
  has_text boolean generated always as (facts is not null) stored,
  primary key (user_id, id)
);
create unique index letters_once on letters (user_id, once) where once is not null;
create index letters_that_wait on letters (user_id, due_at) where state = 'waiting';

-- A browser is told by a secret in a cookie, of which the hash is kept.
create table devices (
  user_id uuid not null references users on delete cascade,
  secret_hash text not null,
  agent text not null,
  first_seen_at timestamptz not null,
  seen_at timestamptz not null,
  primary key (user_id, secret_hash)
);

-- Whether somebody wants the letter of the week.
alter table users add column weekly_letter boolean not null default false;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['letters', 'devices'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy tenant on %I
         using (user_id = (select nullif(current_setting(''app.user_id'', true), '''')::uuid))
         with check (user_id = (select nullif(current_setting(''app.user_id'', true), '''')::uuid))',
      tenant_table);
    execute format('grant select, insert, update, delete on %I to rawjournal_app', tenant_table);
    execute format('grant select on %I to rawjournal_backup', tenant_table);
  end loop;
end $$;

-- The synchronisation tells an owner that an account waits for its password, and reads no letter.
grant insert (user_id, kind, facts, once, created_at, due_at, expires_at) on letters to rawjournal_sync;

-- The administrator's list, by which the sender finds what is due too: nothing of what letters say.
create policy admin_list on letters for select to rawjournal_admin using (true);
grant select (user_id, id, kind, created_at, due_at, expires_at, tries, claimed_at, state, done_at, answer, has_text)
  on letters to rawjournal_admin;
grant select (time_zone, weekly_letter) on users to rawjournal_admin;
