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
    "DATABASE_URL=postgresql://rawjournal_setup@/rawjournal?host=$socket_folder" \
    "REDIS_URL=$redis_socket" \
    "TERMINALS=$([ -n "$skip_wine" ] && printf none || printf wine)" \
    'SIGN_UP=closed' \
    "TLS_CERTIFICATE=$etc/tls/certificate.pem" \
    "CREDENTIALS_FROM=$etc/credentials" \
    "RELEASE_BASE_URL=$RELEASE_BASE_URL" \
    'METRICS_PORT=9464'
}

wanted_backup_settings() {
  printf '%s\n' \
    "DATABASE_URL=postgresql://rawjournal_backup@/rawjournal?host=$socket_folder" \
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
  holds "$settings" with_address && holds "$backup_settings" completed "$backup_settings" wanted_backup_settings
}

do_settings() {
  [ -n "$(address)" ] || fail 10 'This machine has no address that others could reach. Name one with --domain.'
  install -d -m 0755 "$etc"
  install -d -m 0700 "$etc/credentials"
  put 0640 "$settings" with_address
  put 0640 "$backup_settings" completed "$backup_settings" wanted_backup_settings
  chgrp rawjournal "$settings"
  chgrp rawjournal-backup "$backup_settings"
}
