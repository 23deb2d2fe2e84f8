-- What was done in a person's account, by whom and from where. It is only ever added to: the program may neither change
-- nor remove a row, and they go with the person alone.
create table activities (
  user_id uuid not null references users on delete cascade,
  id uuid not null default gen_random_uuid(),
  at timestamptz not null,
  kind text not null check (kind in ('security', 'trades', 'imports', 'accounts', 'rights', 'data')),
  what text not null,
  -- what it was about (src/domain/activity.ts); never a secret
  details jsonb not null default '{}',
  -- who did it: the person, a program with a token of theirs, an administrator, the command line, or somebody unknown
  done_by text not null check (done_by in ('owner', 'program', 'administrator', 'console', 'stranger')),
  -- shortened: the first 24 bits of an IPv4 address, the first 48 of an IPv6 one; '' where there is none
  address text not null default '',
  -- the browser in words
  device text not null default '',
  primary key (user_id, id)
);
create index activities_by_time on activities (user_id, at desc, id desc);
create index activities_by_kind on activities (user_id, kind, at desc, id desc);

alter table activities enable row level security;
alter table activities force row level security;
create policy tenant on activities
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select, insert on activities to rawjournal_app;
grant select on activities to rawjournal_backup;
