#!/bin/sh
# What runs in a slot: a display of its own, Wine, the program, and MetaTrader once an account is to be logged in. The
# end of any of them is the end of all. Called as: slot.sh PROGRAM [ARGUMENT...], with
#   WINE, WINESERVER  the launcher and its server
#   SCRATCH           a folder of the slot's own, empty
#   XAUTHORITY        the key to the display
#   TERMINAL          the Windows path of MetaTrader; empty where the program is the terminal itself
#   START_INI         appears when MetaTrader is to start, with the account in it
set -eu
umask 077

# Short of memory, the kernel takes terminals before the application.
echo 500 >/proc/self/oom_score_adj || true

# All that is left in this group; and with this script a sandbox ends.
end_all() {
  echo "$1 ended, and so does everything." >&2
  kill -KILL 0
}

# Standard input ends with the application, however it ended, and whenever.
leash() {
  cat >/dev/null
  timeout 1 "$WINESERVER" -k || true
  end_all 'The application'
}

display() {
  Xvfb -displayfd 3 -screen 0 1024x768x24 -nolisten tcp -nolisten local -noreset -auth "$XAUTHORITY" \
    3>"$SCRATCH/display" || true
  end_all 'The display'
}

# Without the server a program hangs for ever, and no one is told.
watch_server() {
  "$WINESERVER" -w || true
  end_all "Wine's server"
}

# An update ends and starts it by itself: only a failure counts.
metatrader() {
  until [ -s "$START_INI" ]; do sleep 0.2; done
  : >"$SCRATCH/started"
  "$WINE" "$TERMINAL" /portable "/config:Z:$(printf %s "$START_INI" | tr / '\\')" || end_all MetaTrader
}

exec 4<&0 </dev/null
leash <&4 &
exec 4<&-
mkdir -p -m 1777 /tmp/.X11-unix
mkfifo "$SCRATCH/display"
display &
read -r number <"$SCRATCH/display" || end_all 'The display'
export DISPLAY=":$number"
# Returns when it serves: a program that came first would start one of its own.
"$WINESERVER" -p
watch_server &
if [ -n "$TERMINAL" ]; then
  metatrader &
  metatrader=$!
fi

code=0
"$WINE" "$@" || code=$?

# The program was asked to end, so MetaTrader is too. Whoever asked knows when to lose patience.
if [ "$code" -eq 0 ] && [ -e "$SCRATCH/started" ]; then
  "$WINE" taskkill /IM "${TERMINAL##*\\}" || true
  wait "$metatrader" || true
fi
exit "$code"
