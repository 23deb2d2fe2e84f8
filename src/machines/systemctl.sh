#!/usr/bin/env bash
# Stands where systemctl is on a machine on which systemd does not run: writes down what it was told, and starts and
# stops by hand the services that an installation needs, as their units say. Nothing of it outlives /run.
set -u
exec 9>&-
shelf=/run/shim
mkdir -p "$shelf/enabled" "$shelf/active"
printf '%s\n' "$*" >>"$shelf/calls"

quiet='' now=''
words=()
for word in "$@"; do
  case $word in
    --quiet) quiet=1 ;;
    --now) now=1 ;;
    --*) ;;
    *) words+=("$word") ;;
  esac
done
verb=${words[0]:-} names=("${words[@]:1}")

# The files that a drop-in names, as systemd hands them over.
hand_over_keys() {
  local line folder=/run/credentials/rawjournal.service
  rm -rf "$folder"
  install -d -m 0500 -o rawjournal -g rawjournal "$folder"
  while IFS=: read -r line file; do install -m 0400 -o rawjournal -g rawjournal "$file" "$folder/$line"; done < <(
    sed -n 's/^LoadCredential=//p' /etc/systemd/system/rawjournal.service.d/*.conf 2>/dev/null
  )
}

# Sees the screenshots of all that the service keeps.
make_backup() {
  # shellcheck disable=SC2016 # another shell
  unshare --mount bash -euc '
    mkdir -p /run/shim/shots /run/shim/state
    mount --bind /var/lib/rawjournal/screenshots /run/shim/shots
    mount --bind /var/lib/rawjournal-backup /run/shim/state
    mount -t tmpfs -o mode=755 tmpfs /var/lib
    mkdir -p /var/lib/rawjournal/screenshots /var/lib/rawjournal-backup
    mount --bind /run/shim/shots /var/lib/rawjournal/screenshots
    mount --bind /run/shim/state /var/lib/rawjournal-backup
    exec env -i PATH=/usr/bin:/bin $(grep -E "^[A-Z_]+=" /etc/rawjournal/backup.env) $(sed -n "s/^Environment=//p" /etc/systemd/system/rawjournal-backup.service) \
      setpriv --reuid rawjournal-backup --regid rawjournal-backup --init-groups $(sed -n "s/^ExecStart=//p" /etc/systemd/system/rawjournal-backup.service)
  ' >>/run/rawjournal-backup.log 2>&1 </dev/null
}

start_rawjournal() {
  local unit=/etc/systemd/system/rawjournal.service line
  stop_rawjournal
  install -d -m 0750 -o rawjournal -g rawjournal /run/rawjournal
  local environment=()
  while IFS= read -r line; do environment+=("$line"); done < <(grep -E '^[A-Z_]+=' /etc/rawjournal/rawjournal.env)
  while IFS= read -r line; do environment+=("$line"); done < <(sed -n 's/^Environment=//p' "$unit" | tr ' ' '\n')
  hand_over_keys
  (
    cd "$(sed -n 's/^WorkingDirectory=//p' "$unit")" || exit 1
    # shellcheck disable=SC2046 # a program and its arguments
    exec setsid env -i PATH=/usr/bin:/bin CREDENTIALS_DIRECTORY=/run/credentials/rawjournal.service "${environment[@]}" setpriv --reuid rawjournal --regid rawjournal --init-groups \
      $(sed -n 's/^ExecStart=//p' "$unit")
  ) >>/run/rawjournal.log 2>&1 </dev/null &
  echo $! >"$shelf/rawjournal.pid"
}

stop_rawjournal() {
  local pid
  pid=$(cat "$shelf/rawjournal.pid" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null
  for _ in $(seq 300); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null
  rm -f "$shelf/rawjournal.pid"
}

start() {
  case $1 in
    postgresql | postgresql@*) pg_lsclusters -h | while read -r version name _; do pg_ctlcluster --skip-systemctl-redirect "$version" "$name" start >/dev/null 2>&1; done ;;
    redis-server)
      install -d -m 2755 -o redis -g redis /run/redis
      setpriv --reuid redis --regid redis --init-groups redis-server /etc/redis/redis.conf --daemonize yes --supervised no >/dev/null
      ;;
    nginx) nginx ;;
    rawjournal) start_rawjournal ;;
    rawjournal-backup) make_backup || exit 1 ;;
  esac
  touch "$shelf/active/$1"
}

stop() {
  case $1 in
    postgresql | postgresql@*) pg_lsclusters -h | while read -r version name _; do pg_ctlcluster --skip-systemctl-redirect "$version" "$name" stop -m fast >/dev/null 2>&1; done ;;
    redis-server) pkill -x redis-server && while pgrep -x redis-server >/dev/null; do sleep 0.1; done ;;
    nginx) pkill -x nginx && while pgrep -x nginx >/dev/null; do sleep 0.1; done ;;
    rawjournal) stop_rawjournal ;;
  esac
  rm -f "$shelf/active/$1"
}

# As systemd has it: what no file describes can be neither started nor stopped.
is_known() {
  local file=$1
  [[ $file == *.* ]] || file=$file.service
  [[ $file != *@* ]] || file=${file%%@*}@.service
  [ -n "$(find /etc/systemd/system /usr/lib/systemd/system /lib/systemd/system -maxdepth 1 -name "$file" -print -quit 2>/dev/null)" ]
}

for name in "${names[@]}"; do
  case $verb in
    enable | start | stop | restart | reload)
      is_known "$name" || {
        printf 'Unit %s not loaded.\n' "$name" >&2
        exit 5
      }
      ;;
  esac
  name=${name%.service}
  case $verb in
    enable)
      touch "$shelf/enabled/$name"
      [ -z "$now" ] || start "$name"
      ;;
    disable)
      rm -f "$shelf/enabled/$name"
      [ -z "$now" ] || stop "$name"
      ;;
    start) start "$name" ;;
    stop) stop "$name" ;;
    try-restart)
      [ ! -e "$shelf/active/$name" ] || { stop "$name" && start "$name"; }
      ;;
    restart)
      stop "$name"
      start "$name"
      ;;
    reload) [ "$name" != nginx ] || nginx -s reload ;;
    is-enabled) [ -e "$shelf/enabled/$name" ] || exit 1 ;;
    is-active) [ -e "$shelf/active/$name" ] || exit 3 ;;
  esac
done
[ -n "$quiet" ] || true
exit 0
