# shellcheck shell=bash
# The release that runs, and the command rawjournal.

command_file=/usr/local/bin/rawjournal

is_switch_done() {
  [ "$(readlink -f "$opt/current")" = "$root" ] && holds "$command_file" cat "$root/install/rawjournal"
}

do_switch() {
  point "releases/$(basename "$root")" "$opt/current"
  put 0755 "$command_file" cat "$root/install/rawjournal"
}
