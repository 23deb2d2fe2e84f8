-- How far somebody has come with setting up their journal. Who has no row is led nowhere: everybody who was here before, and
-- the trader of a trial.
create table welcomes (
  user_id uuid primary key references users on delete cascade,
  -- the step that comes next: 1 where trades come from, 2 time zone and sessions, 3 what to look at first
  step smallint not null default 1 check (step between 1 and 3),
  -- when its owner was led there; null: at their first sign-in
  begun_at timestamptz,
  -- when it was done, or left out for good
  ended_at timestamptz
);
alter table welcomes enable row level security;
alter table welcomes force row level security;
create policy tenant on welcomes
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select, insert, update, delete on welcomes to rawjournal_app;
grant select on welcomes to rawjournal_backup;
