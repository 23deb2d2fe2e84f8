-- The session a trade was opened in (src/domain/sessions.ts, which this repeats for the trades that are there already):
-- kept in the row, because whoever filters by it must not read all trades. Null where the opening is not known.
alter table trades add column session text check (session in ('asian', 'london', 'overlap', 'new-york', 'off'));

-- Row level security binds the owner too, and a migration is nobody's.
alter table trades no force row level security;
update trades t set session = case
    when extract(isodow from c.new_york) = 6
      or (extract(isodow from c.new_york) = 5 and c.new_york::time >= '17:00')
      or (extract(isodow from c.new_york) = 7 and c.new_york::time < '17:00') then 'off'
    when w.is_london and w.is_new_york then 'overlap'
    when w.is_london then 'london'
    when w.is_new_york then 'new-york'
    when c.tokyo >= '09:00' and c.tokyo < '18:00' then 'asian'
    when c.sydney >= '07:00' and c.sydney < '16:00' then 'asian'
    else 'off'
  end
from trades o
cross join lateral (select
    o.opened_at at time zone 'America/New_York' as new_york,
    (o.opened_at at time zone 'Europe/London')::time as london,
    (o.opened_at at time zone 'Asia/Tokyo')::time as tokyo,
    (o.opened_at at time zone 'Australia/Sydney')::time as sydney) c
cross join lateral (select
    c.london >= '08:00' and c.london < '17:00' as is_london,
    c.new_york::time >= '08:00' and c.new_york::time < '17:00' as is_new_york) w
where o.user_id = t.user_id and o.id = t.id and not 'orphan' = any(t.flags);
alter table trades force row level security;

-- The orders that people ask for most, after that of closing; any other is sorted.
create index trades_by_net on trades (user_id, net desc, id);
create index trades_by_open on trades (user_id, opened_at desc, id);
