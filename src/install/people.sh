# shellcheck shell=bash
# The users that the service and its backups run as, and their folders.

sysusers=/etc/sysusers.d/rawjournal.conf
tmpfiles=/etc/tmpfiles.d/rawjournal.conf

is_in() { id -nG "$1" 2>/dev/null | tr ' ' '\n' | grep -qx "$2"; }

is_people_done() {
  holds "$sysusers" cat "$root/systemd/rawjournal.sysusers" &&
    holds "$tmpfiles" cat "$root/systemd/rawjournal.tmpfiles" &&
    is_in www-data rawjournal && is_in rawjournal redis && id rawjournal-backup >/dev/null 2>&1 &&
    [ "$(stat -c %U:%a "$state" 2>/dev/null)" = rawjournal:700 ]
}

do_people() {
  put 0644 "$sysusers" cat "$root/systemd/rawjournal.sysusers"
  put 0644 "$tmpfiles" cat "$root/systemd/rawjournal.tmpfiles"
  quietly systemd-sysusers "$sysusers"
  quietly systemd-tmpfiles --create "$tmpfiles"
  # Whoever runs already is in the groups of before.
  if systemctl is-active --quiet rawjournal.service; then quietly systemctl restart rawjournal.service; fi
}
