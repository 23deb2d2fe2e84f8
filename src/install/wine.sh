# shellcheck shell=bash
# Wine and the prefixes of four terminals: wine/provision.sh looks itself at what is done.

is_wine_done() {
  [ -z "$skip_wine" ] || return 0
  [ -e "$records/wine" ] || return 1
  local slot
  for slot in 1 2 3 4; do [ -d "$state/terminals/slot-$slot/prefix" ] || return 1; done
}

do_wine() {
  local args=()
  [ -z "$offline" ] || args=(--offline "$offline")
  [ -z "$offline" ] || [ ! -e "$offline/downloads.txt" ] || args+=(--manifest "$offline/downloads.txt")
  # Prefixes are not changed under a terminal.
  quietly systemctl stop rawjournal
  quietly env PATH="$opt/node/bin:$PATH" STATE_DIR="$state" "$root/wine/provision.sh" "${args[@]}"
  install -d -m 0755 "$records"
  touch "$records/wine"
}
