-- Experts as their user names them: the trades of any of some magic numbers, or with a comment of a pattern, in which *
-- stands for any text. The one with the lowest place that a trade fits counts; a trade that fits none is named by what it
-- carries (src/domain/expert.ts).
create table experts (
  user_id uuid not null references users on delete cascade,
  id uuid not null default gen_random_uuid(),
  place integer not null,
  name text not null,
  magics text[] not null,
  pattern text,
  created_at timestamptz not null,
  primary key (user_id, id),
  check (cardinality(magics) > 0 or pattern is not null)
);
create unique index experts_by_name on experts (user_id, lower(name));

alter table experts enable row level security;
alter table experts force row level security;
create policy tenant on experts
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select, insert, update, delete on experts to rawjournal_app;
grant select on experts to rawjournal_backup;
