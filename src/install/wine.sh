# shellcheck shell=bash
# Wine and the prefixes of four terminals: wine/provision.sh looks itself at what is done.

bwrap_profile=/etc/apparmor.d/bwrap
winehq_files=(/etc/apt/sources.list.d/winehq.sources /etc/apt/keyrings/winehq-archive.asc)

# What provision.sh fetches: where a release lists something newer, it goes to work again.
wine_list() {
  if [ -n "$offline" ] && [ -e "$offline/downloads.txt" ]; then
    printf '%s' "$offline/downloads.txt"
  else
    printf '%s' "$root/wine/downloads.txt"
  fi
}

is_wine_done() {
  [ -z "$skip_wine" ] || return 0
  holds "$records/wine" cat "$(wine_list)" || return 1
  local slot
  for slot in 1 2 3 4; do [ -d "$state/terminals/slot-$slot/prefix" ] || return 1; done
}

do_wine() {
  local args=(--manifest "$(wine_list)")
  [ -z "$offline" ] || args+=(--offline "$offline")
  remember_without_wine
  # Prefixes are not changed under a terminal.
  if systemctl is-active --quiet rawjournal.service; then quietly systemctl stop rawjournal.service; fi
  quietly env RAWJOURNAL_NODE="$opt/node/bin/node" STATE_DIR="$state" "$root/wine/provision.sh" "${args[@]}"
  note_packages
  # Installed before with --skip-wine.
  [ -e "$records/wine" ] || sed -i 's/^TERMINALS=none$/TERMINALS=wine/' "$settings"
  put 0644 "$records/wine" cat "$(wine_list)"
}

# How the machine was, for the day on which Wine is taken away again.
remember_without_wine() {
  remember_packages
  [ -e "$records/architectures" ] || put 0644 "$records/architectures" dpkg --print-foreign-architectures
  [ -e "$bwrap_profile" ] || touch "$records/no-bwrap-profile"
}

# What stands beside the packages.
remove_wine_sources() {
  if grep -qsx winehq-stable "$records/packages"; then
    rm -f "${winehq_files[@]}"
    grep -qsx i386 "$records/architectures" || dpkg --remove-architecture i386 >>"$log" 2>&1 || true
  fi
  if [ -e "$records/no-bwrap-profile" ] && [ -e "$bwrap_profile" ]; then
    apparmor_parser -R "$bwrap_profile" >>"$log" 2>&1 || true
    rm -f "$bwrap_profile"
  fi
}
