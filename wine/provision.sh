#!/usr/bin/env bash
# Makes this machine ready for terminals under Wine: the system's packages, Wine in a version that MetaTrader takes, and
# a prefix for each terminal with MetaTrader and Python in it. Each step looks first and then does what is missing: run
# it again whenever it was broken off.
set -Eeuo pipefail
umask 077
export LC_ALL=C PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

usage() {
  cat <<'TEXT'
wine/provision.sh [--offline DIR] [--manifest FILE] [--servers FILE] [--anew] [--prefixes-only]

  --offline DIR     take every download from a folder: the files of wine/downloads.txt by their names, and in DIR/debs
                    Debian packages with a SHA256SUMS
  --manifest FILE   another list of downloads than wine/downloads.txt
  --servers FILE    the servers.dat of a MetaTrader that knows your brokers
  --anew            make every prefix anew: MetaTrader as it is now, its Python package as it is listed
  --prefixes-only   leave the system as it is

Reads STATE_DIR, WINE and TERMINAL_CONTAINMENT as RawJournal does, which must not run meanwhile, and RAWJOURNAL_NODE: the
program that runs it. As root it installs what is missing and makes the prefixes as the owner of STATE_DIR; as anybody else it
says what root has to do.
TEXT
}

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
winehq_version=10.0.0.0
winehq_fingerprint=D43F640145369C51D786DDEA76F1A20FF987672F
keyrings=/etc/apt/keyrings
sources=/etc/apt/sources.list.d
offline=''
prefixes_only=''
prefix_args=()

say() { printf 'provision: %s\n' "$*"; }
fail() {
  printf 'provision: %s\n' "$*" >&2
  exit 1
}
is_root() { [ "$(id -u)" -eq 0 ]; }
trap 'printf "provision: stopped in line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&2' ERR

# ---------------------------------------------------------------- what MetaTrader takes

launchers=(/opt/wine-stable/bin/wine /opt/wine-staging/bin/wine /opt/wine-devel/bin/wine /usr/lib/wine/wine64 /usr/bin/wine)

launcher() {
  local path
  for path in ${WINE:+"$WINE"} "${launchers[@]}"; do
    [ -x "$path" ] || continue
    printf '%s' "$path"
    return 0
  done
  return 1
}

# 10.0 to 10.2, or 11.13 and later: MetaTrader refuses older ones, and takes those between for a debugger.
is_suitable() {
  local major minor
  [[ "$1" =~ ([0-9]+)\.([0-9]+) ]] || return 1
  major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]}
  { [ "$major" -eq 10 ] && [ "$minor" -le 2 ]; } || { [ "$major" -eq 11 ] && [ "$minor" -ge 13 ]; } || [ "$major" -ge 12 ]
}

# ---------------------------------------------------------------- the system

updated=''
apt_install() {
  local listed
  is_root || fail "root has to run: apt-get install $*"
  say "installing $*"
  if [ -n "$offline" ]; then
    (cd "$offline/debs" && sha256sum --quiet --check --strict SHA256SUMS) || fail "$offline/debs is not what its SHA256SUMS says."
    # What the list does not name was not looked at.
    mapfile -t listed < <(sed -n 's/^[0-9a-f]* [ *]\(.*\.deb\)$/\1/p' "$offline/debs/SHA256SUMS")
    # Without any other source: --no-download would refuse these files too.
    DEBIAN_FRONTEND=noninteractive apt-get install -y -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts=/dev/null \
      "${listed[@]/#/$offline/debs/}"
    return
  fi
  [ -n "$updated" ] || apt-get update -qq
  updated=yes
  DEBIAN_FRONTEND=noninteractive apt-get install -y "$@"
}

ensure_packages() {
  local missing=()
  command -v Xvfb >/dev/null || missing+=(xvfb)
  command -v bwrap >/dev/null || missing+=(bubblewrap)
  command -v unzip >/dev/null || missing+=(unzip)
  [ -d /usr/share/fonts/truetype/liberation ] || [ -d /usr/share/fonts/truetype/liberation2 ] || missing+=(fonts-liberation)
  [ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}"
}

candidate() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *//p'; }

add_winehq() {
  local key="$keyrings/winehq-archive.asc" keys found
  # shellcheck source=/dev/null
  . /etc/os-release
  command -v gpg >/dev/null || apt_install gpg
  command -v curl >/dev/null || apt_install curl ca-certificates
  mkdir -p "$keyrings" "$sources"
  curl -fsSL --retry 3 https://dl.winehq.org/wine-builds/winehq.key -o "$key.new"
  keys="$(gpg --batch --show-keys --with-colons "$key.new")"
  found="$(sed -n 's/^fpr:*\([0-9A-F]*\):*$/\1/p' <<<"$keys" | head -n 1)"
  [ "$found" = "$winehq_fingerprint" ] || fail "the key of WineHQ is not the one known: $found"
  # apt trusts every key of the file.
  [ "$(grep -c '^pub:' <<<"$keys")" -eq 1 ] || fail 'the key of WineHQ comes with another one.'
  chmod 644 "$key.new" && mv "$key.new" "$key"
  printf '%s\n' 'Types: deb' "URIs: https://dl.winehq.org/wine-builds/$ID" "Suites: $VERSION_CODENAME" 'Components: main' \
    'Architectures: amd64 i386' "Signed-By: $key" >"$sources/winehq.sources"
  chmod 644 "$sources/winehq.sources"
  dpkg --add-architecture i386
  updated=''
}

install_wine() {
  local version packages=()
  is_root || fail "no Wine here is one that MetaTrader takes (10.0 to 10.2, or 11.13 and later). Run this as root."
  if [ -n "$offline" ]; then
    apt_install wine
  elif is_suitable "$(candidate wine64)"; then
    apt_install wine64
  else
    add_winehq
    version="$winehq_version~$VERSION_CODENAME-1"
    for name in winehq-stable wine-stable wine-stable-amd64 wine-stable-i386; do packages+=("$name=$version"); done
    apt_install --install-recommends "${packages[@]}"
    apt-mark hold winehq-stable wine-stable wine-stable-amd64 wine-stable-i386
  fi
}

ensure_wine() {
  local wine version
  if wine="$(launcher)"; then
    version="$("$wine" --version 2>/dev/null || true)"
    if is_suitable "$version"; then return; fi
    if [ -n "${WINE:-}" ]; then
      say "MetaTrader does not run under $version ($wine); it was asked for, so this goes on."
      return
    fi
  fi
  install_wine
  wine="$(launcher)" && is_suitable "$("$wine" --version)" || fail 'the Wine that was installed is none that MetaTrader takes.'
}

# Ubuntu from 24.04 on: programs without a profile may not make the namespaces that a sandbox is made of.
ensure_namespaces() {
  local profile=/etc/apparmor.d/bwrap
  [ "$(cat /proc/sys/kernel/apparmor_restrict_unprivileged_userns 2>/dev/null || echo 0)" = 1 ] || return 0
  [ ! -e "$profile" ] || return 0
  is_root || fail "root has to let bubblewrap make namespaces. Run this as root."
  say 'letting bubblewrap make namespaces'
  printf '%s\n' 'abi <abi/4.0>,' 'profile bwrap /usr/bin/bwrap flags=(unconfined) {' '  userns,' '}' >"$profile.new"
  # One that lies there is taken for one that is in force.
  apparmor_parser -r "$profile.new"
  mv "$profile.new" "$profile"
}

# ---------------------------------------------------------------- the prefixes

make_prefixes() {
  local owner command=("${RAWJOURNAL_NODE:-node}" "$root/dist/cli/main.js" provision ${prefix_args[@]+"${prefix_args[@]}"})
  [ -e "$root/dist/cli/main.js" ] || fail 'RawJournal is not built yet. Run: npm run build'
  owner="$(stat -c %U "$state")"
  if is_root && [ "$owner" != root ]; then
    command=(runuser -u "$owner" -- "${command[@]}")
  fi
  "${command[@]}"
}

absolute() { printf '%s' "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"; }

read_arguments() {
  while [ $# -gt 0 ]; do
    case "$1" in
      --offline)
        offline="$(absolute "${2:?--offline wants a folder}")"
        prefix_args+=(--offline "$offline")
        shift
        ;;
      --manifest | --servers)
        prefix_args+=("$1" "$(absolute "${2:?$1 wants a file}")")
        shift
        ;;
      --anew) prefix_args+=(--anew) ;;
      --prefixes-only) prefixes_only=yes ;;
      --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
}

main() {
  read_arguments "$@"
  state="${STATE_DIR:-$root/var}"
  mkdir -p "$state"
  # The folder itself: it may be another user's, and a file there a link to one of root's.
  exec 9<"$state"
  flock -n 9 || fail 'it runs already.'
  if [ -z "$prefixes_only" ]; then
    ensure_packages
    ensure_wine
    ensure_namespaces
  fi
  make_prefixes
  say 'ready: start RawJournal with TERMINALS=wine, and run: rawjournal doctor'
}

{
  main "$@"
  exit $?
}
