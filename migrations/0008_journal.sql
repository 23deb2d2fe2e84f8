-- What people write of their trades, and the words they sort them by.
--
-- An entry hangs on its trade's stable key and on no row of `trades`: those are made anew whenever their deals say
-- something else, and go with an import that is taken back, while what a person wrote stays and waits for its trade.
-- Beside the key it holds the trade's deals, by which it follows a trade whose key has changed.

create table tags (
  user_id uuid not null references users on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  -- one of the eight of the pages
  colour smallint not null check (colour between 1 and 8),
  created_at timestamptz not null,
  primary key (user_id, id)
);
create unique index tags_by_name on tags (user_id, lower(name));

create table setups (
  user_id uuid not null references users on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  created_at timestamptz not null,
  primary key (user_id, id)
);
create unique index setups_by_name on setups (user_id, lower(name));

-- An id of its own, so that whatever hangs on an entry does not move when the trade's id changes.
create table journal_entries (
  user_id uuid not null,
  id uuid not null default gen_random_uuid(),
  account_id uuid not null,
  trade_id uuid not null,
  position_id bigint not null,
  opened_ms bigint not null,
  deal_tickets bigint[] not null,
  notes text not null default '',
  setup_id uuid,
  -- one more with each change: whoever saves says which one they have seen
  version integer not null default 1,
  updated_at timestamptz not null,
  primary key (user_id, id),
  constraint journal_entries_by_trade unique (user_id, trade_id),
  foreign key (user_id, account_id) references accounts on delete cascade,
  foreign key (user_id, setup_id) references setups on delete set null (setup_id)
);
create index journal_entries_by_position on journal_entries (user_id, account_id, position_id);
create index journal_entries_by_setup on journal_entries (user_id, setup_id, trade_id) where setup_id is not null;
create index journal_entries_with_notes on journal_entries (user_id, trade_id) where notes <> '';

create table entry_tags (
  user_id uuid not null,
  entry_id uuid not null,
  tag_id uuid not null,
  primary key (user_id, entry_id, tag_id),
  foreign key (user_id, entry_id) references journal_entries on delete cascade,
  foreign key (user_id, tag_id) references tags on delete cascade
);
create index entry_tags_by_tag on entry_tags (user_id, tag_id, entry_id);

-- What a file of our own said was written of its trades; it counts once the import is saved. The deals of the same row
-- say which trade it is.
create table import_entries (
  user_id uuid not null,
  import_id uuid not null,
  row integer not null,
  notes text not null,
  -- '' for none
  setup text not null,
  tags text[] not null,
  primary key (user_id, import_id, row),
  foreign key (user_id, import_id) references imports on delete cascade
);

-- The words everybody begins with (src/data/labels.ts), for those who are here already. Row level security binds the
-- owner too, and a migration is nobody's.
alter table users no force row level security;
insert into tags (user_id, name, colour, created_at)
select u.user_id, s.name, s.colour, now()
from users u cross join (values ('Breakout', 1), ('Trend Following', 2), ('Range', 3), ('News', 4), ('Reversal', 5),
  ('Scalp', 6), ('Swing', 7)) s (name, colour);
alter table users force row level security;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['tags', 'setups', 'journal_entries', 'entry_tags', 'import_entries'] loop
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
-- Entries follow their trades when the synchronisation makes those anew; what is written in them is not its business.
grant select (user_id, id, account_id, trade_id, position_id, opened_ms, deal_tickets),
  update (trade_id, position_id, opened_ms, deal_tickets) on journal_entries to rawjournal_sync;
