-- What of the shared candles has been asked for and answered: within a stretch the broker of the prices has no more bars
-- than are kept, and nothing of it is asked for again, also where nothing came.
create table candle_stretches (
  name text not null,
  timeframe text not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  -- whose clock it was by which days and weeks began
  server text not null,
  primary key (name, timeframe, from_at),
  check (from_at <= to_at)
);

-- Symbols that a server, asked for them, did not know.
create table unknown_symbols (
  server text not null,
  name text not null,
  asked_at timestamptz not null,
  primary key (server, name)
);

grant select, insert, update, delete on candle_stretches, unknown_symbols to rawjournal_sync;
grant select on candle_stretches, unknown_symbols to rawjournal_app, rawjournal_backup;
