-- Pictures that people put to what they write of a trade. The files lie in the state folder, each under the id of its
-- row: they are there before the row is, and go after it.
create table screenshots (
  user_id uuid not null,
  id uuid not null,
  entry_id uuid not null,
  -- of the file as it was sent: the same one again is the same picture
  source_hash text not null,
  -- of the full size, in pixels
  width integer not null,
  height integer not null,
  -- on the disk, both sizes
  bytes integer not null,
  caption text not null default '',
  added_at timestamptz not null,
  primary key (user_id, id),
  constraint screenshots_by_entry unique (user_id, entry_id, source_hash),
  foreign key (user_id, entry_id) references journal_entries on delete cascade
);

alter table screenshots enable row level security;
alter table screenshots force row level security;
create policy tenant on screenshots
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select, insert, update, delete on screenshots to rawjournal_app;
grant select on screenshots to rawjournal_backup;

-- Files that no row holds any more are removed, over all people at once: by the ids alone.
create policy admin_list on screenshots for select to rawjournal_admin using (true);
grant select (id) on screenshots to rawjournal_admin;
