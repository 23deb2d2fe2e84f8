-- Long lists of trades: orders and filters that find an index, and sums that are kept instead of added up.

-- R as src/domain/r-multiple.ts reckons it, and how long a trade was open. Columns, not indexes of expressions: row level
-- security asks an index whether a column is known, and never whether an expression is.
alter table trades
  add column r numeric generated always as
    (net * nullif(abs(close_price - open_price), 0) / nullif(abs(open_price - stop_loss) * abs(gross), 0)) stored,
  add column held_ms bigint generated always as (closed_ms - opened_ms) stored;

create index trades_by_session on trades (user_id, session, closed_at desc, id);
-- Unknown comes last; backwards it would come first, so that the list asks for the known and the unknown apart.
create index trades_by_pips on trades (user_id, pips desc nulls last, id);
create index trades_by_r on trades (user_id, r desc nulls last, id);
create index trades_by_held on trades (user_id, held_ms desc nulls last, id);

-- What the trades of an account come to, apart for what a list is filtered by. Triggers keep it, whoever writes trades.
create table trade_sums (
  user_id uuid not null,
  account_id uuid not null,
  symbol text not null,
  name text not null,
  side text not null,
  -- '': the opening is not known
  session text not null,
  source text not null,
  is_open boolean not null,
  n integer not null,
  -- of those that are closed
  wins integer not null,
  losses integer not null,
  gross numeric not null,
  commission numeric not null,
  swap numeric not null,
  fee numeric not null,
  primary key (user_id, account_id, symbol, name, side, session, source, is_open),
  foreign key (user_id, account_id) references accounts on delete cascade
) with (fillfactor = 70);

alter table trades no force row level security;
insert into trade_sums
select user_id, account_id, symbol, name, side, coalesce(session, ''), source, closed_at is null, count(*),
  count(*) filter (where closed_at is not null and net > 0),
  count(*) filter (where closed_at is not null and net < 0), sum(gross), sum(commission), sum(swap), sum(fee)
from trades group by 1, 2, 3, 4, 5, 6, 7, 8;
alter table trades force row level security;

alter table trade_sums enable row level security;
alter table trade_sums force row level security;
create policy tenant on trade_sums
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select, insert, update, delete on trade_sums to rawjournal_app, rawjournal_sync;
grant select on trade_sums to rawjournal_backup;

create function sum_trades() returns trigger language plpgsql as $$
begin
  if tg_op in ('UPDATE', 'DELETE') then
    -- Never inserted: whoever deletes an account takes both away, and the account with them.
    update public.trade_sums s set n = s.n - g.n, wins = s.wins - g.wins, losses = s.losses - g.losses,
      gross = s.gross - g.gross, commission = s.commission - g.commission, swap = s.swap - g.swap, fee = s.fee - g.fee
    from (
      select user_id, account_id, symbol, name, side, coalesce(session, '') as session, source,
        closed_at is null as is_open, count(*) as n, count(*) filter (where closed_at is not null and net > 0) as wins,
        count(*) filter (where closed_at is not null and net < 0) as losses, sum(gross) as gross,
        sum(commission) as commission, sum(swap) as swap, sum(fee) as fee
      from gone group by 1, 2, 3, 4, 5, 6, 7, 8
    ) g
    where s.user_id = g.user_id and s.account_id = g.account_id and s.symbol = g.symbol and s.name = g.name
      and s.side = g.side and s.session = g.session and s.source = g.source and s.is_open = g.is_open;
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    -- In one order, so that two who write the same account wait for one another and do not lock each other out.
    insert into public.trade_sums as s
    select user_id, account_id, symbol, name, side, coalesce(session, ''), source, closed_at is null, count(*),
      count(*) filter (where closed_at is not null and net > 0),
      count(*) filter (where closed_at is not null and net < 0), sum(gross), sum(commission), sum(swap), sum(fee)
    from come group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2, 3, 4, 5, 6, 7, 8
    on conflict (user_id, account_id, symbol, name, side, session, source, is_open) do update
    set n = s.n + excluded.n, wins = s.wins + excluded.wins, losses = s.losses + excluded.losses,
      gross = s.gross + excluded.gross, commission = s.commission + excluded.commission,
      swap = s.swap + excluded.swap, fee = s.fee + excluded.fee;
  end if;
  return null;
end $$;
create trigger sum_new after insert on trades referencing new table as come
  for each statement execute function sum_trades();
create trigger sum_changed after update on trades referencing old table as gone new table as come
  for each statement execute function sum_trades();
create trigger sum_gone after delete on trades referencing old table as gone
  for each statement execute function sum_trades();
