# shellcheck shell=bash
# Takes the program away and leaves the data; with --purge the data too, and what came with it.

confirm_purge() {
  local name answer=''
  # Not what was typed now: what is installed here.
  name="$(setting "$settings" PUBLIC_URL | sed 's|^https://||')"
  if [ -n "$is_sure" ]; then
    [ "$asked_domain" = "$name" ] || [ "${RAWJOURNAL_PURGE_CONFIRMED:-}" = "$name" ] ||
      fail 2 "--purge deletes every trade and note of $name. Say RAWJOURNAL_PURGE_CONFIRMED=$name, to show that you mean this one."
    return 0
  fi
  { : </dev/tty; } 2>/dev/null || fail 2 "Nobody can be asked here. Say --yes and RAWJOURNAL_PURGE_CONFIRMED=$name, if that is what you want."
  read -r -p "This deletes every trade, note, picture and backup on this machine. Type $name to go on: " answer </dev/tty
  [ "$answer" = "$name" ] || fail 2 'Nothing was done.'
}

take_away() {
  step='taking it away'
  [ -z "$purge" ] || confirm_purge
  keep_what_purges
  stop_all
  remove_program
  if [ -n "$purge" ]; then remove_data; fi
  say "RawJournal is gone.$([ -n "$purge" ] || printf ' Its data is still in %s, %s and PostgreSQL: install it again, and it is back.' "$state" "$etc")"
}

# Whoever wants the data gone later still can.
keep_what_purges() {
  [ "$root" != "$records/release" ] || return 0
  rm -rf "$records/release"
  install -d -m 0755 "$records/release"
  cp -r "$root/install" "$root/systemd" "$records/release/"
}

stop_all() {
  local unit
  for unit in rawjournal.service "${timers[@]}"; do systemctl disable --now "$unit" >>"$log" 2>&1 || true; done
}

remove_program() {
  local unit
  for unit in $(own_units); do rm -f "$units/$unit"; done
  rm -rf "$units/rawjournal.service.d" "$units/rawjournal-failed@.service.d"
  rm -f "$site_link" "$site" "$hook" "$jail" "$journal_limit" "$rotation" "$command_file"
  rmdir --ignore-fail-on-non-empty /etc/systemd/journald.conf.d 2>/dev/null || true
  [ ! -e "$records/default-site" ] || [ ! -e /etc/nginx/sites-available/default ] ||
    ln -sfn /etc/nginx/sites-available/default /etc/nginx/sites-enabled/default
  systemctl daemon-reload >>"$log" 2>&1 || true
  ! command -v nginx >/dev/null || systemctl reload nginx >>"$log" 2>&1 || true
  close_ports
  rm -rf "$opt"
}

# Only those that were opened for it; sshd's stays, or nobody could come back.
close_ports() {
  local port
  command -v ufw >/dev/null || return 0
  for port in 80 443; do
    grep -qsx "ufw allow $port/tcp" "$records/ufw-before" || ufw delete allow "$port/tcp" >>"$log" 2>&1 || true
  done
}

remove_data() {
  local folder role
  if [ -n "$(cluster)" ]; then
    folder="$(postgres_folder)"
    as_postgres dropdb --if-exists --force rawjournal || true
    for role in setup app sync admin backup auth owner; do as_postgres psql -XAtqc "drop role if exists rawjournal_$role" || true; done
    rm -f "$folder/conf.d/rawjournal.conf"
    drop_marked "$folder/pg_hba.conf"
    drop_marked "$folder/pg_ident.conf"
    systemctl restart postgresql >>"$log" 2>&1 || true
  fi
  rm -f "$redis_own"
  [ ! -e "$redis_conf" ] || sed -i "\|^include $redis_own\$|d" "$redis_conf"
  [ ! -e "$redis_conf" ] || systemctl restart redis-server >>"$log" 2>&1 || true
  [ -z "$domain" ] || certbot delete --non-interactive --cert-name "$domain" >>"$log" 2>&1 || true
  remove_packages
  remove_people
  rm -rf "$state" "$state-backup" "$state-acme" "$etc" "$sheet" /run/rawjournal
  rm -rf "$records"
  rm -f "$log"
}

remove_people() {
  local name
  rm -f "$sysusers" "$tmpfiles"
  ! getent passwd www-data >/dev/null || gpasswd -d www-data rawjournal >>"$log" 2>&1 || true
  for name in rawjournal rawjournal-backup; do
    ! getent passwd "$name" >/dev/null || userdel "$name" >>"$log" 2>&1 || true
    ! getent group "$name" >/dev/null || groupdel "$name" >>"$log" 2>&1 || true
  done
}

# What came with it, down to the last library; where others need some of that by now, what they need stays.
remove_packages() {
  local names others
  note_packages
  [ -s "$records/packages" ] || return 0
  forget_cluster
  mapfile -t names < <(comm -12 "$records/packages" <(installed_packages))
  others="$(apt-get -s --allow-change-held-packages purge "${names[@]}" 2>>"$log" | sed -n 's/^\(Remv\|Purg\) \([^ :]*\).*/\2/p' | sort -u | comm -13 <(printf '%s\n' "${names[@]%:*}" | sort -u) -)"
  if [ -z "$others" ]; then
    apt purge -y -qq --allow-change-held-packages "${names[@]}"
  else
    quietly apt-mark unhold "${names[@]}"
    quietly apt-mark auto "${names[@]}"
    apt autoremove --purge -y -qq
  fi
  remove_wine_sources
  # nginx's own package forgets it.
  if grep -qx nginx "$records/packages"; then
    rm -f /var/www/html/index.nginx-debian.html
    rmdir /var/www/html /var/www 2>/dev/null || true
  fi
  rm -f /etc/apt/sources.list.d/rawjournal-postgresql.sources "$pgdg_key"
}

# PostgreSQL's packages leave a server that runs, and its files. One that is not for this alone stays.
forget_cluster() {
  local version others
  grep -qx postgresql "$records/packages" || return 0
  version="$(cluster)"
  [ -n "$version" ] || return 0
  # One that does not answer may have some too.
  if ! others="$(other_databases)" || [ -n "$others" ]; then
    say "         PostgreSQL stays, for others may have databases in it: ${others//$'\n'/ }"
    sed -i '/^postgresql/d' "$records/packages"
    return 0
  fi
  quietly systemctl stop postgresql
  quietly pg_dropcluster "$version" main
}
other_databases() { as_postgres psql -XAtqc "select datname from pg_database where not datistemplate and datname <> 'postgres'"; }
