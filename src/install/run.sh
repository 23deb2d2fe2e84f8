#!/usr/bin/env bash
# The steps of an installation, called by install.sh of the same release once it has looked and asked. Each step looks
# whether it is done, and does what is missing: run it again whenever it was broken off.
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# What was asked for, as install.sh has read it.
domain="${domain:-}" email="${email:-}" is_sure="${is_sure:-}" offline="${offline:-}" skip_wine="${skip_wine:-}"
restore="${restore:-}" identity="${identity:-}" uninstall="${uninstall:-}" purge="${purge:-}"
log="${log:?}" RELEASE_BASE_URL="${RELEASE_BASE_URL:-}"
asked_domain="$domain"

# shellcheck source=src/install/common.sh
. "$root/install/common.sh"
# shellcheck source=src/install/packages.sh
. "$root/install/packages.sh"
# shellcheck source=src/install/node.sh
. "$root/install/node.sh"
# shellcheck source=src/install/people.sh
. "$root/install/people.sh"
# shellcheck source=src/install/settings.sh
. "$root/install/settings.sh"
# shellcheck source=src/install/switch.sh
. "$root/install/switch.sh"
# shellcheck source=src/install/schema.sh
. "$root/install/schema.sh"
# shellcheck source=src/install/postgres.sh
. "$root/install/postgres.sh"
# shellcheck source=src/install/redis.sh
. "$root/install/redis.sh"
# shellcheck source=src/install/wine.sh
. "$root/install/wine.sh"
# shellcheck source=src/install/web.sh
. "$root/install/web.sh"
# shellcheck source=src/install/firewall.sh
. "$root/install/firewall.sh"
# shellcheck source=src/install/units.sh
. "$root/install/units.sh"
# shellcheck source=src/install/keys.sh
. "$root/install/keys.sh"
# shellcheck source=src/install/verify.sh
. "$root/install/verify.sh"
# shellcheck source=src/install/upgrade.sh
. "$root/install/upgrade.sh"
# shellcheck source=src/install/restore.sh
. "$root/install/restore.sh"
# shellcheck source=src/install/uninstall.sh
. "$root/install/uninstall.sh"

# The steps in their order; each has is_NAME_done and do_NAME in a file of its name.
declare -A titles=(
  [packages]='packages of the distribution'
  [node]='Node.js'
  [people]='users and folders'
  [settings]='settings'
  [switch]='this release'
  [keys]='keys and the recovery sheet'
  [postgres]='PostgreSQL'
  [schema]='roles and tables'
  [redis]='Redis'
  [wine]='Wine and the terminals'
  [web]='nginx and its certificate'
  [firewall]='firewall, fail2ban, logs'
  [units]='services and timers'
  [verify]='looking whether all is well'
)

step='beginning'
# shellcheck disable=SC2317 # a trap calls it
on_error() {
  printf 'install.sh: it stopped while %s. What was done stays; run the same command again to go on. The log is %s\n' "$step" "$log" >&2
}
trap on_error ERR

# Does the steps that are not done, in the order in which they are named.
work_through() {
  local name
  for name in "$@"; do
    step="${titles[$name]}"
    if "is_${name}_done"; then
      say "  is     $step"
    else
      say "  doing  $step"
      "do_$name"
    fi
  done
}

# What nobody has to be told twice.
farewell() {
  local code="$state/credentials/setup_code"
  say
  say "RawJournal runs at https://$(address)/"
  [ ! -s "$code" ] || say "Make its administrator there; the set-up code is $(cat "$code")"
  [ -n "$domain" ] || say 'Its certificate is its own, so browsers warn of it. With a name: run this again with --domain NAME.'
  [ ! -e "$sheet" ] || say "The recovery sheet is $sheet: take it away from this machine, then delete it here."
  say 'How it is: sudo rawjournal status'
}

main() {
  # What was installed for a name stays that way.
  [ -n "$domain" ] || [[ $(address) =~ ^[0-9.]*$ ]] || domain="$(address)"
  if [ -n "$uninstall" ]; then
    take_away
  elif [ -n "$restore" ]; then
    restore_backup
    farewell
  elif is_another_release; then
    go_over
    farewell
  else
    work_through packages node people settings switch keys postgres schema redis wine web firewall units verify
    farewell
  fi
}

{
  main
  exit $?
}
