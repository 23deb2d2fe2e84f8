# shellcheck shell=bash
# PostgreSQL of this machine's size, reached by a socket alone: who may log in as whom is a matter of the system's users.

# Version and name of the cluster: the newest one of those that RawJournal takes.
cluster() { pg_lsclusters -h 2>/dev/null | awk '$1 >= 15 && $2 == "main" { print $1 }' | sort -n | tail -n 1; }
postgres_folder() { printf '/etc/postgresql/%s/main' "$(cluster)"; }

# A sixteenth of the memory, at most 512 MB: terminals and the operating system's own cache want theirs.
shared_buffers() {
  local part=$(($(memory_mb) / 15))
  printf '%sMB' $((part < 128 ? 128 : part > 512 ? 512 : part))
}

postgres_conf() {
  cat <<TEXT
# RawJournal. What is changed here is lost with the next upgrade; a file that comes later in the alphabet wins.
listen_addresses = ''
shared_buffers = $(shared_buffers)
work_mem = 16MB
maintenance_work_mem = 128MB
effective_cache_size = $(($(memory_mb) / 3))MB
max_connections = 60
random_page_cost = 1.1
log_min_duration_statement = 500
password_encryption = scram-sha-256
TEXT
}

postgres_hba() { printf '%s\n' 'local all all peer map=rawjournal'; }

# Who may be whom: a user of this machine, and a role.
postgres_ident() {
  local role
  printf 'rawjournal postgres postgres\nrawjournal root postgres\n'
  for role in setup app sync admin backup; do printf 'rawjournal root rawjournal_%s\n' "$role"; done
  for role in setup app sync admin; do printf 'rawjournal rawjournal rawjournal_%s\n' "$role"; done
  printf 'rawjournal rawjournal-backup rawjournal_backup\n'
}

as_postgres() { (cd / && setpriv --reuid postgres --regid postgres --init-groups "$@" 2>/dev/null); }
has_database() { [ "$(as_postgres psql -XAtc "select 1 from pg_database where datname = 'rawjournal'")" = 1 ]; }

is_postgres_done() {
  [ -n "$(cluster)" ] && holds "$(postgres_folder)/conf.d/rawjournal.conf" postgres_conf &&
    has_marked "$(postgres_folder)/pg_hba.conf" postgres_hba &&
    has_marked "$(postgres_folder)/pg_ident.conf" postgres_ident && has_database
}

do_postgres() {
  local folder
  [ -n "$(cluster)" ] || fail 30 'There is no cluster "main" of PostgreSQL 15 or later here. Make one: pg_createcluster VERSION main'
  folder="$(postgres_folder)"
  put 0644 "$folder/conf.d/rawjournal.conf" postgres_conf
  put_marked "$folder/pg_hba.conf" postgres_hba
  put_marked "$folder/pg_ident.conf" postgres_ident
  quietly systemctl enable postgresql
  quietly systemctl restart postgresql
  wait_for 30 as_postgres psql -XAtqc 'select 1' || fail 30 'PostgreSQL does not answer. Look: journalctl -u postgresql@*'
  has_database || quietly setpriv --reuid postgres --regid postgres --init-groups createdb --encoding=UTF8 --template=template0 rawjournal
}

# Until a command succeeds, at most so many seconds.
wait_for() {
  local seconds=$1
  shift
  while ! "$@" >/dev/null 2>&1; do
    [ "$seconds" -gt 0 ] || return 1
    seconds=$((seconds - 1))
    sleep 1
  done
}
