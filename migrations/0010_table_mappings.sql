-- What a person said of the columns of a table that nobody knows: the next file with the same headings is read so, too.
create table table_mappings (
  user_id uuid not null references users on delete cascade,
  -- the headings, as a digest of fixed length
  headings text not null,
  -- by field: the columns, as the reader of tables takes them
  mapping jsonb not null,
  used_at timestamptz not null,
  primary key (user_id, headings)
);

alter table table_mappings enable row level security;
alter table table_mappings force row level security;
create policy tenant on table_mappings
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select, insert, update, delete on table_mappings to rawjournal_app;
grant select on table_mappings to rawjournal_backup;
