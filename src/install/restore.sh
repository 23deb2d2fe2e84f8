# shellcheck shell=bash
# A fresh machine out of a backup: everything is installed, the database and the pictures are put back, then it starts.

restore_backup() {
  work_through packages node people settings switch postgres redis wine web firewall
  put_back
  work_through units verify
}

put_back() {
  local folder="$state/restoring"
  step='restoring the backup'
  say "  doing  $step"
  systemctl stop rawjournal.service >>"$log" 2>&1 || true
  # The service's user opens them, and no other; the identity goes as soon as it was used.
  rm -rf "$folder"
  install -d -m 0700 -o rawjournal -g rawjournal "$folder"
  install -m 0400 -o rawjournal -g rawjournal "$restore" "$folder/backup"
  install -m 0400 -o rawjournal -g rawjournal "$identity" "$folder/identity"
  if ! "$command_file" restore "$folder/backup" --identity "$folder/identity" 2>&1 | tee -a "$log"; then
    rm -rf "$folder"
    fail 30 'Nothing was restored, and what is here was not touched.'
  fi
  rm -rf "$folder"
}
