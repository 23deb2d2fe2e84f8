-- A backup is a dump of everything, the list of migrations too.
grant select on kysely_migration, kysely_migration_lock to rawjournal_backup;
