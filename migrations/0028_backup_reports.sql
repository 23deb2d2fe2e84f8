-- What the user who makes backups knows of them, for a service that cannot look into that user's folder. No backup
-- holds it: a database that was restored does not speak of backups that are no more.
create table backup_reports (
  is_only boolean primary key default true check (is_only),
  told_at timestamptz not null,
  -- the facts of src/data/backup-records.ts
  facts jsonb not null
);

grant select on backup_reports to rawjournal_app;
-- The one table of the installation that backups write.
grant select, insert, update on backup_reports to rawjournal_backup;
