-- Alarms that are not quiet (src/domain/alarm.ts). They are the installation's, and nobody's own.
create table alarms (
  kind text not null check (kind in ('quarantine', 'sync', 'disk', 'backup', 'certificate', 'update')),
  -- which of several, such as a terminal's number
  subject text not null,
  phase text not null check (phase in ('rising', 'on', 'falling')),
  since timestamptz not null,
  begun_at timestamptz not null,
  -- null: nobody was told
  told_at timestamptz,
  -- what it was that was told; another one is told anew
  what text not null,
  -- the state of affairs when it was last looked at
  says text not null,
  primary key (kind, subject)
);

-- What is to be sent, one row for each way it goes; a row stands here before anybody tries to send it.
create table alarm_messages (
  id uuid primary key default gen_random_uuid(),
  channel text not null check (channel in ('webhook', 'telegram', 'mail')),
  kind text not null,
  telling text not null check (telling in ('begin', 'reminder', 'end')),
  says text not null,
  created_at timestamptz not null,
  -- when it is tried, or tried again; whoever sends it moves this ahead first
  due_at timestamptz not null,
  tries integer not null default 0,
  -- when it was delivered or given up; null: it waits
  done_at timestamptz,
  is_delivered boolean not null default false,
  -- what came back at the last try, in words
  answer text not null default ''
);
create index alarm_messages_that_wait on alarm_messages (due_at) where done_at is null;

-- Where alarms go, as an administrator set it. The webhook's address lets whoever knows it write there, so it is sealed
-- and shown by its host alone; the token of the Telegram bot is a file among the credentials.
create table alarm_ways (
  is_only boolean primary key default true check (is_only),
  sealed_webhook bytea,
  webhook_host text not null default '',
  telegram_chat text not null default ''
);

grant select, insert, update, delete on alarms, alarm_messages, alarm_ways to rawjournal_sync;
grant select on alarms, alarm_messages, alarm_ways to rawjournal_backup;
