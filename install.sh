#!/usr/bin/env bash
# Installs RawJournal on a machine of its own, upgrades it, restores it from a backup, or takes it away:
#   curl -fsSL https://rawjournal.example.org/install.sh | sudo bash -s -- --domain journal.example.org --email you@example.org
# It looks first, says what it is going to do, and then does what is missing: run it again whenever it was broken off.
set -Eeuo pipefail
umask 077
export LC_ALL=C PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

RELEASE_BASE_URL="${RELEASE_BASE_URL:-https://rawjournal.example.org/releases}"
# Whatever is fetched from there is signed with the private half of this key.
PUBLIC_KEY="${RELEASE_PUBLIC_KEY:------BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
-----END PUBLIC KEY-----}"

usage() {
  cat <<'TEXT'
install.sh [--domain NAME] [--email ADDRESS] [--yes] [--dry-run] [--release VERSION] [--offline DIR] [--skip-wine]
install.sh --upgrade [--release VERSION] [--offline DIR] [--yes]
install.sh --restore FILE --identity FILE [--domain NAME] …
install.sh --uninstall [--purge] [--yes]

  --domain NAME      the name under which people reach it; without one: the machine's address, and a certificate of its own
  --email ADDRESS    where Let's Encrypt writes when a certificate is about to end
  --yes              asks nothing
  --dry-run          says what would be done, and writes nothing
  --release VERSION  this one instead of the latest
  --offline DIR      takes every download from a folder: the release, and what downloads.txt in it names
  --skip-wine        without MetaTrader terminals: reports, trades by hand and the journal
  --restore FILE     brings back a backup, with the private key in --identity
  --purge            with --uninstall: the data goes too; with --yes only where RAWJOURNAL_PURGE_CONFIRMED=NAME is set

Each can stand in the environment: RAWJOURNAL_DOMAIN, RAWJOURNAL_EMAIL, RAWJOURNAL_YES=1 and so on.
TEXT
}

# ---------------------------------------------------------------- words
log=/var/log/rawjournal-install.log
step='looking at this machine'
say() { printf '%s\n' "$*"; }
# Codes: 2 a wrong word on the command line, 10 this machine is not enough, 20 a download is not what it should be, 30 a step.
fail() {
  local code=$1
  shift
  printf 'install.sh: %s\n' "$*" >&2
  exit "$code"
}
# shellcheck disable=SC2317 # a trap calls it
on_error() {
  local code=$?
  printf 'install.sh: it stopped while %s (line %s). What was done stays; run the same command again to go on.\n' "$step" "$1" >&2
  [ ! -e "$log" ] || printf 'install.sh: the log is %s\n' "$log" >&2
  exit $((code == 0 ? 30 : code))
}

# ---------------------------------------------------------------- what was asked for
domain="${RAWJOURNAL_DOMAIN:-}" email="${RAWJOURNAL_EMAIL:-}" is_sure="${RAWJOURNAL_YES:-}" dry_run="${RAWJOURNAL_DRY_RUN:-}"
release="${RAWJOURNAL_RELEASE:-}" offline="${RAWJOURNAL_OFFLINE:-}" skip_wine="${RAWJOURNAL_SKIP_WINE:-}"
restore="${RAWJOURNAL_RESTORE:-}" identity="${RAWJOURNAL_IDENTITY:-}"
upgrade="${RAWJOURNAL_UPGRADE:-}" uninstall="${RAWJOURNAL_UNINSTALL:-}" purge="${RAWJOURNAL_PURGE:-}"

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --domain | --email | --release | --offline | --restore | --identity)
        [ -n "${2:-}" ] || fail 2 "$1 wants a value."
        printf -v "${1#--}" '%s' "$2"
        shift
        ;;
      --yes) is_sure=1 ;;
      --dry-run) dry_run=1 ;;
      --skip-wine) skip_wine=1 ;;
      --upgrade) upgrade=1 ;;
      --uninstall) uninstall=1 ;;
      --purge) purge=1 ;;
      --help) usage && exit 0 ;;
      *) usage >&2 && fail 2 "There is no option $1." ;;
    esac
    shift
  done
  check_options
}

check_options() {
  local name='^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$'
  [ -z "$domain" ] || { [[ $domain =~ $name ]] && [ ${#domain} -le 253 ]; } ||
    fail 2 "\"$domain\" is no name of a domain, such as journal.example.org."
  [ -z "$email" ] || [[ $email =~ ^[^[:space:]\'\"\`\$\\\;,\<\>@]+@[A-Za-z0-9.-]+$ ]] || fail 2 "\"$email\" is no mail address."
  [ -z "$release" ] || [[ $release =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[A-Za-z0-9_.]+)?$ ]] ||
    fail 2 "\"$release\" is no version, such as 1.4.0."
  [ -z "$offline" ] || [ -d "$offline" ] || fail 2 "There is no folder $offline."
  [ -z "$restore" ] || [ -r "$restore" ] || fail 2 "$restore cannot be read."
  [ -z "$restore" ] || [ -r "$identity" ] || fail 2 "--restore wants --identity: the file with the private key of the backups."
  [ -z "$purge" ] || [ -n "$uninstall" ] || fail 2 "--purge goes with --uninstall."
  local ways=0 way
  for way in "$upgrade" "$uninstall" "$restore"; do [ -z "$way" ] || ways=$((ways + 1)); done
  [ "$ways" -le 1 ] || fail 2 "--upgrade, --uninstall and --restore: one of them at a time."
  [ -z "$offline" ] || offline="$(cd "$offline" && pwd)"
  [ -z "$restore" ] || restore="$(readlink -e "$restore")" identity="$(readlink -e "$identity")"
}

# ---------------------------------------------------------------- whether this machine is enough
read_os() {
  [ -r /etc/os-release ] || fail 10 "This is no Debian or Ubuntu: /etc/os-release is missing."
  # shellcheck source=/dev/null
  read -r os_name os_version < <(. /etc/os-release && printf '%s %s\n' "${ID:-}" "${VERSION_ID:-}") || true
  case "$os_name $os_version" in
    'debian 12' | 'debian 13' | 'ubuntu 22.04' | 'ubuntu 24.04') ;;
    *) fail 10 "RawJournal is made for Debian 12 and 13 and Ubuntu 22.04 and 24.04; this is $os_name $os_version." ;;
  esac
}

check_size() {
  local kilobytes free
  kilobytes="$(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo)"
  [ "${kilobytes:-0}" -ge 3500000 ] ||
    fail 10 "It needs 4 GB of memory, 8 GB with four terminals; this machine has $((${kilobytes:-0} / 1000)) MB."
  free="$(df -Pk / | awk 'NR == 2 { print $4 }')"
  [ "${free:-0}" -ge 20000000 ] || [ -d /opt/rawjournal ] ||
    fail 10 "It needs 20 GB of free disk; / has $((${free:-0} / 1000000)) GB."
}

# Local ports in hexadecimal that are listened on: of a machine on which nothing is installed yet, no program tells.
is_taken() {
  local port
  port="$(printf ':%04X' "$1")"
  awk -v port="$port" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }' \
    /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

check_neighbours() {
  local other
  # An nginx that serves nothing else is taken over.
  if ! grep -qsx nginx /proc/[0-9]*/comm; then
    for other in 80 443; do
      ! is_taken "$other" || fail 10 "Port $other is taken by another program. RawJournal wants a machine of its own."
    done
  fi
  if [ -d /etc/nginx/sites-enabled ]; then
    other="$(find /etc/nginx/sites-enabled -mindepth 1 ! -name default ! -name rawjournal -printf '%f ' -quit)"
    [ -z "$other" ] || fail 10 "nginx serves another site here: $other. RawJournal wants a machine of its own."
  fi
  [ -d /run/systemd/system ] || fail 10 "systemd does not run here, and RawJournal is a service of it."
}

check_name() {
  [ -n "$domain" ] || return 0
  getent ahosts "$domain" >/dev/null ||
    fail 10 "The name $domain leads nowhere yet. Point it to this machine, then run this again."
}

# Root may make them on any machine; what counts is whether others may.
check_namespaces() {
  [ -z "$skip_wine" ] || return 0
  setpriv --reuid=65534 --regid=65534 --clear-groups unshare --user --map-root-user true 2>/dev/null && return 0
  # There a profile for bubblewrap alone is put.
  [ "$os_name $os_version" = 'ubuntu 24.04' ] ||
    fail 10 "This kernel lets nobody but root make user namespaces, in which terminals are walled in. Ask whoever hosts it, or use --skip-wine."
}

preflight() {
  [ "$(id -u)" -eq 0 ] || fail 10 "It has to run as root: put sudo before bash."
  [ "$(uname -m)" = x86_64 ] || fail 10 "RawJournal and MetaTrader run on x86_64; this is $(uname -m)."
  read_os
  check_size
  check_neighbours
  check_name
  check_namespaces
  [ "$(date +%Y)" -ge 2026 ] || fail 10 "The clock says $(date +%F). Set it first: certificates and trades depend on it."
}

# ---------------------------------------------------------------- what will be done
# One line a step; the steps themselves come with the release, each of which looks before it does.
plan() {
  say "RawJournal ${release:-(the latest release)} on $os_name $os_version"
  say
  if [ -n "$upgrade" ]; then
    say "  1  back up the database and the pictures"
    say "  2  put the new release beside the one that runs, and check its signature"
    say "  3  change the database, switch over, and wait until all is well; else go back"
    return
  fi
  say "  1  packages of $os_name: PostgreSQL, Redis, nginx, certbot, bubblewrap, age, rclone, ufw, fail2ban"
  say "  2  Node.js and RawJournal in /opt/rawjournal, checked by their sums and a signature"
  say "  3  the users rawjournal and rawjournal-backup, settings and keys in /etc/rawjournal"
  say "  4  PostgreSQL and Redis for this machine's memory, reached by sockets alone"
  [ -n "$skip_wine" ] || say "  5  Wine and four MetaTrader terminals, each in a prefix of its own (about 6 GB)"
  say "  6  services and timers of systemd; backups every night, each of them tried"
  if [ -n "$domain" ]; then
    say "  7  nginx for https://$domain, with a certificate of Let's Encrypt"
  else
    say "  7  nginx for this machine's address, with a certificate that browsers warn of (no --domain was given)"
  fi
  say "  8  a firewall that lets in ports 22, 80 and 443"
  [ -z "$restore" ] || say "  9  the data of $restore"
}

# A pipe is no terminal: whoever runs it so answers on the terminal, or says --yes.
confirm() {
  [ -z "$is_sure" ] || return 0
  { : </dev/tty; } 2>/dev/null || fail 2 "Nobody can be asked here. Say --yes, if that is what you want."
  local answer
  read -r -p "$1 [y/N] " answer </dev/tty
  [[ $answer =~ ^[Yy] ]] || fail 2 "Nothing was done."
}

# ---------------------------------------------------------------- the release
work=''
# curl is on no minimal Debian, wget neither: whichever brought this here is there.
fetch() {
  local from="$RELEASE_BASE_URL/$1" into=$2 get=(wget -q --tries=3 -O)
  if [ -n "$offline" ]; then
    cp -- "$offline/$1" "$into" 2>/dev/null || fail 20 "$offline/$1 is missing."
    return
  fi
  ! command -v curl >/dev/null || get=(curl -fsSL --retry 3 --proto '=https,http' -o)
  "${get[@]}" "$into" -- "$from" || fail 20 "$from could not be fetched."
}

# A signature over the sums, and a sum of each file: nothing is unpacked before both are right.
fetch_release() {
  local name
  if [ -z "$release" ]; then
    fetch latest "$work/latest"
    release="$(head -c 64 "$work/latest" | tr -d '[:space:]')"
    [[ $release =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[A-Za-z0-9_.]+)?$ ]] || fail 20 "The list of releases cannot be read."
  fi
  name="rawjournal-$release"
  fetch "$name.sha256" "$work/$name.sha256"
  fetch "$name.sha256.sig" "$work/$name.sha256.sig"
  printf '%s\n' "$PUBLIC_KEY" >"$work/public.pem"
  openssl pkeyutl -verify -rawin -pubin -inkey "$work/public.pem" -in "$work/$name.sha256" \
    -sigfile "$work/$name.sha256.sig" >/dev/null 2>&1 || fail 20 "The signature of $name is not right. Nothing of it was used."
  fetch "$name.tar.zst" "$work/$name.tar.zst"
  (cd "$work" && grep " $name.tar.zst\$" "$name.sha256" | sha256sum --check --status -) ||
    fail 20 "$name.tar.zst is not what its signature says. Nothing of it was used."
}

# Its folder stands there as a whole or not at all.
unpack_release() {
  local home=/opt/rawjournal/releases
  [ ! -e "$home/$release/manifest.json" ] || return 0
  install -d -m 0755 /opt/rawjournal "$home"
  rm -rf "$home/.new-$release"
  mkdir -m 0755 "$home/.new-$release"
  (umask 022 && zstd -q -d -c "$work/rawjournal-$release.tar.zst" | tar -x -C "$home/.new-$release" --strip-components=1 --no-same-owner)
  mv -T "$home/.new-$release" "$home/$release"
}

# A purge takes these away again too, so what was here before them is kept.
tools() {
  local missing=() name before=/var/lib/rawjournal-install/packages-before
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
  for name in openssl zstd; do command -v "$name" >/dev/null || missing+=("$name"); done
  [ ${#missing[@]} -eq 0 ] && return 0
  step="installing ${missing[*]}"
  if [ ! -e "$before" ]; then
    install -d -m 0755 "${before%/*}"
    dpkg-query -W -f '${db:Status-Status} ${binary:Package}\n' | sed -n 's/^installed //p' | sort >"$before.new"
    mv "$before.new" "$before"
  fi
  "${apt[@]}" update >>"$log" 2>&1
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1
}

main() {
  trap 'on_error $LINENO' ERR
  read_options "$@"
  if [ -z "$uninstall" ]; then
    preflight
    plan
    [ -z "$dry_run" ] || { say && say "Nothing was written." && exit 0; }
    confirm 'Go on?'
  fi
  exec 9>/run/rawjournal-install.lock
  flock -n 9 || fail 10 "Another install.sh is at work."
  touch "$log" && chmod 0600 "$log"
  work="$(mktemp -d /tmp/rawjournal-install.XXXXXX)"
  trap 'rm -rf "$work"' EXIT
  if [ -z "$uninstall" ]; then
    tools
    step='fetching the release'
    fetch_release
    unpack_release
    root="/opt/rawjournal/releases/$release"
  else
    root="$(readlink -e /opt/rawjournal/current || true)"
    # Taken away already, but for its data.
    [ -n "$root" ] || [ ! -d /var/lib/rawjournal-install/release ] || root=/var/lib/rawjournal-install/release
    [ -n "$root" ] || fail 10 "RawJournal is not installed here."
  fi
  step='working through the steps'
  [ -e "$root/install/run.sh" ] || fail 20 "Version $release brings no steps for an installation."
  export domain email is_sure release offline skip_wine restore identity upgrade uninstall purge log RELEASE_BASE_URL
  bash "$root/install/run.sh" 9>&-
}

{
  main "$@"
  exit $?
}
