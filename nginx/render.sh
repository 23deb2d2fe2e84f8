#!/usr/bin/env bash
# Prints nginx's site for RawJournal, as the nginx that is installed here takes it. Writes nothing.
set -Eeuo pipefail

usage() {
  cat <<'TEXT'
render.sh --domain NAME --certificate FILE --key FILE [--socket FILE] [--acme FOLDER] [--snippets FOLDER]
          [--http [ADDRESS:]PORT] [--https [ADDRESS:]PORT] [--ipv6 yes|no] [--brotli yes|no] [--nginx VERSION]
TEXT
}

fail() {
  printf '%s\n' "$1" >&2
  exit 2
}

domain='' certificate='' key='' ipv6='' brotli='' version=''
socket=/run/rawjournal/web.sock
acme=/var/lib/rawjournal-acme
snippets=/opt/rawjournal/current/nginx
http=80 https=443

while [ $# -gt 0 ]; do
  case $1 in
    --help) usage && exit 0 ;;
    --domain | --certificate | --key | --socket | --acme | --snippets | --http | --https | --ipv6 | --brotli | --nginx)
      [ $# -ge 2 ] || fail "$1 wants a value."
      ;;
  esac
  case $1 in
    --domain) domain=$2 ;;
    --certificate) certificate=$2 ;;
    --key) key=$2 ;;
    --socket) socket=$2 ;;
    --acme) acme=$2 ;;
    --snippets) snippets=$2 ;;
    --http) http=$2 ;;
    --https) https=$2 ;;
    --ipv6) ipv6=$2 ;;
    --brotli) brotli=$2 ;;
    --nginx) version=$2 ;;
    *) usage >&2 && fail "There is no option $1." ;;
  esac
  shift 2
done

# What stands in a configuration unquoted must not be able to end its line.
[[ $domain =~ ^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])$ ]] || fail "--domain is a name or an address, such as journal.example.org."
for path in "$certificate" "$key" "$socket" "$acme" "$snippets"; do
  [[ $path =~ ^/[A-Za-z0-9._/+@-]+$ ]] || fail "\"$path\" has to be a whole path of letters, digits and . _ / + @ -"
done
for listen in "$http" "$https"; do
  [[ $listen =~ ^([0-9.]+:)?[0-9]{1,5}$ ]] || fail "\"$listen\" has to be a port, or an address and a port."
done

[ -n "$version" ] || version=$(nginx -v 2>&1 | sed -n 's|.*nginx/\([0-9.]*\).*|\1|p')
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "nginx is not installed. Run: apt install nginx"
if [ -z "$ipv6" ]; then
  ipv6=no
  # An address was named, or this machine has none of the other kind: nginx would not start.
  if [ -e /proc/net/if_inet6 ] && [[ $http$https != *:* ]]; then ipv6=yes; fi
fi
if [ -z "$brotli" ]; then
  brotli=no
  if compgen -G '/etc/nginx/modules-enabled/*brotli-filter*' >/dev/null; then brotli=yes; fi
fi

# The word moved out of `listen` with 1.25.1.
h2_listen=' http2' h2='# '
if [ "$(printf '%s\n' 1.25.1 "$version" | sort -V | head -n 1)" = 1.25.1 ]; then h2_listen='' h2=''; fi
authority=$domain
[ "${https##*:}" = 443 ] || authority="$domain:${https##*:}"
v6='# '
if [ "$ipv6" = yes ]; then v6=''; fi
brotli_line='# '
if [ "$brotli" = yes ]; then brotli_line=''; fi

sed \
  -e "s|@DOMAIN@|$domain|g" -e "s|@AUTHORITY@|$authority|g" \
  -e "s|@CERTIFICATE@|$certificate|g" -e "s|@KEY@|$key|g" \
  -e "s|@SOCKET@|$socket|g" -e "s|@ACME@|$acme|g" -e "s|@SNIPPETS@|$snippets|g" \
  -e "s|@HTTP@|$http|g" -e "s|@HTTPS@|$https|g" \
  -e "s|@H2_LISTEN@|$h2_listen|g" -e "s|@H2@|$h2|g" -e "s|@V6@|$v6|g" -e "s|@BROTLI@|$brotli_line|g" \
  "$(dirname "${BASH_SOURCE[0]}")/site.conf"
