-- People, and everything that lets them in.
--
-- Every table that holds a user's data leads its keys with user_id and is closed by row level security that binds
-- its owner too. The setting app.user_id is '' after a transaction, never NULL again: hence nullif.

create table installation (
  only_row boolean primary key default true check (only_row),
  claimed_at timestamptz
);
insert into installation default values;

create table users (
  user_id uuid primary key,
  email text not null check (email = lower(email)),
  name text not null default '',
  role text not null default 'user' check (role in ('user', 'admin')),
  time_zone text not null default 'UTC',
  password_hash text not null,
  verified_at timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null,
  constraint users_by_email unique (email)
);

create table sessions (
  user_id uuid not null references users on delete cascade,
  id uuid not null default gen_random_uuid(),
  secret_hash text not null,
  stage text not null check (stage in ('code', 'full')),
  address text not null,
  agent text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  primary key (user_id, id),
  constraint sessions_by_secret unique (secret_hash)
);

create table mailed_links (
  user_id uuid not null references users on delete cascade,
  id uuid not null default gen_random_uuid(),
  kind text not null check (kind in ('verify', 'reset')),
  secret_hash text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (user_id, id),
  constraint mailed_links_by_secret unique (secret_hash)
);

create table api_tokens (
  user_id uuid not null references users on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  scope text not null check (scope in ('read', 'write')),
  secret_hash text not null,
  hint text not null,
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (user_id, id),
  constraint api_tokens_by_secret unique (secret_hash)
);

create table two_factor (
  user_id uuid primary key references users on delete cascade,
  sealed_secret bytea not null,
  confirmed_at timestamptz,
  last_step bigint not null default 0
);

create table recovery_codes (
  user_id uuid not null references users on delete cascade,
  code_hash text not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);

-- One row for each form that took effect: the second click finds it and does nothing.
create table form_receipts (
  user_id uuid not null references users on delete cascade,
  id uuid not null,
  received_at timestamptz not null,
  primary key (user_id, id)
);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array[
    'users', 'sessions', 'mailed_links', 'api_tokens', 'two_factor', 'recovery_codes', 'form_receipts'
  ] loop
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

grant select, update on installation to rawjournal_app;
grant select on installation to rawjournal_backup;

-- The lists of the administrator: named columns, read only, nothing that opens a door.
create policy admin_list on users for select to rawjournal_admin using (true);
grant select (user_id, email, name, role, verified_at, disabled_at, created_at) on users to rawjournal_admin;
create policy admin_list on sessions for select to rawjournal_admin using (true);
grant select (user_id, stage, created_at, seen_at) on sessions to rawjournal_admin;

-- The one question that is asked before it is known whose row it is about.
create policy lookup on users for select to rawjournal_auth using (true);
create policy lookup on sessions for select to rawjournal_auth using (true);
create policy lookup on mailed_links for select to rawjournal_auth using (true);
create policy lookup on api_tokens for select to rawjournal_auth using (true);
grant select on users, sessions, mailed_links, api_tokens to rawjournal_auth;

-- by: email | session | link | token. key: the address, or the sha-256 of the secret in hex.
-- A disabled user, an expired session and a used link are not found. A session lives 14 days idle, 90 days in all.
create function lookup(by text, key text, at timestamptz)
returns table (user_id uuid, id uuid, kind text, seen_at timestamptz, email text, name text, role text, time_zone text)
language plpgsql stable security definer set search_path = ''
as $$
begin
  if by = 'session' then
    return query
      select u.user_id, s.id, s.stage, s.seen_at, u.email, u.name, u.role, u.time_zone
      from public.sessions s join public.users u on u.user_id = s.user_id
      where s.secret_hash = key and u.disabled_at is null
        and at < s.seen_at + interval '14 days' and at < s.created_at + interval '90 days'
        and (s.stage = 'full' or at < s.created_at + interval '10 minutes');
  elsif by = 'token' then
    return query
      select u.user_id, a.id, a.scope, a.used_at, u.email, u.name, u.role, u.time_zone
      from public.api_tokens a join public.users u on u.user_id = a.user_id
      where a.secret_hash = key and u.disabled_at is null;
  elsif by = 'link' then
    return query
      select u.user_id, l.id, l.kind, l.created_at, u.email, u.name, u.role, u.time_zone
      from public.mailed_links l join public.users u on u.user_id = l.user_id
      where l.secret_hash = key and l.used_at is null and at < l.expires_at and u.disabled_at is null;
  elsif by = 'email' then
    return query
      select u.user_id, u.user_id, 'email', u.created_at, u.email, u.name, u.role, u.time_zone
      from public.users u
      where u.email = key and u.disabled_at is null;
  else
    raise exception 'lookup by %', by;
  end if;
end $$;
revoke all on function lookup(text, text, timestamptz) from public;
grant execute on function lookup(text, text, timestamptz) to rawjournal_app;
alter function lookup(text, text, timestamptz) owner to rawjournal_auth;
