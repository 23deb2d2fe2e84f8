# shellcheck shell=bash
# nginx, and a certificate: of Let's Encrypt for a name, of its own for an address.

tls="$etc/tls"
site=/etc/nginx/sites-available/rawjournal
site_link=/etc/nginx/sites-enabled/rawjournal
hook=/etc/letsencrypt/renewal-hooks/deploy/rawjournal

site_text() {
  bash "$root/nginx/render.sh" --domain "$(address)" --certificate "$tls/certificate.pem" --key "$tls/key.pem"
}

is_web_done() {
  holds "$site" site_text && [ -e "$site_link" ] && [ ! -e /etc/nginx/sites-enabled/default ] &&
    [ -s "$tls/certificate.pem" ] && [ "$(cat "$tls/for" 2>/dev/null)" = "$(address)" ] && enabled nginx &&
    { [ -z "$domain" ] || [ -e "/etc/letsencrypt/live/$domain/fullchain.pem" ]; }
}

do_web() {
  install -d -m 0755 "$tls"
  [ "$(cat "$tls/for" 2>/dev/null)" = "$(address)" ] || make_own_certificate
  if [ -e /etc/nginx/sites-enabled/default ]; then
    install -d -m 0755 "$records"
    touch "$records/default-site"
    rm -f /etc/nginx/sites-enabled/default
  fi
  put 0644 "$site" site_text
  point "$site" "$site_link"
  quietly nginx -t
  quietly systemctl enable nginx
  # Not reloaded: its workers came into the group of the service just now.
  quietly systemctl restart nginx
  [ -z "$domain" ] || ask_for_certificate
}

# With it the site stands from the first moment on, and for an address it is the one that stays.
make_own_certificate() {
  local name kind=DNS
  name="$(address)"
  [[ ! $name =~ ^[0-9.]+$ ]] || kind=IP
  rm -f "$tls/for"
  (umask 077 && quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
    -subj "/CN=$name" -addext "subjectAltName=$kind:$name" -keyout "$tls/key.pem" -out "$tls/certificate.pem")
  chmod 0644 "$tls/certificate.pem"
  printf '%s\n' "$name" >"$tls/for"
}

# Copies what was renewed to where nginx and the service look. certbot calls it with RENEWED_LINEAGE.
hook_text() {
  cat <<TEXT
#!/bin/sh
set -eu
[ "\$RENEWED_LINEAGE" = "/etc/letsencrypt/live/$domain" ] || exit 0
install -m 0600 "\$RENEWED_LINEAGE/privkey.pem" "$tls/key.pem.new"
install -m 0644 "\$RENEWED_LINEAGE/fullchain.pem" "$tls/certificate.pem.new"
mv "$tls/key.pem.new" "$tls/key.pem"
mv "$tls/certificate.pem.new" "$tls/certificate.pem"
systemctl reload nginx
TEXT
}

ask_for_certificate() {
  local who=(--register-unsafely-without-email)
  [ -z "$email" ] || who=(--email "$email")
  [ -z "${RAWJOURNAL_ACME_SERVER:-}" ] || who+=(--server "$RAWJOURNAL_ACME_SERVER")
  put 0755 "$hook" hook_text
  if ! certbot certonly --non-interactive --agree-tos --webroot -w /var/lib/rawjournal-acme -d "$domain" \
    --cert-name "$domain" --keep-until-expiring "${who[@]}" >>"$log" 2>&1 </dev/null; then
    say "         Let's Encrypt gave no certificate for $domain (its reason is at the end of $log)."
    say '         Until it does, browsers warn. Once the name leads here, and ports 80 and 443 are open, run this again.'
    return 0
  fi
  RENEWED_LINEAGE="/etc/letsencrypt/live/$domain" quietly sh "$hook"
}
