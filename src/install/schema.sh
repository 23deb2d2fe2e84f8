# shellcheck shell=bash
# Roles and tables. Roles are made by an administrator of PostgreSQL, which the service is not.

migration_names() { (cd "$root/migrations" && printf '%s\n' [0-9]*.sql | sed 's/\.sql$//' | sort); }
migrations_there() { as_postgres psql -XAtqc 'select name from kysely_migration' rawjournal | sort; }

is_schema_done() { [ -z "$(comm -23 <(migration_names) <(migrations_there))" ]; }

do_schema() {
  quietly of_this_release migrate
  give_state_back
}

# Runs the command line of this release, also before it is the one that runs.
of_this_release() { sed "s|/opt/rawjournal/current/|$root/|" "$root/install/rawjournal" | bash -s -- "$@"; }

# What root made in the state of the service is the service's.
give_state_back() {
  find "$state" -xdev -user root -exec chown -h rawjournal {} +
  find "$state" -xdev -group root -exec chgrp -h rawjournal {} +
}
