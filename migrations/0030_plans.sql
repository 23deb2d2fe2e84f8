-- What people have subscribed to, as the payment service said last, and how many new trades came with each batch.
create table subscriptions (
  user_id uuid primary key references users on delete cascade,
  -- names of the payment service
  customer_id text not null,
  subscription_id text,
  -- key of a plan of the table in force (src/domain/plans.ts); null: none, or one whose price is none of ours
  plan text,
  period text check (period in ('month', 'year')),
  -- null: there never was a subscription
  state text check (state in ('trialing', 'active', 'past_due', 'unpaid', 'paused', 'incomplete', 'incomplete_expired',
    'canceled')),
  -- of one period, in the smallest unit of the currency, before discounts and taxes
  amount bigint,
  currency text,
  period_end timestamptz,
  trial_end timestamptz,
  -- when it ends for good; null: it goes on
  cancel_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  past_due_since timestamptz,
  -- The service is asked under a number, and an answer counts only where none with a higher number came before it.
  asked bigint not null default 0,
  answered bigint not null default 0,
  checked_at timestamptz,
  constraint subscriptions_by_customer unique (customer_id)
);

alter table subscriptions enable row level security;
alter table subscriptions force row level security;
create policy tenant on subscriptions
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select, insert, update, delete on subscriptions to rawjournal_app;
grant select on subscriptions to rawjournal_backup;

-- The list of the administrator, read only; nothing that names somebody at the payment service.
create policy admin_list on subscriptions for select to rawjournal_admin using (true);
grant select (user_id, plan, period, state, amount, currency, period_end, trial_end, cancel_at, started_at, ended_at,
  past_due_since) on subscriptions to rawjournal_admin;

-- Whose a customer is: asked before it is known whose row it is about.
create policy lookup on subscriptions for select to rawjournal_auth using (true);
grant select (user_id, customer_id) on subscriptions to rawjournal_auth;
create function customer_owner(customer text) returns uuid
language sql stable security definer set search_path = ''
as $$ select s.user_id from public.subscriptions s where s.customer_id = customer $$;
revoke all on function customer_owner(text) from public;
grant execute on function customer_owner(text) to rawjournal_app;
alter function customer_owner(text) owner to rawjournal_auth;

-- One row for each message of the payment service that took effect; written together with it. They are nobody's own.
create table stripe_events (
  id text primary key,
  type text not null,
  -- when it happened, by the service's clock
  created_at timestamptz not null,
  received_at timestamptz not null
);
create index stripe_events_by_age on stripe_events (received_at);
grant select, insert, delete on stripe_events to rawjournal_app;
grant select on stripe_events to rawjournal_backup;

-- How many trades were new when a batch was saved, and when that was; a plan may limit them by the month.
alter table imports
  add column new_trades integer not null default 0,
  add column counted_at timestamptz;
create index imports_by_count on imports (user_id, counted_at) where counted_at is not null;
