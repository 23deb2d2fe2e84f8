-- What an account ever did in the form in which figures are made of it, so that a large one need not be read deal by deal after
-- each start of the program. It can be lost at any time: whoever finds none, or an old one, reads the deals.
create table kept_books (
  user_id uuid not null,
  account_id uuid not null,
  -- of book_versions, as it was when this was read
  version bigint not null,
  -- decimals of the money in it
  digits smallint not null,
  -- the columns that it has; a program that knows others does not take it
  shape text not null,
  body bytea not null,
  primary key (user_id, account_id),
  foreign key (user_id, account_id) references accounts on delete cascade
);
-- It is compressed already.
alter table kept_books alter body set storage external;

alter table kept_books enable row level security;
alter table kept_books force row level security;
create policy tenant on kept_books
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select, insert, update, delete on kept_books to rawjournal_app;
grant select on kept_books to rawjournal_backup;
