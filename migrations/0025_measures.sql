-- What the installation counts of itself, a row for each minute of the last day (src/domain/tally.ts).
create table measured_minutes (
  at timestamptz primary key,
  -- by length of time, between the bounds of src/lib/durations.ts
  requests integer[] not null,
  faults integer not null,
  reads integer[] not null,
  failures integer not null,
  slow_queries integer not null,
  samples integer not null,
  load double precision not null,
  free_bytes bigint,
  accounts integer[] not null
);

-- In which minutes of an hour the program lived at their end, and the database took its row: one bit for each. An hour
-- is counted from its first such minute on where it is the first of all.
create table answered_hours (
  at timestamptz primary key,
  first_at timestamptz not null,
  minutes bit(60) not null
);

grant select, insert, update, delete on measured_minutes, answered_hours to rawjournal_sync;
grant select on measured_minutes, answered_hours to rawjournal_backup;
