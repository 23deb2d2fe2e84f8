#!/bin/sh
# Makes a prefix in $WINEPREFIX, with $WINE and $WINESERVER, and returns when it is written.
set -eu
umask 077

# Standard input ends with the application, however it ended, and whenever.
leash() {
  cat >/dev/null
  timeout 1 "$WINESERVER" -k || true
  kill -KILL 0
}
exec 4<&0 </dev/null
leash <&4 &
exec 4<&-

# No browser is fetched for it.
export WINEDLLOVERRIDES="$WINEDLLOVERRIDES;mshtml="
"$WINE" wineboot -u
"$WINE" winecfg -v win10
"$WINESERVER" -w
