-- How somebody judges a trade: mood, quality, plan, checklist and mistakes; and what an entry tells when its trade is gone.

-- Mistakes are words like tags, but they are counted against the trader.
create table mistakes (
  user_id uuid not null references users on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  created_at timestamptz not null,
  primary key (user_id, id)
);
create unique index mistakes_by_name on mistakes (user_id, lower(name));

create table entry_mistakes (
  user_id uuid not null,
  entry_id uuid not null,
  mistake_id uuid not null,
  primary key (user_id, entry_id, mistake_id),
  foreign key (user_id, entry_id) references journal_entries on delete cascade,
  foreign key (user_id, mistake_id) references mistakes on delete cascade
);
create index entry_mistakes_by_mistake on entry_mistakes (user_id, mistake_id, entry_id);

-- What is to be true before a trade of this setup is taken, a line each.
alter table setups add column checklist text[] not null default '{}';

alter table journal_entries
  add column mood text
    check (mood in ('confident', 'uncertain', 'fearful', 'neutral', 'greedy', 'disciplined')),
  -- of the setup as it stood in the chart
  add column quality smallint check (quality between 1 and 5),
  add column followed_plan boolean,
  -- the lines of the checklist as they were when they were answered, and those of them that were kept
  add column checks_asked text[] not null default '{}',
  add column checks_kept text[] not null default '{}',
  -- What the trade was when it was last here; it may be gone with the import that brought it.
  add column symbol text not null default '',
  add column side text not null default 'buy' check (side in ('buy', 'sell')),
  add column volume numeric not null default 0,
  add column net numeric not null default 0,
  add column opened_at timestamptz not null default 'epoch',
  add column closed_at timestamptz;

-- Row level security binds the owner too, and a migration is nobody's.
alter table journal_entries no force row level security;
alter table trades no force row level security;
alter table users no force row level security;
update journal_entries e
set symbol = t.name, side = t.side, volume = t.volume, net = t.net, opened_at = t.opened_at, closed_at = t.closed_at
from trades t where t.user_id = e.user_id and t.id = e.trade_id;
update journal_entries set opened_at = to_timestamp(opened_ms / 1000.0) where symbol = '';
-- The words everybody begins with (src/data/labels.ts).
insert into mistakes (user_id, name, created_at)
select u.user_id, s.name, now()
from users u cross join (values ('Chased the entry'), ('Closed too early'), ('Held too long'), ('Moved the stop'),
  ('No plan'), ('Revenge trade'), ('Too large')) s (name);
alter table users force row level security;
alter table trades force row level security;
alter table journal_entries force row level security;

alter table journal_entries alter column opened_at drop default, alter column symbol drop default,
  alter column side drop default, alter column volume drop default, alter column net drop default;

create index journal_entries_by_time on journal_entries (user_id, opened_at desc, id);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['mistakes', 'entry_mistakes'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy tenant on %I
         using (user_id = (select nullif(current_setting(''app.user_id'', true), '''')::uuid))
         with check (user_id = (select nullif(current_setting(''app.user_id'', true), '''')::uuid))',
      tenant_table);
    execute format('grant select, insert, update, delete on %I to rawjournal_app', tenant_table);
    execute format('grant select on %I to rawjournal_backup', tenant_table);
  end loop;
end $$;
-- Entries follow their trades when the synchronisation makes those anew.
grant select (symbol, side, volume, net, opened_at, closed_at), update (symbol, side, volume, net, opened_at, closed_at)
  on journal_entries to rawjournal_sync;
