# shellcheck shell=bash
# Whether it works, as an administrator and as a visitor see it.

web_answers() {
  local name
  name="$(address)"
  [ "$(curl -ksL --max-redirs 3 -o /dev/null -w '%{http_code}' --max-time 10 --resolve "$name:443:127.0.0.1" "https://$name/")" = 200 ]
}
# Amber is advice, such as that there is no copy of a backup elsewhere yet.
is_well() { "$command_file" status --json >/dev/null 2>&1; }

is_verify_done() { return 1; }

do_verify() {
  if ! wait_for "${RAWJOURNAL_WAIT:-60}" is_well; then
    "$command_file" status || true
    fail 30 'It is installed, but not all is well yet: see above. Mend it, then run this again.'
  fi
  wait_for 30 web_answers || fail 30 "https://$(address)/ does not answer through nginx. Look: journalctl -u nginx -u rawjournal"
}
