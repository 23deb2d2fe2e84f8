# shellcheck shell=bash
# What may come in, who is kept out after many wrong tries, and how large logs grow.

jail=/etc/fail2ban/jail.d/rawjournal.conf
journal_limit=/etc/systemd/journald.conf.d/rawjournal.conf
rotation=/etc/logrotate.d/rawjournal

# Where sshd listens: nobody is locked out of his machine.
ssh_ports() {
  local ports
  ports="$(sshd -T 2>/dev/null | awk '$1 == "port" { print $2 }')"
  printf '%s\n' "${ports:-22}"
}
wanted_ports() { { ssh_ports && printf '80\n443\n'; } | sort -un; }
open_ports() { ufw show added 2>/dev/null | sed -n 's|^ufw allow \([0-9]*\)/tcp$|\1|p' | sort -un; }

jail_text() {
  cat <<'TEXT'
# RawJournal. sshd is watched through the journal; the others read nginx's own log.
[sshd]
enabled = true
backend = systemd

[nginx-limit-req]
enabled = true
maxretry = 50
TEXT
}

rotation_text() {
  cat <<TEXT
$log {
  monthly
  rotate 3
  compress
  missingok
  notifempty
  create 0600 root root
}
TEXT
}

journal_text() { printf '%s\n' '# RawJournal writes to the journal.' '[Journal]' 'SystemMaxUse=1G'; }

is_firewall_done() {
  holds "$jail" jail_text && holds "$rotation" rotation_text && holds "$journal_limit" journal_text &&
    [ -z "$(comm -13 <(open_ports) <(wanted_ports))" ] &&
    { grep -qx ENABLED=yes /etc/ufw/ufw.conf || [ -e "$records/no-firewall" ]; }
}

do_firewall() {
  local port
  put 0644 "$jail" jail_text
  put 0644 "$rotation" rotation_text
  put 0644 "$journal_limit" journal_text
  install -d -m 0755 "$records"
  ufw show added >"$records/ufw-before.new" 2>/dev/null
  [ -e "$records/ufw-before" ] || mv "$records/ufw-before.new" "$records/ufw-before"
  rm -f "$records/ufw-before.new"
  for port in $(wanted_ports); do quietly ufw allow "$port/tcp"; done
  enable_firewall
  quietly systemctl enable fail2ban
  quietly systemctl restart fail2ban
  quietly systemctl restart systemd-journald
}

# Containers and some kernels have no netfilter: then whoever hosts the machine filters, or nobody does.
enable_firewall() {
  rm -f "$records/no-firewall"
  grep -qx ENABLED=yes /etc/ufw/ufw.conf && return 0
  if ! ufw --force enable >>"$log" 2>&1; then
    touch "$records/no-firewall"
    say '         The firewall could not be switched on here (its reason is in the log). Let whoever hosts this machine'
    say "         keep all ports closed but $(wanted_ports | paste -sd ' ')."
  fi
}
