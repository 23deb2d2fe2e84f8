# shellcheck shell=bash
# What every step uses.
set -Eeuo pipefail
umask 022

opt=/opt/rawjournal
etc=/etc/rawjournal
state=/var/lib/rawjournal
# What was found and what was added, for the day on which it is taken away again.
records=/var/lib/rawjournal-install

say() { printf '%s\n' "$*"; }
# Codes as in install.sh: 10 this machine is not enough, 20 a download is not what it should be, 30 a step.
fail() {
  local code=$1
  shift
  printf 'install.sh: %s\n' "$*" >&2
  exit "$code"
}

# Runs a program whose words go into the log, and who is told where they are when it fails.
quietly() {
  printf '%s $ %s\n' "$(date -u +%FT%TZ)" "$*" >>"$log"
  "$@" >>"$log" 2>&1 </dev/null || fail 30 "$1 failed while $step. What it said is at the end of $log."
}

# Whether FILE holds exactly what FUNCTION prints.
holds() { [ -f "$1" ] && cmp -s "$1" <("${@:2}"); }

# Writes what FUNCTION prints to FILE, whole or not at all, with MODE.
put() {
  local mode=$1 file=$2
  shift 2
  install -d "$(dirname "$file")"
  "$@" >"$file.new"
  chmod "$mode" "$file.new"
  mv -T "$file.new" "$file"
}

# A link that is replaced in one step.
point() {
  ln -sfnT "$1" "$2.new"
  mv -T "$2.new" "$2"
}

# The value of a setting in a file of settings; nothing where it is not set.
setting() { sed -n "s/^$2=//p" "$1" 2>/dev/null | tail -n 1; }

os_id() { sed -n 's/^ID=//p' /etc/os-release | tr -d '"'; }
os_codename() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release | tr -d '"'; }

memory_mb() { awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo; }

# Fetches the file NAME of downloads.txt to PATH: what is there, and has another sum than is listed, is used for nothing.
fetch_listed() {
  local name=$1 into=$2 list="$root/install/downloads.txt" sum address
  [ -z "$offline" ] || [ ! -e "$offline/downloads.txt" ] || list="$offline/downloads.txt"
  read -r sum address < <(awk -v name="$name" '$1 == name { print $2, $3 }' "$list") || true
  [ -n "${sum:-}" ] || fail 20 "$list does not name $name."
  if [ -n "$offline" ]; then
    cp -- "$offline/$name" "$into" 2>>"$log" || fail 20 "$offline/$name is missing."
  else
    curl -fsSL --retry 3 --proto '=https,http' -o "$into" -- "$address" 2>>"$log" || fail 20 "$address could not be fetched."
  fi
  # Not listed with one: what was fetched is known by something else.
  [ "$sum" != - ] || return 0
  printf '%s  %s\n' "$sum" "$into" | sha256sum --check --status - || fail 20 "$name is not what it should be. Nothing of it was used."
}

# Puts LINES of FUNCTION at the start of FILE between two marks, in the place of those that were there.
mark_start='# RawJournal: written by install.sh'
mark_end='# RawJournal: end'
without_marked() { sed "/^$mark_start\$/,/^$mark_end\$/d" "$1"; }
marked_text() {
  printf '%s\n' "$mark_start"
  "$2"
  printf '%s\n' "$mark_end"
  without_marked "$1"
}
has_marked() { [ "$(cat "$1")" = "$(marked_text "$1" "$2")" ]; }
# The file keeps its owner and mode.
put_marked() {
  local text
  text="$(marked_text "$1" "$2")"
  cp -p "$1" "$1.new"
  printf '%s\n' "$text" >"$1.new"
  mv -T "$1.new" "$1"
}
drop_marked() {
  local text
  [ -f "$1" ] && grep -qx "$mark_start" "$1" || return 0
  text="$(without_marked "$1")"
  cp -p "$1" "$1.new"
  printf '%s\n' "$text" >"$1.new"
  mv -T "$1.new" "$1"
}

enabled() { systemctl is-enabled --quiet "$1" 2>/dev/null && systemctl is-active --quiet "$1" 2>/dev/null; }
