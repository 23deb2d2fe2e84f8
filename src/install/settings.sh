# shellcheck shell=bash
# Settings, which are the administrator's once they are there: a line that exists is never changed, but for the address
# when another --domain is asked for.

settings="$etc/rawjournal.env"
backup_settings="$etc/backup.env"
socket_folder=/run/postgresql
redis_socket=/run/redis/redis-server.sock

# The first address of this machine that others may reach it by.
own_address() { ip -o -4 addr show scope global 2>/dev/null | awk '{ sub("/.*", "", $4); print $4; exit }'; }

address() {
  if [ -n "$domain" ]; then
    printf '%s' "$domain"
  elif [ -n "$(setting "$settings" PUBLIC_URL)" ]; then
    setting "$settings" PUBLIC_URL | sed 's|^https://||'
  else
    own_address
  fi
}

wanted_settings() {
  printf '%s\n' \
    "PUBLIC_URL=https://$(address)" \
    "DATABASE_URL=postgresql://postgres@/rawjournal?host=$socket_folder" \
    "REDIS_URL=$redis_socket" \
    "TERMINALS=$([ -n "$skip_wine" ] && printf none || printf wine)" \
    'SIGN_UP=closed' \
    "TLS_CERTIFICATE=$etc/tls/certificate.pem" \
    'BACKUP_DIR=/var/backups/rawjournal' \
    "BACKUP_RECIPIENTS=$etc/backup-recipients.txt" \
    "RELEASE_BASE_URL=$RELEASE_BASE_URL" \
    'METRICS_PORT=9464'
}

wanted_backup_settings() {
  printf '%s\n' \
    "DATABASE_URL=postgresql://rawjournal_backup@/rawjournal?host=$socket_folder" \
    'BACKUP_DIR=/var/backups/rawjournal' \
    "BACKUP_RECIPIENTS=$etc/backup-recipients.txt"
}

# FILE as it is, and the lines of FUNCTION whose names it does not have.
completed() {
  local line
  [ ! -e "$1" ] || cat "$1"
  while IFS= read -r line; do
    grep -q "^${line%%=*}=" "$1" 2>/dev/null || printf '%s\n' "$line"
  done < <("$2")
}

with_address() {
  local url
  url="https://$(address)"
  completed "$settings" wanted_settings | sed "s|^PUBLIC_URL=.*|PUBLIC_URL=$url|"
}

is_settings_done() {
  holds "$settings" with_address && holds "$backup_settings" completed "$backup_settings" wanted_backup_settings &&
    [ -s "$etc/backup-recipients.txt" ]
}

do_settings() {
  [ -n "$(address)" ] || fail 10 'This machine has no address that others could reach. Name one with --domain.'
  install -d -m 0755 "$etc"
  install -d -m 0700 "$etc/credentials"
  put 0640 "$settings" with_address
  put 0640 "$backup_settings" completed "$backup_settings" wanted_backup_settings
  chgrp rawjournal "$settings"
  chgrp rawjournal-backup "$backup_settings"
  ensure_recipients
}

# The half that opens backups stays on this machine only until it was taken away: the sheet says so.
sheet=/root/rawjournal-recovery.txt
ensure_recipients() {
  [ ! -s "$etc/backup-recipients.txt" ] || return 0
  local keys="$records/backup-identity.new"
  install -d -m 0755 "$records"
  if [ ! -s "$sheet" ]; then
    rm -f "$keys"
    (umask 077 && age-keygen -o "$keys" 2>/dev/null)
    (umask 077 && sheet_text "$(grep '^AGE-SECRET-KEY-' "$keys")" >"$sheet.new")
    mv "$sheet.new" "$sheet"
    rm -f "$keys"
  fi
  put 0644 "$etc/backup-recipients.txt" recipients_of_sheet
}

recipients_of_sheet() { grep '^AGE-SECRET-KEY-' "$sheet" | age-keygen -y /dev/stdin; }

sheet_text() {
  cat <<TEXT
# RawJournal at https://$(address): recovery sheet of $(date -u +%F).
# Take it away from this machine (paper, a password safe) and delete it here: rm $sheet
#
# This line opens the backups. Whoever has it and a backup reads everything; without it no backup is of use.
$1
TEXT
}
