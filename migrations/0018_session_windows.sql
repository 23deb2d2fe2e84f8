-- When the places of the sessions trade by their own clocks, where a user has said it: by place the zone, and minutes after
-- midnight (src/domain/sessions.ts). Who has no row has the usual hours.
create table session_windows (
  user_id uuid primary key references users on delete cascade,
  windows jsonb not null
);
alter table session_windows enable row level security;
alter table session_windows force row level security;
create policy tenant on session_windows
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select, insert, update, delete on session_windows to rawjournal_app;
grant select on session_windows to rawjournal_sync, rawjournal_backup;
