-- Pages of days, weeks and months stand in the journal beside entries, and are searched like them.

alter table journal_pages add column id uuid not null default gen_random_uuid();
alter table journal_pages add constraint journal_pages_by_id unique (user_id, id);

alter table journal_texts
  add column page_id uuid,
  add constraint journal_texts_by_page unique (user_id, page_id),
  drop constraint journal_texts_of_one,
  add constraint journal_texts_of_one check (num_nonnulls(entry_id, missed_id, page_id) = 1),
  add foreign key (user_id, page_id) references journal_pages (user_id, id) on delete cascade;

create trigger index_new after insert on journal_pages referencing new table as come
  for each statement execute function index_texts('page_id', 'id', $$(plan || ' ' || review || ' ' || lessons)$$);
create trigger index_changed after update of plan, review, lessons on journal_pages
  for each row when (old.plan <> new.plan or old.review <> new.review or old.lessons <> new.lessons)
  execute function index_text('page_id', 'id', $$(plan || ' ' || review || ' ' || lessons)$$);

-- Row level security binds the owner too, and a migration is nobody's.
alter table journal_pages no force row level security;
alter table journal_texts no force row level security;
alter table journal_words no force row level security;
insert into journal_texts (user_id, page_id, words)
select user_id, id, journal_words_of(plan || ' ' || review || ' ' || lessons)
from journal_pages where (plan || review || lessons) ~ '\S';
alter table journal_words force row level security;
alter table journal_texts force row level security;
alter table journal_pages force row level security;
