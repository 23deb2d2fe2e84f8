-- How often what an account did has changed, and from when on: a program that holds it in memory asks for this, and reads
-- anew only what lies behind. `since` has the last changes, the latest first; whoever missed more reads everything.
create table book_versions (
  user_id uuid not null,
  account_id uuid not null,
  version bigint not null,
  since timestamptz[] not null,
  primary key (user_id, account_id),
  foreign key (user_id, account_id) references accounts on delete cascade
) with (fillfactor = 50);
alter table book_versions enable row level security;
alter table book_versions force row level security;
create policy tenant on book_versions
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select, insert, update, delete on book_versions to rawjournal_app, rawjournal_sync;
grant select on book_versions to rawjournal_backup;

-- Of one account after the other and in one order, so that two who write do not lock each other out. An account that is
-- being deleted takes its row along, and none is made for it.
create function note_book(given jsonb, is_gone boolean) returns void language plpgsql as $$
begin
  if is_gone then
    update public.book_versions b
    set version = b.version + 1, since = (array[c.since] || b.since)[1:64]
    from jsonb_to_recordset(given) as c (user_id uuid, account_id uuid, since timestamptz)
    where b.user_id = c.user_id and b.account_id = c.account_id;
  else
    insert into public.book_versions as b (user_id, account_id, version, since)
    select c.user_id, c.account_id, 1, array[c.since]
    from jsonb_to_recordset(given) as c (user_id uuid, account_id uuid, since timestamptz)
    order by 1, 2
    on conflict (user_id, account_id) do update
    set version = b.version + 1, since = (array[excluded.since[1]] || b.since)[1:64];
  end if;
end $$;

create function note_trades() returns trigger language plpgsql as $$
begin
  if tg_op in ('UPDATE', 'DELETE') then
    perform public.note_book(jsonb_agg(g), true) from (
      select user_id, account_id, min(closed_at) as since from gone where closed_at is not null group by 1, 2) g
    having count(*) > 0;
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    perform public.note_book(jsonb_agg(c), false) from (
      select user_id, account_id, min(closed_at) as since from come where closed_at is not null group by 1, 2) c
    having count(*) > 0;
  end if;
  return null;
end $$;
create trigger note_new after insert on trades referencing new table as come
  for each statement execute function note_trades();
create trigger note_changed after update on trades referencing old table as gone new table as come
  for each statement execute function note_trades();
create trigger note_gone after delete on trades referencing old table as gone
  for each statement execute function note_trades();

create function note_deals() returns trigger language plpgsql as $$
begin
  if tg_op in ('UPDATE', 'DELETE') then
    perform public.note_book(jsonb_agg(g), true) from (
      select user_id, account_id, min(done_at) as since from gone group by 1, 2) g
    having count(*) > 0;
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    perform public.note_book(jsonb_agg(c), false) from (
      select user_id, account_id, min(done_at) as since from come group by 1, 2) c
    having count(*) > 0;
  end if;
  return null;
end $$;
create trigger note_new after insert on deals referencing new table as come
  for each statement execute function note_deals();
create trigger note_changed after update on deals referencing old table as gone new table as come
  for each statement execute function note_deals();
create trigger note_gone after delete on deals referencing old table as gone
  for each statement execute function note_deals();
