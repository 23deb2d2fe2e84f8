-- Somebody who has asked for the deletion of their account: from this instant on it is removed. Until then a sign-in
-- opens a session that can do nothing but keep it.
alter table users add column leaves_at timestamptz;
grant select (leaves_at) on users to rawjournal_admin;
alter table sessions drop constraint sessions_stage_check;
alter table sessions add constraint sessions_stage_check check (stage in ('code', 'leaving', 'full'));

-- The administrator's own words, which belong to nobody: without a row the draft that is shipped is shown.
create table legal_pages (
  name text primary key check (name in ('terms', 'privacy')),
  body text not null,
  -- one more with each change: what people agreed to
  version integer not null default 1,
  saved_at timestamptz not null
);
grant select, insert, update on legal_pages to rawjournal_app;
grant select on legal_pages to rawjournal_backup;
