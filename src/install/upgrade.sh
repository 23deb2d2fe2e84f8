# shellcheck shell=bash
# From the release that runs to this one: a backup, the database, the switch, and a look; back where that fails.

is_another_release() { [ -e "$opt/current" ] && [ "$(readlink -f "$opt/current")" != "$root" ]; }

go_over() {
  local old
  old="$(readlink -f "$opt/current")"
  say "From $(basename "$old") to $(basename "$root")"
  step='backing up'
  say "  doing  a backup of what is there"
  quietly systemctl start rawjournal-backup.service
  work_through packages node people settings
  change_database "$old"
  switch_to_new
  say '  doing  looking whether all is well, for a minute'
  if wait_for "${RAWJOURNAL_WAIT:-60}" is_well && wait_for 10 web_answers; then
    forget_old_releases
    return 0
  fi
  "$command_file" status || true
  go_back "$old"
  fail 30 "The new release did not come up well, so $(basename "$old") runs again, with all data. The log is $log."
}

# All migrations are one transaction: where one fails, the database is what it was.
change_database() {
  step='changing the database'
  say '  doing  the database'
  quietly systemctl stop rawjournal.service
  if of_this_release migrate >>"$log" 2>&1; then
    give_state_back
    return 0
  fi
  quietly systemctl start rawjournal.service
  fail 30 "The database could not be changed, and is what it was: $(basename "$1") runs on. The reason is at the end of $log."
}

switch_to_new() {
  step='switching over'
  work_through switch keys postgres redis wine web firewall units
}

# Migrations only ever add, so the old release works with the database as it is now.
go_back() {
  step='going back'
  say "  doing  going back to $(basename "$1")"
  root="$1"
  do_switch
  do_units
  wait_for 60 is_well || say '         It is not well yet: see sudo rawjournal status'
}

# The one of before stays, for whoever wants to go back by hand.
forget_old_releases() {
  local folder
  find "$opt/releases" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %p\n' | sort -rn | awk 'NR > 2 { print $2 }' |
    while IFS= read -r folder; do [ "$folder" = "$root" ] || rm -rf "$folder"; done
}
