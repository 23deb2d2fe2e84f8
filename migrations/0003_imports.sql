-- Deals that no terminal brought: from reports, and entered by hand. Each belongs to a batch that can be taken back.
--
-- `deals` holds what counts; a batch keeps what its own source said, so that any of them can go and the others still
-- tell. A broker's terminal goes before every batch, among batches the report that was made later. Where a source
-- lists no deals, two are made of each of its rows; their tickets are negative, which no broker's are, and they give
-- way to true deals of the same position.

create table imports (
  user_id uuid not null references users on delete cascade,
  id uuid not null,
  -- null: not chosen yet, or it is to be made when the batch is saved
  account_id uuid,
  kind text not null check (kind in ('report', 'manual')),
  -- running: being read · ready: to be looked at and saved · undone and failed: nothing of it is left but this row
  state text not null check (state in ('running', 'ready', 'saved', 'failed', 'undone')),
  created_at timestamptz not null,
  saved_at timestamptz,
  -- as it was called by whoever sent it, and its length in bytes
  file_name text not null default '',
  file_bytes bigint not null default 0,
  read_bytes bigint not null default 0,
  -- why it failed, as a sentence
  failure text not null default '',
  format text not null default '',
  -- by the clock of its own times; of two reports the later one counts
  made_ms bigint,
  -- the rule of the clock of its times; '' while nobody has said and nothing is known
  clock_rule text not null default '',
  -- what the file says of its account, its totals beside ours, what was left out and why, its first rows
  head jsonb not null default '{}',
  -- label, category and currency of an account that it makes; null: it belongs to one that there is
  new_account jsonb,
  -- the account was made by this batch, and goes with it when nothing else is in it
  made_account boolean not null default false,
  -- new, duplicate, changed, rejected: as it was when it was saved
  counts jsonb,
  primary key (user_id, id),
  foreign key (user_id, account_id) references accounts on delete cascade
);
create index imports_by_account on imports (user_id, account_id);

create table import_deals (
  user_id uuid not null,
  import_id uuid not null,
  ticket bigint not null,
  -- the row of the file; both deals that were made of one row say the same
  row integer not null,
  order_ticket bigint not null,
  position_id bigint not null,
  server_ms bigint not null,
  type smallint not null,
  entry smallint not null,
  reason smallint,
  magic numeric(20, 0) not null,
  symbol text not null,
  volume numeric not null,
  price numeric not null,
  profit numeric not null,
  swap numeric not null,
  commission numeric not null,
  fee numeric not null,
  comment text not null,
  primary key (user_id, import_id, ticket),
  foreign key (user_id, import_id) references imports on delete cascade
);
create index import_deals_by_position on import_deals (user_id, import_id, position_id);

create table import_orders (
  user_id uuid not null,
  import_id uuid not null,
  ticket bigint not null,
  position_id bigint not null,
  position_by_id bigint not null,
  server_ms bigint not null,
  type smallint not null,
  state smallint not null,
  magic numeric(20, 0) not null,
  symbol text not null,
  volume numeric not null,
  price numeric not null,
  stop_loss numeric,
  take_profit numeric,
  comment text not null,
  primary key (user_id, import_id, ticket),
  foreign key (user_id, import_id) references imports on delete cascade
);

-- Who said what stands in the row. Reports do not say by whom a deal was asked for.
alter table deals add column source text not null default 'live' check (source in ('live', 'report', 'manual'));
alter table deals alter column reason drop not null;
alter table orders alter column reason drop not null;
alter table orders add column source text not null default 'live' check (source in ('live', 'report', 'manual'));
alter table trades add column source text not null default 'live' check (source in ('live', 'report', 'manual'));

-- True deals of a position replace those that were made of a list's rows; nothing else of the deals may the
-- synchronisation remove.
grant delete on deals to rawjournal_sync;
create policy made_up_only on deals as restrictive for delete to rawjournal_sync using (ticket < 0);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['imports', 'import_deals', 'import_orders'] loop
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
