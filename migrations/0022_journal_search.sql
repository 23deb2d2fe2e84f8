-- Trades that were seen and not taken, and a search over everything that people write.

create table missed_trades (
  user_id uuid not null references users on delete cascade,
  id uuid not null default gen_random_uuid(),
  seen_at timestamptz not null,
  symbol text not null,
  side text not null check (side in ('buy', 'sell')),
  setup_id uuid,
  mood text
    check (mood in ('confident', 'uncertain', 'fearful', 'neutral', 'greedy', 'disciplined')),
  -- why it was not taken, in a line
  reason text not null default '',
  notes text not null default '',
  -- what it would have brought, in multiples of the risk
  expected_r numeric,
  -- one more with each change: whoever saves says which one they have seen
  version integer not null default 1,
  updated_at timestamptz not null,
  primary key (user_id, id),
  foreign key (user_id, setup_id) references setups on delete set null (setup_id)
);
create index missed_trades_by_time on missed_trades (user_id, seen_at desc, id);
create index missed_trades_by_setup on missed_trades (user_id, setup_id) where setup_id is not null;

-- What is searched of each document, as words with their places. A document is an entry or a missed trade; another kind
-- is a column with its foreign key, and the two triggers that the kinds here have.
create table journal_texts (
  user_id uuid not null,
  id uuid not null default gen_random_uuid(),
  entry_id uuid,
  missed_id uuid,
  words tsvector not null,
  primary key (user_id, id),
  constraint journal_texts_by_entry unique (user_id, entry_id),
  constraint journal_texts_by_missed unique (user_id, missed_id),
  constraint journal_texts_of_one check (num_nonnulls(entry_id, missed_id) = 1),
  foreign key (user_id, entry_id) references journal_entries on delete cascade,
  foreign key (user_id, missed_id) references missed_trades on delete cascade
);

-- Each word of each document once. Row level security lets no index answer a search by itself: `@@` may tell what it
-- has seen of others' rows, and is asked last. Equality and ranges of text may find an index, so that here a word and
-- the beginning of one lead to the few documents that are then asked. Words of one or two letters lead to too many.
create table journal_words (
  user_id uuid not null,
  word text collate "C" not null,
  text_id uuid not null,
  primary key (user_id, word, text_id),
  foreign key (user_id, text_id) references journal_texts on delete cascade
);
create index journal_words_by_text on journal_words (user_id, text_id);

-- Words as they are looked for: the parser would take EUR/USD for a file and a.b for a host, so that the signs between
-- words are put aside first. Of no language: people write in several.
create function journal_words_of(written text) returns tsvector language sql immutable parallel safe
return to_tsvector('simple'::regconfig, translate(written,
  $$!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~$$, '                                '));

create function spread_words() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    -- In the order of the index: of many documents at once that takes a third of the time.
    insert into public.journal_words (user_id, word, text_id)
    select c.user_id, l.lexeme collate "C", c.id from come c cross join unnest(c.words) l
    where length(l.lexeme) > 2 order by 1, 2, 3;
  else
    delete from public.journal_words w
    where w.user_id = new.user_id and w.text_id = new.id
      and w.word <> all (coalesce(array(select l.lexeme from unnest(new.words) l), '{}'));
    insert into public.journal_words (user_id, word, text_id)
    select new.user_id, l.lexeme, new.id from unnest(new.words) l where length(l.lexeme) > 2
    on conflict do nothing;
  end if;
  return null;
end $$;
create trigger spread_new after insert on journal_texts referencing new table as come
  for each statement execute function spread_words();
create trigger spread_changed after update of words on journal_texts
  for each row when (old.words is distinct from new.words) execute function spread_words();

-- Arguments of both: the columns of journal_texts that name a document, the same of the document, and what is searched
-- of it.
create function index_texts() returns trigger language plpgsql as $$
begin
  execute format(
    'insert into public.journal_texts (user_id, %s, words)
     select user_id, %s, public.journal_words_of(%s) from come where %3$s ~ ''\S''', tg_argv[0], tg_argv[1], tg_argv[2]);
  return null;
end $$;
create function index_text() returns trigger language plpgsql as $$
begin
  execute format(
    'with given as (select ($1).*), empty as (
       delete from public.journal_texts x using given g
       where x.user_id = g.user_id and (%1$s) = (select %2$s from given) and %3$s !~ ''\S''
     )
     insert into public.journal_texts (user_id, %1$s, words)
     select user_id, %2$s, public.journal_words_of(%3$s) from given where %3$s ~ ''\S''
     on conflict (user_id, %1$s) do update set words = excluded.words', tg_argv[0], tg_argv[1], tg_argv[2])
  using new;
  return null;
end $$;

create trigger index_new after insert on journal_entries referencing new table as come
  for each statement execute function index_texts('entry_id', 'id', 'notes');
create trigger index_changed after update of notes on journal_entries
  for each row when (old.notes is distinct from new.notes) execute function index_text('entry_id', 'id', 'notes');
create trigger index_new after insert on missed_trades referencing new table as come
  for each statement execute function index_texts('missed_id', 'id', $$(reason || ' ' || notes)$$);
create trigger index_changed after update of reason, notes on missed_trades
  for each row when (old.reason <> new.reason or old.notes <> new.notes)
  execute function index_text('missed_id', 'id', $$(reason || ' ' || notes)$$);

-- Row level security binds the owner too, and a migration is nobody's.
alter table journal_entries no force row level security;
insert into journal_texts (user_id, entry_id, words)
select user_id, id, journal_words_of(notes) from journal_entries where notes ~ '\S';
alter table journal_entries force row level security;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['missed_trades', 'journal_texts', 'journal_words'] loop
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
