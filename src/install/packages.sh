# shellcheck shell=bash
# Packages of the distribution, and PostgreSQL's own archive where the distribution's is too old.

packages=(
  postgresql redis-server nginx certbot bubblewrap age rclone ufw fail2ban python3-systemd logrotate
  curl ca-certificates openssl zstd xz-utils iproute2 gpg
)
pgdg_fingerprint=B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8
pgdg_key=/etc/apt/keyrings/postgresql.asc

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
candidate() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *//p'; }

# Compression that not every release of Ubuntu has.
extra_packages() {
  local name=libnginx-mod-http-brotli-filter
  if is_installed "$name" || [[ $(candidate "$name") =~ ^[0-9] ]]; then printf '%s\n' "$name"; fi
}

# Kept before they come, by install.sh where it needs two for itself: whatever happens then, an uninstall knows what was not here.
installed_packages() { dpkg-query -W -f '${db:Status-Status} ${binary:Package}\n' | sed -n 's/^installed //p' | sort; }
remember_packages() {
  install -d -m 0755 "$records"
  [ -e "$records/packages-before" ] || put 0644 "$records/packages-before" installed_packages
}
note_packages() {
  [ -e "$records/packages-before" ] || return 0
  comm -13 "$records/packages-before" <(installed_packages) | cat - "$records/packages" 2>/dev/null | sort -u >"$records/packages.new" || true
  mv "$records/packages.new" "$records/packages"
  rm "$records/packages-before"
}

# Those of the folder --offline that its list of sums names.
offline_debs() { sed -n "s|^[0-9a-f]* [ *]\(.*\.deb\)\$|$offline/debs/\1|p" "$offline/debs/SHA256SUMS"; }

missing_packages() {
  local name
  for name in "${packages[@]}" $(extra_packages); do is_installed "$name" || printf '%s\n' "$name"; done
}

is_packages_done() { [ -z "$(missing_packages)" ] && [ ! -e "$records/packages-before" ]; }

apt() { quietly env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@"; }

do_packages() {
  local names debs=()
  # What was broken off in the middle.
  quietly env DEBIAN_FRONTEND=noninteractive dpkg --configure -a
  apt update -qq
  remember_packages
  ensure_pgdg
  if [ -n "$offline" ] && [ -d "$offline/debs" ]; then
    (cd "$offline/debs" && sha256sum --quiet --check --strict SHA256SUMS >>"$log" 2>&1) ||
      fail 20 "$offline/debs is not what its SHA256SUMS says."
    mapfile -t debs < <(offline_debs)
  fi
  mapfile -t names < <(missing_packages)
  apt install -y -qq --no-install-recommends "${names[@]}" "${debs[@]}"
  note_packages
}

# Ubuntu 22.04 has PostgreSQL 14; 15 is needed.
ensure_pgdg() {
  local major keys found
  is_installed postgresql && return 0
  major="$(candidate postgresql)"
  major="${major%%[+.]*}"
  [ "${major:-0}" -lt 15 ] || return 0
  [ -z "$offline" ] || [ ! -d "$offline/debs" ] || return 0
  apt install -y -qq --no-install-recommends curl ca-certificates gpg
  install -d /etc/apt/keyrings
  fetch_listed postgresql.asc "$pgdg_key.new"
  keys="$(gpg --batch --show-keys --with-colons "$pgdg_key.new" 2>>"$log")"
  found="$(sed -n 's/^fpr:*\([0-9A-F]*\):*$/\1/p' <<<"$keys" | head -n 1)"
  if [ "$found" != "$pgdg_fingerprint" ] || [ "$(grep -c '^pub:' <<<"$keys")" -ne 1 ]; then
    fail 20 "The key of PostgreSQL's archive is not the one known: $found"
  fi
  chmod 644 "$pgdg_key.new" && mv "$pgdg_key.new" "$pgdg_key"
  put 0644 /etc/apt/sources.list.d/rawjournal-postgresql.sources pgdg_source
  apt update -qq
}

pgdg_source() {
  printf '%s\n' 'Types: deb' 'URIs: https://apt.postgresql.org/pub/repos/apt' "Suites: $(os_codename)-pgdg" \
    'Components: main' 'Architectures: amd64' "Signed-By: $pgdg_key"
}
