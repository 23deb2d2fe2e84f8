# shellcheck shell=bash
# The key that seals MT5 passwords, the pair of keys of the backups, and the sheet on which both are kept elsewhere.

recipients="$etc/backup-recipients.txt"
# It stays on this machine only until it was taken away, and says so.
sheet=/root/rawjournal-recovery.txt

is_keys_done() {
  [ -s "$recipients" ] && compgen -G "$etc/credentials/kek_*" >/dev/null && [ -s "$units/rawjournal.service.d/credentials.conf" ]
}

do_keys() {
  local key identity=''
  key="$("$command_file" keys create 2>>"$log")"
  if [ ! -s "$recipients" ]; then
    # Half-way through, the last time.
    identity="$(grep -s '^AGE-SECRET-KEY-' "$sheet" || true)"
    [ -n "$identity" ] || identity="$(age-keygen 2>/dev/null | grep '^AGE-SECRET-KEY-')"
  fi
  (umask 077 && sheet_text "$key" "$identity" >"$sheet.new")
  mv "$sheet.new" "$sheet"
  [ -s "$recipients" ] || put 0644 "$recipients" recipients_of_sheet
}

recipients_of_sheet() { grep '^AGE-SECRET-KEY-' "$sheet" | age-keygen -y /dev/stdin; }

sheet_text() {
  cat <<TEXT
# RawJournal at https://$(address), $(date -u +%F).
# Take this away from this machine (paper, a password safe), and delete it here: rm $sheet

$1
TEXT
  [ -n "$2" ] || return 0
  cat <<TEXT

This line opens the backups (age). Whoever has it and a backup reads everything; without it no backup is of use.
$2
TEXT
}
