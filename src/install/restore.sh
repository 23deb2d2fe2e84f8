# shellcheck shell=bash
# A fresh machine out of a backup: everything is installed, the database and the pictures are put back, then it starts.

restore_backup() {
  work_through packages node people settings switch keys postgres redis wine web firewall
  put_back
  work_through units verify
}

put_back() {
  step='restoring the backup'
  say "  doing  $step"
  systemctl stop rawjournal.service >>"$log" 2>&1 || true
  if ! "$command_file" restore "$restore" --identity "$identity" 2>&1 | tee -a "$log"; then
    fail 30 'Nothing was restored, and what is here was not touched.'
  fi
  give_state_back
}
