# shellcheck shell=bash
# Units of systemd: the service, its backups, and what they are told of this machine.

units=/etc/systemd/system
timers=(rawjournal-backup.timer rawjournal-verify.timer)

own_units() { (cd "$root/systemd" && printf '%s\n' *.service *.timer); }

machine_text() {
  printf '%s\n' '# Written by install.sh for this machine.' '[Service]' "MemoryMax=$(($(memory_mb) - 700))M"
  # A resolver in a private network is no broker, and has to be asked all the same.
  { sed -n 's/^nameserver  *\([0-9a-fA-F.:]*\).*/IPAddressAllow=\1/p' /etc/resolv.conf 2>/dev/null || true; } | sort -u
}

is_units_done() {
  local unit
  for unit in $(own_units); do holds "$units/$unit" cat "$root/systemd/$unit" || return 1; done
  holds "$units/rawjournal.service.d/machine.conf" machine_text || return 1
  for unit in rawjournal.service "${timers[@]}"; do enabled "$unit" || return 1; done
}

do_units() {
  local unit
  for unit in $(own_units); do put 0644 "$units/$unit" cat "$root/systemd/$unit"; done
  put 0644 "$units/rawjournal.service.d/machine.conf" machine_text
  quietly systemctl daemon-reload
  quietly systemctl enable --now "${timers[@]}"
  quietly systemctl enable rawjournal.service
  quietly systemctl restart rawjournal.service
}
