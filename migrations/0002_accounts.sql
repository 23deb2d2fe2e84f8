-- Trading accounts and all that the brokers say about them. Deals are the only truth; trades are rebuilt from them.
--
-- Server time (…_ms) is the broker's wall clock encoded as if it were UTC, in milliseconds, as MetaTrader gives it;
-- the timestamptz beside it is derived by the rule of the broker's clock and is derived again when the rule changes.
-- Money is in the account's currency.

alter table users add column is_demo boolean not null default false;
grant select (is_demo) on users to rawjournal_admin;

-- ---------------------------------------------------------------- what belongs to nobody

-- A broker's server and the rule of its clock: 'ny+7' (New York + 7 h), an IANA zone, or 'fixed:<seconds>'.
-- assumed: nothing measured yet · measured: one rule fits every reading · contradicted: none does.
create table broker_servers (
  server text primary key,
  clock_rule text not null default 'fixed:0',
  clock_state text not null default 'assumed' check (clock_state in ('assumed', 'measured', 'contradicted'))
);

create table clock_readings (
  server text not null references broker_servers on delete cascade,
  read_at timestamptz not null,
  offset_s integer not null,
  primary key (server, read_at)
);

-- Servers that somebody asked for and no terminal knew; each goes once an account is read there.
create table unknown_servers (
  server text primary key,
  asked_at timestamptz not null,
  asked integer not null default 1
);

-- What a server says of a symbol. `name` is what people group by: the symbol without the broker's known suffixes.
create table instruments (
  server text not null,
  symbol text not null,
  name text not null,
  description text not null,
  digits smallint not null,
  point numeric not null,
  contract_size numeric not null,
  tick_size numeric not null,
  calc_mode smallint not null,
  currency_base text not null,
  currency_profit text not null,
  bid numeric,
  ask numeric,
  quoted_at timestamptz,
  read_at timestamptz not null,
  primary key (server, symbol)
);

-- One shared cache of finished and forming bars; the time is UTC.
create table candles (
  name text not null,
  timeframe text not null check (timeframe in ('M1', 'M30', 'H1', 'H4', 'D1', 'W1')),
  opened_at timestamptz not null,
  open numeric not null,
  high numeric not null,
  low numeric not null,
  close numeric not null,
  volume numeric not null,
  primary key (name, timeframe, opened_at)
);

-- The account by which prices are read, chosen by an administrator: one at most.
-- set: the broker has not let it in yet · accepted · refused: nothing is tried until it is set anew.
create table market_account (
  is_only boolean primary key default true check (is_only),
  server text not null,
  login text not null,
  -- null once it was refused
  sealed_password bytea,
  state text not null default 'set' check (state in ('set', 'accepted', 'refused')),
  -- what stands behind the state, as a sentence; '' where the state says it all
  reason text not null default '',
  -- times the broker has refused this password; two are all it gets
  rejections integer not null default 0,
  set_at timestamptz not null,
  -- when a terminal or the broker last had something new to say of it; null: not yet
  told_at timestamptz
);

grant select, insert, update, delete on market_account to rawjournal_sync;
grant select on market_account to rawjournal_backup;

grant select, insert, update, delete on broker_servers, unknown_servers, clock_readings, instruments, candles to rawjournal_sync;
grant select on broker_servers, unknown_servers, clock_readings, instruments, candles to rawjournal_app, rawjournal_backup;

-- ---------------------------------------------------------------- what belongs to one user

create table accounts (
  user_id uuid not null references users on delete cascade,
  id uuid not null default gen_random_uuid(),
  type text not null check (type in ('live', 'report', 'manual')),
  category text not null check (category in ('Demo', 'Real', 'Challenge', 'Funded')),
  label text not null,
  created_at timestamptz not null,
  -- the connection of a live account; the other types have none
  server text,
  login text,
  sealed_password bytea,
  state text not null check (state in ('connecting', 'live', 'incomplete', 'needs-password', 'refused-master',
    'unknown-server', 'paused', 'offline')),
  -- what stands behind the state, as a sentence; '' where the state says it all
  state_reason text not null default '',
  -- times the broker has refused these credentials; two are all it gets
  rejections smallint not null default 0,
  -- null: the very first login has not succeeded, the account is a draft
  connected_at timestamptz,
  light_synced_at timestamptz,
  full_synced_at timestamptz,
  -- everything up to here has been read, in server time; never past a gap
  cursor_ms bigint not null default 0,
  -- the rule of the server's clock by which the UTC of its deals was derived; '' before the first
  clock_rule text not null default '',
  -- as the broker said last
  company text,
  currency text,
  currency_digits smallint,
  margin_mode smallint,
  leverage integer,
  balance numeric,
  credit numeric,
  equity numeric,
  floating numeric,
  margin numeric,
  free_margin numeric,
  margin_level numeric,
  peak_equity numeric,
  peak_at timestamptz,
  primary key (user_id, id),
  constraint accounts_by_login unique (user_id, server, login)
);

create table deals (
  user_id uuid not null,
  account_id uuid not null,
  ticket bigint not null,
  order_ticket bigint not null,
  position_id bigint not null,
  server_ms bigint not null,
  done_at timestamptz not null,
  type smallint not null,
  entry smallint not null,
  reason smallint not null,
  magic numeric(20, 0) not null,
  symbol text not null,
  volume numeric not null,
  price numeric not null,
  profit numeric not null,
  swap numeric not null,
  commission numeric not null,
  fee numeric not null,
  comment text not null,
  external_id text not null,
  -- counts the changes; the states before are in deal_versions
  version smallint not null default 1,
  -- the broker's last reading of this stretch of time still had it
  is_listed boolean not null default true,
  primary key (user_id, account_id, ticket),
  foreign key (user_id, account_id) references accounts on delete cascade
);
create index deals_by_position on deals (user_id, account_id, position_id);
create index deals_by_time on deals (user_id, account_id, server_ms, ticket);

create table deal_versions (
  user_id uuid not null,
  account_id uuid not null,
  ticket bigint not null,
  version smallint not null,
  replaced_at timestamptz not null,
  was jsonb not null,
  primary key (user_id, account_id, ticket, version),
  foreign key (user_id, account_id, ticket) references deals on delete cascade
);

create table orders (
  user_id uuid not null,
  account_id uuid not null,
  ticket bigint not null,
  position_id bigint not null,
  position_by_id bigint not null,
  server_ms bigint not null,
  type smallint not null,
  state smallint not null,
  reason smallint not null,
  magic numeric(20, 0) not null,
  symbol text not null,
  volume_initial numeric not null,
  volume_current numeric not null,
  price_open numeric not null,
  stop_loss numeric,
  take_profit numeric,
  comment text not null,
  primary key (user_id, account_id, ticket),
  foreign key (user_id, account_id) references accounts on delete cascade
);

-- One round trip, from flat to flat, or one still open. `id` is made from the key, so that a rebuild keeps it.
create table trades (
  user_id uuid not null,
  account_id uuid not null,
  position_id bigint not null,
  first_ticket bigint not null,
  id uuid not null,
  symbol text not null,
  -- the symbol without the broker's suffixes
  name text not null,
  side text not null check (side in ('buy', 'sell')),
  -- the most that was open in all entries together, and what still is
  volume numeric not null,
  open_volume numeric not null,
  opened_ms bigint not null,
  closed_ms bigint,
  opened_at timestamptz not null,
  closed_at timestamptz,
  open_price numeric,
  close_price numeric,
  stop_loss numeric,
  take_profit numeric,
  gross numeric not null,
  swap numeric not null,
  commission numeric not null,
  fee numeric not null,
  net numeric not null,
  pips numeric,
  magic numeric(20, 0) not null,
  comment text not null,
  open_reason smallint,
  close_reason smallint,
  closed_by bigint,
  deal_tickets bigint[] not null,
  -- orphan: its entry is not in the history · reversed: closed by a deal that opened the next · review: look at it
  flags text[] not null default '{}',
  primary key (user_id, account_id, position_id, first_ticket),
  constraint trades_by_id unique (user_id, id),
  foreign key (user_id, account_id) references accounts on delete cascade
);
create index trades_by_close on trades (user_id, closed_at desc, id);
create index trades_by_account on trades (user_id, account_id, closed_at desc, id);
-- None on a number: row level security lets no comparison of numerics reach an index.
create index trades_by_name on trades (user_id, name, closed_at desc, id);

-- What the broker lists as open now; rewritten by every light sync.
create table positions (
  user_id uuid not null,
  account_id uuid not null,
  position_id bigint not null,
  ticket bigint not null,
  symbol text not null,
  name text not null,
  side text not null check (side in ('buy', 'sell')),
  volume numeric not null,
  open_price numeric not null,
  current_price numeric not null,
  stop_loss numeric,
  take_profit numeric,
  swap numeric not null,
  profit numeric not null,
  pips numeric,
  magic numeric(20, 0) not null,
  comment text not null,
  opened_ms bigint not null,
  opened_at timestamptz not null,
  primary key (user_id, account_id, position_id),
  foreign key (user_id, account_id) references accounts on delete cascade
);

-- Stop loss and take profit as they were seen to change while the position was open.
create table position_levels (
  user_id uuid not null,
  account_id uuid not null,
  position_id bigint not null,
  seen_at timestamptz not null,
  stop_loss numeric,
  take_profit numeric,
  primary key (user_id, account_id, position_id, seen_at),
  foreign key (user_id, account_id) references accounts on delete cascade
);

-- One row a light sync; thinned later to one a minute, then one an hour that keeps its extremes.
create table account_snapshots (
  user_id uuid not null,
  account_id uuid not null,
  at timestamptz not null,
  balance numeric not null,
  equity numeric not null,
  floating numeric not null,
  margin numeric not null,
  free_margin numeric not null,
  -- null: nothing is open
  margin_level numeric,
  leverage integer not null,
  low_equity numeric not null,
  high_equity numeric not null,
  grain text not null default 'sample' check (grain in ('sample', 'minute', 'hour')),
  primary key (user_id, account_id, at),
  foreign key (user_id, account_id) references accounts on delete cascade
);

-- The deals' sum against the broker's own balance, both of the same pull.
create table reconciliations (
  user_id uuid not null,
  account_id uuid not null,
  checked_at timestamptz not null,
  ledger numeric not null,
  broker numeric not null,
  difference numeric not null,
  -- equal · open (a gap, read again) · archived (the broker removed old deals and says so) · unexplained
  verdict text not null check (verdict in ('equal', 'open', 'archived', 'unexplained')),
  reason text not null,
  -- deals that are kept here and that the broker no longer lists
  unlisted integer not null,
  -- the same tickets and the same gap: how often, and since when
  fingerprint text not null,
  seen integer not null,
  last_counted_at timestamptz not null,
  primary key (user_id, account_id),
  foreign key (user_id, account_id) references accounts on delete cascade
);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array[
    'accounts', 'deals', 'deal_versions', 'orders', 'trades', 'positions', 'position_levels', 'account_snapshots',
    'reconciliations'
  ] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy tenant on %I
         using (user_id = (select nullif(current_setting(''app.user_id'', true), '''')::uuid))
         with check (user_id = (select nullif(current_setting(''app.user_id'', true), '''')::uuid))',
      tenant_table);
    execute format('grant select, insert, update, delete on %I to rawjournal_app', tenant_table);
    execute format('grant select, insert, update, delete on %I to rawjournal_sync', tenant_table);
    execute format('grant select on %I to rawjournal_backup', tenant_table);
  end loop;
end $$;
-- The synchronisation never removes a deal, and neither makes nor removes an account.
revoke delete on deals, deal_versions, accounts from rawjournal_sync;
revoke insert on accounts from rawjournal_sync;

create policy admin_list on accounts for select to rawjournal_admin using (true);
grant select (user_id, id, type, state, server, light_synced_at, full_synced_at, connected_at)
  on accounts to rawjournal_admin;
