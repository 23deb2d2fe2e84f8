-- What a user says of a symbol, by its plain name: it goes before what brokers and habit say when a result is reckoned.

create table instrument_specs (
  user_id uuid not null references users on delete cascade,
  name text not null,
  -- what one lot holds; of a symbol dealt in cents a hundredth of this is meant
  contract_size numeric not null check (contract_size > 0),
  -- null: it has no pips
  pip_size numeric check (pip_size > 0),
  -- the currency of its price
  quote_currency text not null,
  -- decimals of its price; null: nobody has said
  digits smallint check (digits between 0 and 10),
  saved_at timestamptz not null,
  primary key (user_id, name)
);

alter table instrument_specs enable row level security;
alter table instrument_specs force row level security;
create policy tenant on instrument_specs
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select, insert, update, delete on instrument_specs to rawjournal_app;
grant select on instrument_specs to rawjournal_backup;
