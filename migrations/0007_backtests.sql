-- Reports of MetaTrader's strategy tester: what an expert would have made, apart from every account.
--
-- A backtest is brought by an import, and its deals stay where that import put them. The passes of an optimisation, which
-- has no deals, are rows of their own.

alter table imports drop constraint imports_kind_check;
alter table imports add constraint imports_kind_check check (kind in ('report', 'manual', 'backtest'));
-- what never happened belongs to no account
alter table imports add constraint imports_backtest_check check (kind <> 'backtest' or account_id is null);
-- of what was read in a tester's report: the same test has the same one, whatever its file is called
alter table imports add column digest text;
create index imports_by_digest on imports (user_id, digest) where digest is not null;

create table backtests (
  user_id uuid not null,
  -- of the import that brought it first: its deals are those of that import
  id uuid not null,
  -- null: it waits to be saved
  saved_at timestamptz,
  digest text,
  name text not null,
  format text not null,
  -- as the report prints them; '' where it does not say
  expert text not null default '',
  symbol text not null default '',
  period text not null default '',
  server text not null default '',
  currency text,
  deposit text,
  leverage text,
  -- decimals of its money
  digits smallint not null,
  -- first and last deal, by the tester's clock
  first_ms bigint,
  last_ms bigint,
  deals integer not null default 0,
  positions integer not null default 0,
  -- of an optimisation: how many there are, of which the first are kept
  passes integer not null default 0,
  inputs jsonb not null default '[]',
  -- the report's lines of results, as they are printed
  results jsonb not null default '[]',
  -- printed beside ours, and ours where nothing is printed
  totals jsonb not null default '[]',
  figures jsonb not null default '[]',
  -- names of the columns of the passes
  columns jsonb not null default '[]',
  primary key (user_id, id),
  foreign key (user_id, id) references imports on delete cascade
);
create index backtests_by_time on backtests (user_id, saved_at, id);
create unique index backtests_once on backtests (user_id, digest) where saved_at is not null;

create table backtest_passes (
  user_id uuid not null,
  backtest_id uuid not null,
  -- in the report's order, from 1
  row integer not null,
  cells text[] not null,
  primary key (user_id, backtest_id, row),
  foreign key (user_id, backtest_id) references backtests on delete cascade
);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['backtests', 'backtest_passes'] loop
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
