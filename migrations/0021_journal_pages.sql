-- What people write of a day, a week or a month: what was planned, how it went, and what is to be kept in mind.

-- An emptied page keeps its row, and with it its version: an older tab must not take what is written anew for what it has
-- seen. Whatever lists pages leaves it out.
create table journal_pages (
  user_id uuid not null references users on delete cascade,
  kind text not null check (kind in ('day', 'week', 'month')),
  -- the day, the Monday of the week, or the first of the month, in its owner's own zone
  starts_on date not null,
  plan text not null default '',
  review text not null default '',
  lessons text not null default '',
  mood text check (mood in ('confident', 'uncertain', 'fearful', 'neutral', 'greedy', 'disciplined')),
  -- one more with each change: whoever saves says which one they have seen
  version integer not null default 1,
  updated_at timestamptz not null,
  primary key (user_id, kind, starts_on),
  check (kind <> 'week' or extract(isodow from starts_on) = 1),
  check (kind <> 'month' or extract(day from starts_on) = 1)
);

alter table journal_pages enable row level security;
alter table journal_pages force row level security;
create policy tenant on journal_pages
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select, insert, update, delete on journal_pages to rawjournal_app;
grant select on journal_pages to rawjournal_backup;
