-- Lists of trades under a name, and the columns a person wants to see. The query is that of the page, in which a stretch
-- that ends today is kept by its name, so that "this week" is this week again in the next one.
create table saved_views (
  user_id uuid not null references users on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  query text not null,
  created_at timestamptz not null,
  primary key (user_id, id),
  unique (user_id, name)
);

alter table saved_views enable row level security;
alter table saved_views force row level security;
create policy tenant on saved_views
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select, insert, update, delete on saved_views to rawjournal_app;
grant select on saved_views to rawjournal_backup;

-- null: the usual ones
alter table users add column trade_columns text[];
